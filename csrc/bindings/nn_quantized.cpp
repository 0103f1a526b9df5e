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
    for (py::ssize_t i = 0; i < ranges.shape(0); ++i)
        limits.push_back({ranges.at(i, 0), ranges.at(i, 1)});
    return std::make_unique<QuantizedNetwork>(imgmine::Graph(specs_from(nodes), outputs),
                                              std::move(all), limits);
}

/// The arrays of the network's inputs; how many images they hold stands in n.
std::vector<imgmine::QuantizedPlan::Source> quantized_inputs(const QuantizedNetwork& network,
                                                             const std::vector<py::array>& inputs,
                                                             py::ssize_t& n) {
    const imgmine::Graph& graph = network.graph();
    imgmine::require(inputs.size() == graph.inputs.size(),
                     "inputs must be " + std::to_string(graph.inputs.size()) + " arrays, got " +
                         std::to_string(inputs.size()));
    std::vector<imgmine::QuantizedPlan::Source> sources;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        n = inputs[0].shape(0);
        const imgmine::NodeShape& shape = graph.nodes[graph.inputs[i]].shape;
        imgmine::require(inputs[i].shape(0) == n && inputs[i].size() == n * count_of(shape),
                         "inputs must be as many images each as there are in the first, of the "
                         "shapes of the network's inputs");
        sources.push_back({inputs[i].data(), is<std::uint8_t>(inputs[i])});
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

/// The kernel as (values of a sum, outputs).
py::tuple quantize_kernel(const CArray<float>& kernel) {
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
        .def_property_readonly("quantizations", &node_quantizations);
    m.def("quantize_weights", &quantize_kernel, "kernel"_a);
}
