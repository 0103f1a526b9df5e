#include "nn/network.hpp"

#include <atomic>
#include <map>
#include <mutex>

#include "nn/plan_builder.hpp"
#include "nn/predictor.hpp"
#include "nn/trainer.hpp"

namespace imgmine {
namespace {

Precision precision_from_name(const std::string& name) {
    require(name == "float32" || name == "bfloat16",
            "precision must be 'float32' or 'bfloat16', got '" + name + "'");
    return name == "float32" ? Precision::float32 : Precision::bfloat16;
}

/// The number of images that all inputs have.
std::ptrdiff_t images_of(const Graph& graph, const std::vector<NetworkInput>& inputs) {
    require(inputs.size() == graph.inputs.size(),
            "inputs must be " + std::to_string(graph.inputs.size()) + " arrays, got " +
                std::to_string(inputs.size()));
    const std::ptrdiff_t n = inputs.empty() ? 0 : inputs[0].n;
    for (const NetworkInput& input : inputs)
        require(input.n == n, "inputs must have the same number of images, got " +
                                  std::to_string(n) + " and " + std::to_string(input.n));
    return n;
}

void check_rows(const std::int64_t* rows, std::ptrdiff_t n_rows, std::ptrdiff_t n) {
    for (std::ptrdiff_t i = 0; i < n_rows; ++i)
        require(rows[i] >= 0 && rows[i] < n, "rows must be indexes of images below " +
                                                 std::to_string(n) + ", got " +
                                                 std::to_string(rows[i]));
}

/// What step() needs to know of its targets, image by image of the batch.
void check_targets(const NetworkTargets& targets, Loss loss, const LossOfImage& of_image,
                   std::ptrdiff_t size, std::ptrdiff_t classes, const Batch& batch,
                   std::ptrdiff_t n_images) {
    require(targets.n == n_images, "targets must be those of all images of the inputs (" +
                                       std::to_string(n_images) + "), got " +
                                       std::to_string(targets.n));
    const bool labels = loss == Loss::cross_entropy;
    require(labels ? targets.labels != nullptr : targets.targets != nullptr,
            labels ? "targets must be int32 labels for loss 'cross_entropy'"
                   : "targets must be float32 for this loss");
    const std::ptrdiff_t wanted = labels ? of_image.labels() : size;
    require(targets.image_size == wanted, "targets must have " + std::to_string(wanted) +
                                              " values an image, got " +
                                              std::to_string(targets.image_size));
    for (std::ptrdiff_t i = 0; labels && i < batch.n; ++i)
        for (std::ptrdiff_t j = 0; j < wanted; ++j) {
            const std::int32_t label =
                targets.labels[(batch.rows ? batch.rows[i] : i) * wanted + j];
            require(label >= 0 && label < classes, "targets must be labels below " +
                                                       std::to_string(classes) + ", got " +
                                                       std::to_string(label));
        }
}

void check_class_weights(const std::vector<double>& weights, Loss loss, std::ptrdiff_t size,
                         std::ptrdiff_t classes) {
    if (weights.empty()) return;
    const bool of_two = loss == Loss::binary_cross_entropy && size == 1;
    require(of_two || loss == Loss::cross_entropy,
            "class_weights must be left out but for labels and loss 'cross_entropy', or one output "
            "and 'binary_cross_entropy'");
    const auto wanted = static_cast<std::size_t>(of_two ? 2 : classes);
    require(weights.size() == wanted, "class_weights must be " + std::to_string(wanted) +
                                          " numbers, got " + std::to_string(weights.size()));
    for (const double weight : weights)
        require(std::isfinite(weight) && weight >= 0,
                "class_weights must be finite and not negative, got " + std::to_string(weight));
}

}  // namespace

struct Network::Parts {
    /// A plan for some nodes' results, once they have been asked for.
    struct Inference {
        Inference(const Graph& graph, const std::vector<std::size_t>& nodes)
            : plan(make_plan(graph, nodes, false)), predictor(plan) {}
        Plan plan;
        Predictor predictor;
    };

