#include "bindings/nn_nodes.hpp"
#include "nn/network.hpp"
#include "nn/optimizers.hpp"

void bind_nn_augment(py::module_ m);
void bind_nn_layers(py::module_ m);
void bind_nn_quantized(py::module_ m);

namespace {

using imgmine::Network;
using imgmine::NodeShape;

std::unique_ptr<Network> make_network(const std::vector<py::dict>& nodes,
                                      const std::vector<std::int64_t>& outputs,
                                      const std::string& precision) {
    return std::make_unique<Network>(specs_from(nodes), outputs, precision);
}

/// Before a network takes memory for them.
std::ptrdiff_t n_parameters(const std::vector<py::dict>& nodes,
                            const std::vector<std::int64_t>& outputs) {
    return imgmine::Graph(specs_from(nodes), outputs).n_values;
}

py::tuple tuple_of(const NodeShape& shape) {
    py::tuple result(shape.size());
    for (std::size_t i = 0; i < shape.size(); ++i) result[i] = shape[i];
    return result;
}

py::list parameters_of(const Network& network) {
    py::list result;
    for (const auto& parameter : network.graph().parameters)
        result.append(py::make_tuple(parameter.node, parameter.name, tuple_of(parameter.shape),
                                     parameter.offset, parameter.trainable));
    return result;
}

const NodeShape& shape_of(const Network& network, std::size_t node) {
    return network.graph().nodes[node].shape;
}

py::list shapes_of(const Network& network) {
    py::list result;
    for (const auto& node : network.graph().nodes) result.append(tuple_of(node.shape));
    return result;
}

std::vector<std::ptrdiff_t> multiply_adds_of(const Network& network) {
    std::vector<std::ptrdiff_t> result;
    for (const auto& node : network.graph().nodes) result.push_back(node.multiply_adds);
    return result;
}

/// Flat memory of the network's own.
py::array_t<float> network_memory(const py::object& owner, float* memory) {
    const auto n = owner.cast<const Network&>().graph().n_values;
    return py::array_t<float>(py::array::ShapeContainer({n}), memory, owner);
}

/// Memory safety hangs on this: dtype, layout and shape of an array with n images.
void check_images(const py::array& images, const NodeShape& shape, const char* name) {
    bool right = images.ndim() == static_cast<py::ssize_t>(shape.size()) + 1 &&
                 (images.flags() & py::array::c_style) != 0;
    for (std::size_t i = 0; right && i < shape.size(); ++i)
        right = images.shape(static_cast<py::ssize_t>(i) + 1) == shape[i];
    if (right) return;
    throw py::value_error(std::string(name) + " must be contiguous and have shape (N, *" +
                          py::repr(tuple_of(shape)).cast<std::string>() + "), got " +
                          py::repr(images.attr("shape")).cast<std::string>());
}

std::vector<imgmine::NetworkInput> inputs_from(const Network& network,
                                               const std::vector<py::array>& arrays) {
    std::vector<imgmine::NetworkInput> inputs;
    const auto& nodes = network.graph().inputs;
    for (std::size_t i = 0; i < arrays.size(); ++i) {
        if (i < nodes.size()) check_images(arrays[i], shape_of(network, nodes[i]), "inputs");
        if (!is<float>(arrays[i]) && !is<std::uint8_t>(arrays[i]))
            throw py::type_error("inputs must be float32 or uint8, got " +
                                 py::str(arrays[i].dtype()).cast<std::string>());
        inputs.push_back({arrays[i].data(), is<std::uint8_t>(arrays[i]),
                          arrays[i].ndim() ? arrays[i].shape(0) : 0});
    }
    return inputs;
}

/// New arrays for n images of some nodes' results, and where they are.
py::list results_for(const Network& network, const std::vector<std::size_t>& nodes,
                     std::ptrdiff_t n, std::vector<float*>& places) {
    py::list results;
    for (const std::size_t node : nodes) {
        std::vector<py::ssize_t> shape(shape_of(network, node));
        shape.insert(shape.begin(), n);
        py::array_t<float> result(shape);
        places.push_back(result.mutable_data());
        results.append(std::move(result));
    }
    return results;
}

py::list forward(Network& network, const std::vector<py::array>& arrays, bool training,
                 std::uint64_t seed) {
    const auto inputs = inputs_from(network, arrays);
    std::vector<float*> places;
    const std::ptrdiff_t n = inputs.empty() ? 0 : inputs[0].n;
    py::list results = results_for(network, network.graph().outputs, n, places);
    const py::gil_scoped_release nogil;
    network.forward(inputs, training, seed, places);
    return results;
}

std::vector<const float*> seeds_from(const Network& network,
                                     const std::vector<CArray<float>>& gradients) {
    const auto& outputs = network.graph().outputs;
    std::vector<const float*> seeds;
    if (gradients.size() != outputs.size())
        throw py::value_error("output_gradients must be one array for each output");
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        check_images(gradients[i], shape_of(network, outputs[i]), "output_gradients");
        if (gradients[i].shape(0) != gradients[0].shape(0))
            throw py::value_error("output_gradients must be of as many images each");
        seeds.push_back(gradients[i].data());
    }
    return seeds;
}

py::list backward(Network& network, const std::vector<CArray<float>>& output_gradients,
                  bool want_input_gradients) {
    const auto seeds = seeds_from(network, output_gradients);
    py::list results;
    std::vector<float*> places;
    const std::ptrdiff_t n = output_gradients[0].shape(0);
    if (want_input_gradients) results = results_for(network, network.graph().inputs, n, places);
    const py::gil_scoped_release nogil;
    network.backward(seeds, n, places);
    return results;
}

