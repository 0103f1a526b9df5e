#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace imgmine {

/// An attribute as it comes from outside: nothing about it is certain yet.
using NodeAttribute =
    std::variant<bool, std::int64_t, double, std::vector<std::int64_t>, std::string>;

/// A node as it comes from outside.
struct NodeSpec {
    std::string op;
    std::vector<std::int64_t> inputs;  ///< indexes of earlier nodes
    std::map<std::string, NodeAttribute> attributes;
};

/// The size of a node's result for one image.
using NodeShape = std::vector<std::ptrdiff_t>;

enum class Op {
    input,
    conv2d,
    conv_transpose2d,
    max_pool2d,
    avg_pool2d,
    global_avg_pool2d,
    global_max_pool2d,
    flatten,
    reshape,
    dense,
    relu,
    leaky_relu,
    clip,
    sigmoid,
    tanh,
    softmax,
    dropout,
    batch_norm,
    upsample2d,
    rescale,
    add,
    concat,
};

/// A node that is known to be sound. Of the attributes those count that its op has.
struct Node {
    Op op;
    std::vector<std::size_t> inputs;
    NodeShape shape;                       ///< of the result, for one image
    std::ptrdiff_t units = 0;              ///< or filters
    std::ptrdiff_t groups = 1;             ///< of filters
    std::array<std::ptrdiff_t, 2> size{};  ///< of the kernel or pool (height, width), or factors
    std::array<std::ptrdiff_t, 2> stride{};
    std::array<std::ptrdiff_t, 4> padding{};  ///< top, left, bottom, right
    bool use_bias = false;
    bool frozen = false;  ///< whether its parameters stay as they are in training
    bool bilinear = false;
    float slope = 0;
    float low = 0, high = 0;  ///< limits of clip
    double rate = 0;          ///< of dropout; the momentum of batch_norm
    float epsilon = 0;
    float scale = 0, offset = 0;
    std::ptrdiff_t multiply_adds = 0;  ///< of one image
};

/// The number of values of a shape that is known to be sound.
inline std::ptrdiff_t count_of(const NodeShape& shape) {
    std::ptrdiff_t count = 1;
    for (const std::ptrdiff_t extent : shape) count *= extent;
    return count;
}

}  // namespace imgmine