    /// The plan for training and what runs it.
    struct Learning {
        Learning(const Graph& graph, float* values)
            : plan(make_plan(graph, graph.outputs, true)),
              trainer(plan, graph.n_trainable, values) {}
        Plan plan;
        Trainer trainer;
    };

    Parts(const std::vector<NodeSpec>& nodes, const std::vector<std::int64_t>& outputs,
          Precision arithmetic)
        : graph(nodes, outputs),
          precision(arithmetic),
          values(static_cast<std::size_t>(graph.n_values)),
          learning(std::make_unique<Learning>(graph, values.data())) {
        for (const NetworkParameter& parameter : graph.parameters)
            if (parameter.name == "gamma" || parameter.name == "variance")
                std::fill_n(values.data() + parameter.offset, count_of(parameter.shape), 1.0f);
    }

    void pack_for_training() {
        learning->plan.pack(values.data(), graph.n_values, state, frozen_state, true, precision);
    }

    /// The plan for these nodes, packed.
    const Inference& inference_for(const std::vector<std::int64_t>& nodes) {
        const std::lock_guard lock(mutex);
        auto& found = inferences[nodes];
        if (!found) {
            std::vector<std::size_t> targets;
            for (const std::int64_t node : nodes) targets.push_back(graph.checked(node));
            found = std::make_unique<Inference>(graph, targets);
        }
        found->plan.pack(values.data(), graph.n_values, state, state, false, precision);
        return *found;
    }

    /// The layers that step() runs for a loss, which looks before an activation that it includes.
    std::size_t layers_before_loss(Loss loss) const {
        const Op last = graph.nodes[graph.outputs[0]].op;
        const bool included = (loss == Loss::cross_entropy && last == Op::softmax) ||
                              (loss == Loss::binary_cross_entropy && last == Op::sigmoid);
        return learning->plan.layers.size() - included;
    }