imgmine::NetworkTargets targets_from(const py::array& targets) {
    if (!(targets.flags() & py::array::c_style) || targets.ndim() < 1)
        throw py::value_error("targets must be contiguous and have one entry an image");
    imgmine::NetworkTargets wanted;
    wanted.n = targets.shape(0);
    wanted.image_size = wanted.n ? targets.size() / wanted.n : 0;
    if (is<std::int32_t>(targets)) wanted.labels = static_cast<const std::int32_t*>(targets.data());
    if (is<float>(targets)) wanted.targets = static_cast<const float*>(targets.data());
    return wanted;
}

py::tuple step(Network& network, const std::vector<py::array>& arrays,
               const std::optional<CArray<std::int64_t>>& rows, const py::array& targets,
               const std::string& loss, std::uint64_t seed, double label_smoothing,
               const std::vector<double>& class_weights) {
    const auto inputs = inputs_from(network, arrays);
    auto wanted = targets_from(targets);
    wanted.class_weights = class_weights;
    const std::int64_t* selected = rows ? rows->data() : nullptr;
    imgmine::LossOutcome outcome;
    {
        const py::gil_scoped_release nogil;
        outcome = network.step(inputs, selected, rows ? rows->size() : 0, wanted, loss, seed,
                               label_smoothing);
    }
    return py::make_tuple(outcome.loss, outcome.n_correct);
}

py::list predict(Network& network, const std::vector<py::array>& arrays,
                 const std::vector<std::int64_t>& nodes) {
    const auto inputs = inputs_from(network, arrays);
    std::vector<std::size_t> wanted;
    for (const std::int64_t node : nodes) wanted.push_back(network.graph().checked(node));
    std::vector<float*> places;
    py::list results = results_for(network, wanted, inputs.empty() ? 0 : inputs[0].n, places);
    const py::gil_scoped_release nogil;
    network.predict(inputs, nodes, places);
    return results;
}

/// Memory safety hangs on this.
void check_sizes(const CArray<float>& gradients, std::initializer_list<const CArray<float>*> of) {
    for (const CArray<float>* array : of)
        if (array->size() != gradients.size())
            throw py::value_error(
                "values, gradients and the optimizer's state must have the same size");
}

void apply_sgd(CArray<float> values, const CArray<float>& gradients, CArray<float> velocity,
               double learning_rate, double momentum, bool nesterov, double weight_decay) {
    check_sizes(gradients, {&values, &velocity});
    float *p = values.mutable_data(), *v = velocity.mutable_data();
    const py::gil_scoped_release nogil;
    imgmine::sgd(p, gradients.data(), v, gradients.size(),
                 {learning_rate, momentum, nesterov, weight_decay});
}

void apply_adam(CArray<float> values, const CArray<float>& gradients, CArray<float> first,
                CArray<float> second, std::int64_t step_number, double learning_rate, double beta1,
                double beta2, double epsilon, double weight_decay, bool decoupled) {
    check_sizes(gradients, {&values, &first, &second});
    float *p = values.mutable_data(), *m = first.mutable_data(), *v = second.mutable_data();
    const py::gil_scoped_release nogil;
    imgmine::adam(p, gradients.data(), m, v, gradients.size(), step_number,
                  {learning_rate, beta1, beta2, epsilon, weight_decay, decoupled});
}

double apply_clip(CArray<float> gradients, double norm) {
    float* g = gradients.mutable_data();
    const py::gil_scoped_release nogil;
    return imgmine::clip_by_norm(g, gradients.size(), norm);
}

py::array network_values(const py::object& self) {
    return network_memory(self, self.cast<Network&>().values());
}

py::array network_gradients(const py::object& self) {
    return network_memory(self, self.cast<Network&>().gradients());
}

}  // namespace

void bind_nn(py::module_ m) {
    bind_nn_augment(m);
    bind_nn_layers(m);
    bind_nn_quantized(m);
    m.def("n_parameters", &n_parameters, "nodes"_a, "outputs"_a);
    py::class_<Network>(m, "Network")
        .def(py::init(&make_network), "nodes"_a, "outputs"_a, "precision"_a = "float32")
        .def_property_readonly("shapes", &shapes_of)
        .def_property_readonly("multiply_adds", &multiply_adds_of)
        .def_property_readonly("parameters", &parameters_of)
        .def_property_readonly("n_trainable",
                               [](const Network& n) { return n.graph().n_trainable; })
        .def_property_readonly("values", &network_values)
        .def_property_readonly("gradients", &network_gradients)
        .def("touch", &Network::touch, "frozen"_a = true)
        .def("freeze", &Network::freeze, "nodes"_a, py::call_guard<py::gil_scoped_release>())
        .def("forward", &forward, "inputs"_a, "training"_a, "seed"_a)
        .def("backward", &backward, "output_gradients"_a, "want_input_gradients"_a)
        .def("step", &step, "inputs"_a, "rows"_a, "targets"_a, "loss"_a, "seed"_a,
             "label_smoothing"_a, "class_weights"_a = std::vector<double>())
        .def("predict", &predict, "inputs"_a, "nodes"_a);
    m.def("sgd", &apply_sgd, "values"_a.noconvert(), "gradients"_a.noconvert(),
          "velocity"_a.noconvert(), "learning_rate"_a, "momentum"_a, "nesterov"_a,
          "weight_decay"_a);
    m.def("adam", &apply_adam, "values"_a.noconvert(), "gradients"_a.noconvert(),
          "first"_a.noconvert(), "second"_a.noconvert(), "step"_a, "learning_rate"_a, "beta1"_a,
          "beta2"_a, "epsilon"_a, "weight_decay"_a, "decoupled"_a);
    m.def("clip_by_norm", &apply_clip, "gradients"_a.noconvert(), "norm"_a);
}
