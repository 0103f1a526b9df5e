#include "bits.hpp"
#include "nn/network.hpp"
#include "nn/optimizers.hpp"

namespace {

using namespace imgmine;

using Whole = std::vector<std::int64_t>;
using Attributes = std::map<std::string, NodeAttribute>;

constexpr std::ptrdiff_t n_images = 37;
const Whole two{2, 2}, three{3, 3};

/// Convolutions fused with ReLU and pools, as in most small networks.
std::vector<NodeSpec> plain() {
    return {{"input", {}, {{"shape", Whole{20, 18, 3}}}},
            {"rescale", {0}, {{"scale", 1.0 / 128}, {"offset", -1.0}}},
            {"conv2d", {1}, {{"filters", std::int64_t{19}}, {"kernel", three}}},
            {"relu", {2}, {}},
            {"max_pool2d", {3}, {{"size", two}}},
            {"conv2d", {4}, {{"filters", std::int64_t{32}}, {"kernel", three}}},
            {"relu", {5}, {}},
            {"flatten", {6}, {}},
            {"dense", {7}, {{"units", std::int64_t{10}}}},
            {"softmax", {8}, {}}};
}

/// Batch normalization, skip connections and whatever else there is.
std::vector<NodeSpec> rich() {
    return {
        {"input", {}, {{"shape", Whole{20, 18, 3}}}},
        {"conv2d",
         {0},
         {{"filters", std::int64_t{9}},
          {"kernel", three},
          {"padding", std::string("same")},
          {"use_bias", false}}},
        {"batch_norm", {1}, {}},
        {"relu", {2}, {}},
        {"conv2d",
         {3},
         {{"filters", std::int64_t{9}}, {"kernel", three}, {"padding", std::string("same")}}},
        {"batch_norm", {4}, {}},
        {"add", {5, 3}, {}},
        {"leaky_relu", {6}, {{"slope", 0.1}}},
        {"avg_pool2d", {7}, {{"size", three}, {"strides", two}}},
        {"conv_transpose2d",
         {8},
         {{"filters", std::int64_t{5}}, {"kernel", three}, {"strides", two}}},
        {"upsample2d", {8}, {{"size", two}, {"method", std::string("bilinear")}}},
        {"tanh", {10}, {}},
        {"max_pool2d", {11}, {{"size", three}, {"strides", two}, {"padding", std::string("same")}}},
        {"concat", {12, 8}, {}},
        {"dropout", {13}, {{"rate", 0.25}}},
        {"sigmoid", {14}, {}},
        {"global_avg_pool2d", {15}, {}},
        {"global_max_pool2d", {9}, {}},
        {"concat", {16, 17}, {}},
        {"dense", {18}, {{"units", std::int64_t{10}}}}};
}

/// Each channel by itself, then all of them at each pixel, with limits.
std::vector<NodeSpec> mobile() {
    return {{"input", {}, {{"shape", Whole{20, 18, 3}}}},
            {"conv2d", {0}, {{"filters", std::int64_t{24}}, {"kernel", three}, {"strides", two}}},
            {"clip", {1}, {}},
            {"conv2d",
             {2},
             {{"filters", std::int64_t{24}},
              {"kernel", three},
              {"padding", std::string("same")},
              {"groups", std::int64_t{24}},
              {"use_bias", false}}},
            {"batch_norm", {3}, {}},
            {"clip", {4}, {}},
            {"conv2d", {5}, {{"filters", std::int64_t{10}}, {"kernel", Whole{1, 1}}}},
            {"conv2d",
             {6},
             {{"filters", std::int64_t{10}}, {"kernel", three}, {"groups", std::int64_t{2}}}},
            {"global_avg_pool2d", {7}, {}}};
}

/// Three steps with each optimizer; a checksum of the parameters or of what is then predicted.
std::uint32_t trained(const std::vector<NodeSpec>& nodes, const char* precision, const char* loss,
                      bool predicted, const std::vector<std::int64_t>& frozen = {}) {
    const auto last = static_cast<std::int64_t>(nodes.size()) - 1;
    Network network(nodes, {last}, precision);
    network.freeze(frozen);
    const std::ptrdiff_t n = network.graph().n_values;
    Random random(11);
    for (std::ptrdiff_t i = 0; i < network.graph().n_trainable; ++i)
        network.values()[i] += (static_cast<float>(random.below(2001)) - 1000) / 8000;
    std::vector<std::uint8_t> images(n_images * 20 * 18 * 3);
    for (auto& value : images) value = static_cast<std::uint8_t>(random.below(256));
    std::vector<std::int32_t> labels(n_images);
    for (auto& label : labels) label = static_cast<std::int32_t>(random.below(10));
    std::vector<float> targets(n_images * 10);
    for (auto& target : targets) target = static_cast<float>(random.below(11)) / 10;
    const std::vector<NetworkInput> inputs = {{images.data(), true, n_images}};
    const bool of_labels = loss == std::string("cross_entropy");
    const NetworkTargets wanted{labels.data(), targets.data(), n_images, of_labels ? 1 : 10};

    std::vector<float> state(static_cast<std::size_t>(3 * n)), results(n_images * 10);
    std::vector<double> losses;
    for (int i = 0; i < 3; ++i) {
        const auto seed = static_cast<std::uint64_t>(i);
        losses.push_back(network.step(inputs, nullptr, 0, wanted, loss, seed, 0.1).loss);
        losses.push_back(clip_by_norm(network.gradients(), n, 0.5));
        adam(network.values(), network.gradients(), state.data(), state.data() + n,
             network.graph().n_trainable, i + 1, {});
        sgd(network.values(), network.gradients(), state.data() + 2 * n,
            network.graph().n_trainable, {0.01, 0.9, true, 1e-4});
        network.touch();
    }
    network.predict(inputs, {last}, {results.data()});
    if (predicted) return checksum(results) ^ checksum(losses);
    return checksum(std::vector<float>(network.values(), network.values() + n));
}

}  // namespace

int main() {
    return check_bits({
        {"plain", [] { return trained(plain(), "float32", "cross_entropy", false); }, 0x94c96fa5u},
        {"plain, predicted", [] { return trained(plain(), "float32", "cross_entropy", true); },
         0xeae6240au},
        {"plain, bfloat16", [] { return trained(plain(), "bfloat16", "mse", false); }, 0x64b5fec4u},
        {"plain, bfloat16, predicted", [] { return trained(plain(), "bfloat16", "mse", true); },
         0x8ab953c6u},
        {"rich", [] { return trained(rich(), "float32", "binary_cross_entropy", false); },
         0x4c907cc5u},
        {"rich, predicted", [] { return trained(rich(), "float32", "binary_cross_entropy", true); },
         0x9a23becfu},
        {"mobile", [] { return trained(mobile(), "float32", "cross_entropy", false); },
         0x2c00680eu},
        {"mobile, predicted", [] { return trained(mobile(), "float32", "cross_entropy", true); },
         0x6002b00bu},
        {"mobile, frozen, bfloat16, predicted",
         [] { return trained(mobile(), "bfloat16", "cross_entropy", true, {1, 3, 4}); },
         0xbfe83660u},
        {"rich, frozen",
         [] { return trained(rich(), "float32", "binary_cross_entropy", false, {1, 2, 4, 5}); },
         0x8d1a4910u},
        {"rich, frozen, in between",
         [] { return trained(rich(), "float32", "binary_cross_entropy", false, {2, 5, 9}); },
         0x5a066037u},
    });
}