    Graph graph;
    Precision precision;
    AlignedVector<float> values, gradients;
    std::atomic<std::uint64_t> state = 1, frozen_state = 1;  ///< of the values
    std::unique_ptr<Learning> learning;
    std::mutex training_mutex, mutex;
    std::map<std::vector<std::int64_t>, std::unique_ptr<Inference>> inferences;
    PredictorPools pools;
};

Network::Network(const std::vector<NodeSpec>& nodes, const std::vector<std::int64_t>& outputs,
                 const std::string& precision)
    : parts_(std::make_unique<Parts>(nodes, outputs, precision_from_name(precision))) {}

Network::~Network() = default;

const Graph& Network::graph() const {
    return parts_->graph;
}

float* Network::values() {
    return parts_->values.data();
}

void Network::touch(bool frozen) {
    if (frozen) ++parts_->frozen_state;
    ++parts_->state;
}

void Network::freeze(const std::vector<std::int64_t>& nodes) {
    Parts& parts = *parts_;
    const std::lock_guard lock(parts.training_mutex);
    std::vector<char> frozen(parts.graph.nodes.size(), 0);
    for (const std::int64_t node : nodes) frozen[parts.graph.checked(node)] = 1;
    for (std::size_t i = 0; i < frozen.size(); ++i) parts.graph.nodes[i].frozen = frozen[i] != 0;
    parts.learning = std::make_unique<Parts::Learning>(parts.graph, parts.values.data());
}

float* Network::gradients() {
    const std::lock_guard lock(parts_->mutex);
    // Not before somebody trains: who only predicts has no use for them.
    parts_->gradients.resize(static_cast<std::size_t>(parts_->graph.n_values));
    return parts_->gradients.data();
}

void Network::forward(const std::vector<NetworkInput>& inputs, bool training, std::uint64_t seed,
                      const std::vector<float*>& results) {
    Parts& parts = *parts_;
    const std::ptrdiff_t n = images_of(parts.graph, inputs);
    require(n > 0 || !training, "inputs must have at least one image for training, got 0");
    if (n == 0) return;
    const std::lock_guard lock(parts.training_mutex);
    parts.pack_for_training();
    const Plan& plan = parts.learning->plan;
    parts.learning->trainer.forward({inputs.data(), nullptr, n, seed}, training);
    if (training) touch(false);  // running statistics
    for (std::size_t t = 0; t < results.size(); ++t) {
        const std::size_t slot = plan.targets[t];
        std::memcpy(results[t], parts.learning->trainer.value(slot),
                    static_cast<std::size_t>(n * plan.slot_sizes[slot]) * sizeof(float));
    }
}

void Network::backward(const std::vector<const float*>& output_gradients, std::ptrdiff_t n,
                       const std::vector<float*>& input_gradients) {
    Parts& parts = *parts_;
    const std::lock_guard lock(parts.training_mutex);
    Trainer& trainer = parts.learning->trainer;
    const std::ptrdiff_t n_forward = trainer.n_forward();
    require(n_forward > 0, "backward must follow forward with training=True");
    require(n == n_forward, "output_gradients must be of as many images as forward had (" +
                                std::to_string(n_forward) + "), got " + std::to_string(n));
    trainer.backward(output_gradients, !input_gradients.empty(), gradients());
    for (std::size_t i = 0; i < input_gradients.size(); ++i) {
        const PlanInput& input = parts.learning->plan.inputs[i];
        const auto count = static_cast<std::size_t>(n * input.size);
        if (input.needed)
            layer_kernels().rescale(trainer.gradient(input.slot), count,
                                    input.rescaled ? input.scale : 1, 0, input_gradients[i]);
        else
            std::fill_n(input_gradients[i], count, 0.0f);
    }
}

LossOutcome Network::step(const std::vector<NetworkInput>& inputs, const std::int64_t* rows,
                          std::ptrdiff_t n_rows, const NetworkTargets& targets,
                          const std::string& loss_name, std::uint64_t seed,
                          double label_smoothing) {
    Parts& parts = *parts_;
    const Loss loss = loss_from_name(loss_name);
    require(parts.graph.outputs.size() == 1, "step needs a network with one output, got " +
                                                 std::to_string(parts.graph.outputs.size()));
    require(
        label_smoothing >= 0 && label_smoothing < 1,
        "label_smoothing must be at least 0 and below 1, got " + std::to_string(label_smoothing));
    const std::ptrdiff_t n_images = images_of(parts.graph, inputs);
    check_rows(rows, rows ? n_rows : 0, n_images);
    const Batch batch{inputs.data(), rows,           rows ? n_rows : n_images,
                      seed,          targets.labels, targets.targets};
    require(batch.n > 0, "inputs must have at least one image for training, got 0");
    const NodeShape& shape = parts.graph.nodes[parts.graph.outputs[0]].shape;
    const LossOfImage of_image(loss, count_of(shape), shape.back(), batch.n, label_smoothing,
                               targets.class_weights);
    check_class_weights(targets.class_weights, loss, count_of(shape), shape.back());
    check_targets(targets, loss, of_image, count_of(shape), shape.back(), batch, n_images);
    const std::lock_guard lock(parts.training_mutex);
    const Plan& plan = parts.learning->plan;
    const std::size_t n_layers = parts.layers_before_loss(loss);
    const std::size_t head =
        n_layers < plan.layers.size() ? plan.layers[n_layers]->inputs[0] : plan.targets[0];
    parts.pack_for_training();
    const LossOutcome outcome =
        parts.learning->trainer.step(batch, of_image, n_layers, head, gradients());
    touch(false);  // running statistics
    return outcome;
}

void Network::predict(const std::vector<NetworkInput>& inputs,
                      const std::vector<std::int64_t>& nodes, const std::vector<float*>& results) {
    const std::ptrdiff_t n = images_of(parts_->graph, inputs);
    const Parts::Inference& inference = parts_->inference_for(nodes);
    inference.predictor.run(inputs.data(), n, results.data(), parts_->pools);
}

}  // namespace imgmine
