#include "bindings/nn_nodes.hpp"
#include "nn/quantized_network.hpp"

namespace {

using imgmine::QuantizedNetwork;

template <class T>
void take_parameter(const py::dict& from, const char* name, std::vector<T>& to) {
    if (!from.contains(name)) return;
    const auto values = from[name].cast<CArray<T>>();
    to.assign(values.data(), values.data() + values.size());
}

std::unique_ptr<QuantizedNetwork> make_quantized_network(const std::vector<py::dict>& nodes,
                                                         const std::vector<std::int64_t>& outputs,
                                                         const std::vector<py::dict>& parameters,
                                                         const CArray<float>& ranges) {
    std::vector<imgmine::QuantizedParameters> all;
    for (const py::dict& node : parameters) {
        imgmine::QuantizedParameters& p = all.emplace_back();
        take_parameter(node, "kernel", p.weights.kernel);
        take_parameter(node, "scales", p.weights.scales);
        take_parameter(node, "bias", p.weights.bias);
        take_parameter(node, "gamma", p.gamma);
        take_parameter(node, "beta", p.beta);
        take_parameter(node, "mean", p.mean);
        take_parameter(node, "variance", p.variance);
    }
    std::vector<imgmine::ValueRange> limits;
    imgmine::require(ranges.ndim() == 2 && ranges.shape(1) == 2,
                     "ranges must be an array of (low, high)");
    for (py::ssize_t i = 0; i < ranges.shape(0); ++i)
        limits.push_back({ranges.at(i, 0), ranges.at(i, 1)});
    return std::make_unique<QuantizedNetwork>(imgmine::Graph(specs_from(nodes), outputs),
                                              std::move(all), limits);
}

/// The arrays of the network's inputs; how many images they hold stands in n. Memory safety hangs
/// on these checks.
std::vector<imgmine::QuantizedPlan::Source> quantized_inputs(const QuantizedNetwork& network,
                                                             const std::vector<py::array>& inputs,
                                                             py::ssize_t& n) {
    const imgmine::Graph& graph = network.graph();
    imgmine::require(inputs.size() == graph.inputs.size(),
                     "inputs must be " + std::to_string(graph.inputs.size()) + " arrays, got " +
                         std::to_string(inputs.size()));
    std::vector<imgmine::QuantizedPlan::Source> sources;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const imgmine::NodeShape& shape = graph.nodes[graph.inputs[i]].shape;
        if (!is<float>(inputs[i]) && !is<std::uint8_t>(inputs[i]))
            throw py::type_error("inputs must be float32 or uint8, got " +
                                 py::str(inputs[i].dtype()).cast<std::string>());
        const bool right = inputs[i].ndim() == static_cast<py::ssize_t>(shape.size()) + 1 &&
                           (inputs[i].flags() & py::array::c_style) &&
                           std::equal(shape.begin(), shape.end(), inputs[i].shape() + 1);
        imgmine::require(right && inputs[i].shape(0) == inputs[0].shape(0),
                         "inputs must be contiguous, of the shapes of the network's inputs, and "
                         "all of as many images, got shape " +
                             py::str(inputs[i].attr("shape")).cast<std::string>());
        sources.push_back({inputs[i].data(), is<std::uint8_t>(inputs[i])});
        n = inputs[0].shape(0);
    }
    return sources;
}

py::list predict_quantized(const QuantizedNetwork& network, const std::vector<py::array>& inputs,
                           const std::vector<std::int64_t>& nodes) {
    py::ssize_t n = 0;
    const auto sources = quantized_inputs(network, inputs, n);
    py::list results;
    std::vector<float*> outputs;
    std::vector<std::size_t> wanted;
    for (const std::int64_t node : nodes) {
        wanted.push_back(network.graph().checked(node));
        std::vector<py::ssize_t> shape{n};
        const imgmine::NodeShape& of_image = network.graph().nodes[wanted.back()].shape;
        shape.insert(shape.end(), of_image.begin(), of_image.end());
        py::array_t<float> result(shape);
        outputs.push_back(result.mutable_data());
        results.append(std::move(result));
    }
    const py::gil_scoped_release nogil;
    network.predict(sources, n, wanted, outputs);
    return results;
}

std::vector<std::pair<float, int>> node_quantizations(const QuantizedNetwork& network) {
    std::vector<std::pair<float, int>> pairs;
    for (const auto& node : network.quantizations()) pairs.emplace_back(node.scale, node.zero);
    return pairs;
}

py::list quantized_shapes(const QuantizedNetwork& network) {
    py::list shapes;
    for (const auto& node : network.graph().nodes) shapes.append(py::tuple(py::cast(node.shape)));
    return shapes;
}

std::vector<std::ptrdiff_t> quantized_costs(const QuantizedNetwork& network) {
    std::vector<std::ptrdiff_t> costs;
    for (const auto& node : network.graph().nodes) costs.push_back(node.multiply_adds);
    return costs;
}

py::list quantized_parameters(const QuantizedNetwork& network) {
    py::list all;
    for (const auto& p : network.graph().parameters)
        all.append(
            py::make_tuple(p.node, p.name, py::tuple(py::cast(p.shape)), p.offset, p.trainable));
    return all;
}

/// The kernel as (values of a sum, outputs).
py::tuple quantize_kernel(const CArray<float>& kernel) {
    imgmine::require(kernel.ndim() == 2, "kernel must have two dimensions");
    const imgmine::QuantizedWeights weights = [&] {
        const py::gil_scoped_release nogil;
        return imgmine::quantize_weights(kernel.data(), kernel.shape(0), kernel.shape(1));
    }();
    return py::make_tuple(to_array(weights.kernel).reshape({kernel.shape(0), kernel.shape(1)}),
                          to_array(weights.scales));
}

}  // namespace

void bind_nn_quantized(py::module_ m) {
    py::class_<QuantizedNetwork>(m, "QuantizedNetwork")
        .def(py::init(&make_quantized_network), "nodes"_a, "outputs"_a, "parameters"_a, "ranges"_a)
        .def("predict", &predict_quantized, "inputs"_a, "nodes"_a)
        .def_property_readonly("shapes", &quantized_shapes)
        .def_property_readonly("multiply_adds", &quantized_costs)
        .def_property_readonly("parameters", &quantized_parameters)
        .def_property_readonly("quantizations", &node_quantizations);
    m.def("quantize_weights", &quantize_kernel, "kernel"_a);
}
