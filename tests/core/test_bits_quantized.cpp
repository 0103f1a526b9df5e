// What quantized networks give; see bits.hpp.
#include "bits.hpp"
#include "nn/quantized_network.hpp"

using namespace imgmine;

namespace {

using Whole = std::vector<std::int64_t>;

QuantizedParameters weights(std::size_t n, std::size_t outputs, bool bias) {
    Random random(n + outputs);
    std::vector<float> kernel(n * outputs);
    for (float& weight : kernel) weight = static_cast<float>(random.below(2001)) / 1000 - 1;
    QuantizedParameters parameters;
    parameters.weights = quantize_weights(kernel.data(), static_cast<std::ptrdiff_t>(n),
                                          static_cast<std::ptrdiff_t>(outputs));
    if (bias) parameters.weights.bias.assign(outputs, 0.25f);
    return parameters;
}

/// Convolutions, pools and functions in one network, of images of bytes.
QuantizedNetwork network() {
    const std::vector<NodeSpec> nodes = {
        {"input", {}, {{"shape", Whole{19, 23, 3}}}},
        {"conv2d", {0}, {{"filters", std::int64_t{40}}, {"kernel", Whole{3, 3}}}},
        {"relu", {1}, {}},
        {"max_pool2d", {2}, {{"size", Whole{2, 2}}}},
        {"conv2d",
         {3},
         {{"filters", std::int64_t{17}},
          {"kernel", Whole{3, 2}},
          {"strides", Whole{2, 1}},
          {"padding", std::string("same")}}},
        {"tanh", {4}, {}},
        {"avg_pool2d", {5}, {{"size", Whole{2, 3}}}},
        {"flatten", {6}, {}},
        {"dense", {7}, {{"units", std::int64_t{21}}}},
        {"softmax", {8}, {}},
    };
    std::vector<QuantizedParameters> parameters(nodes.size());
    parameters[1] = weights(27, 40, true);
    parameters[4] = weights(240, 17, true);
    parameters[8] = weights(17 * 2 * 3, 21, true);
    std::vector<ValueRange> ranges(nodes.size(), {-900, 900});
    ranges[0] = {0, 255};
    ranges[4] = {-2, 2};
    ranges[5] = ranges[6] = {-1, 1};
    return {Graph(nodes, {9}), parameters, ranges};
}

/// What is computed in floats between bytes.
QuantizedNetwork in_floats() {
    const std::vector<NodeSpec> nodes = {
        {"input", {}, {{"shape", Whole{19, 23, 3}}}},
        {"conv2d",
         {0},
         {{"filters", std::int64_t{3}}, {"kernel", Whole{3, 3}}, {"groups", std::int64_t{3}}}},
        {"clip", {1}, {}},
        {"conv_transpose2d",
         {2},
         {{"filters", std::int64_t{5}}, {"kernel", Whole{3, 2}}, {"strides", Whole{2, 1}}}},
        {"upsample2d", {3}, {{"size", Whole{2, 3}}, {"method", std::string("bilinear")}}},
        {"max_pool2d", {4}, {{"size", Whole{3, 3}}}},
    };
    std::vector<QuantizedParameters> parameters(nodes.size());
    parameters[1] = weights(9, 3, true);
    parameters[3] = weights(30, 3, false);
    parameters[3].weights.bias.assign(5, 0.5f);
    std::vector<ValueRange> ranges(nodes.size(), {-20, 20});
    ranges[0] = {0, 8};
    ranges[2] = {0, 6};
    return {Graph(nodes, {5}), parameters, ranges};
}

std::uint32_t predicted(std::size_t node, bool bytes, QuantizedNetwork (*make)() = network) {
    constexpr std::ptrdiff_t n = 37;
    const QuantizedNetwork quantized = make();
    std::vector<std::uint8_t> images(n * 19 * 23 * 3);
    Random random(7);
    for (std::uint8_t& value : images) value = static_cast<std::uint8_t>(random.below(256));
    const std::vector<float> floats(images.begin(), images.end());
    const void* values = bytes ? static_cast<const void*>(images.data()) : floats.data();
    std::vector<float> out(
        static_cast<std::size_t>(n * count_of(quantized.graph().nodes[node].shape)));
    quantized.predict({{values, bytes}}, n, {node}, {out.data()});
    return checksum(out);
}

}  // namespace

int main() {
    return check_bits({
        {"pooled convolution", [] { return predicted(3, true); }, 0x93941209u},
        {"padded convolution", [] { return predicted(4, true); }, 0x681aa0d0u},
        {"mean of tanh", [] { return predicted(6, true); }, 0xe049f3a9u},
        {"dense", [] { return predicted(8, true); }, 0x5c53bbb8u},
        {"floats between bytes", [] { return predicted(5, false, in_floats); }, 0x70fb10efu},
        {"softmax", [] { return predicted(9, false); }, 0xb06e2909u},
    });
}
