#pragma once

#include <algorithm>

#include "nn/node_attributes.hpp"

namespace imgmine {

/// How windows lie along one axis.
struct WindowAxis {
    std::ptrdiff_t before, after, count;
};

/// Windows of `size` every `stride` over an axis of `length`, with `before` and `after` values of
/// padding, or as many as TensorFlow's "same" asks for.
inline WindowAxis lay_windows(std::ptrdiff_t length, std::ptrdiff_t size, std::ptrdiff_t stride,
                              bool same, std::ptrdiff_t before, std::ptrdiff_t after) {
    if (!same) return {before, after, (length + before + after - size) / stride + 1};
    const std::ptrdiff_t count = (length + stride - 1) / stride;
    const std::ptrdiff_t total = std::max<std::ptrdiff_t>((count - 1) * stride + size - length, 0);
    return {total / 2, total - total / 2, count};
}

/// Reads kernel or pool size, strides and padding of a node.
class NodeWindows {
  public:
    /// `name` is the attribute of the windows' size; `strides` are `otherwise` if not given.
    NodeWindows(NodeAttributes& attributes, const char* name,
                const std::array<std::ptrdiff_t, 2>* otherwise, Node& node)
        : attributes_(attributes), name_(name), node_(node) {
        node.size = attributes.pair(name, 1);
        node.stride = attributes.pair("strides", 1, otherwise ? otherwise : &node.size);
        if (attributes.is_text_or_missing("padding")) {
            const std::string padding = attributes.text("padding", "valid");
            attributes.require_that(padding == "valid" || padding == "same",
                                    "padding must be 'valid', 'same' or [top, left, bottom, "
                                    "right], got '" +
                                        padding + "'");
            same_ = padding == "same";
        } else {
            node.padding = attributes.sides("padding");
        }
    }

    bool same() const { return same_; }

    /// Lays the windows over an image; settles the padding and the first two extents of the shape.
    void lay_over(const NodeShape& image) {
        for (std::size_t axis = 0; axis < 2; ++axis) {
            const std::ptrdiff_t before = node_.padding[axis], after = node_.padding[axis + 2];
            const std::ptrdiff_t size = node_.size[axis], length = image[axis];
            if (!same_) check(size, length, before, after);
            const WindowAxis windows =
                lay_windows(length, size, node_.stride[axis], same_, before, after);
            node_.padding[axis] = windows.before;
            node_.padding[axis + 2] = windows.after;
            node_.shape[axis] = windows.count;
        }
    }

    /// The reverse: images over which windows lie as many as the input has pixels.
    void lay_under(const NodeShape& input, const std::array<std::ptrdiff_t, 2>& output_padding) {
        for (std::size_t axis = 0; axis < 2; ++axis) {
            const std::ptrdiff_t size = node_.size[axis], stride = node_.stride[axis];
            const std::ptrdiff_t spread = (input[axis] - 1) * stride;
            attributes_.require_that(output_padding[axis] < std::max(stride, std::ptrdiff_t{2}) &&
                                         (!same_ || output_padding[axis] == 0),
                                     "output_padding must be below the strides, and [0, 0] with "
                                     "padding 'same'");
            std::ptrdiff_t& before = node_.padding[axis];
            std::ptrdiff_t& after = node_.padding[axis + 2];
            if (same_) {
                before = std::max<std::ptrdiff_t>(size - stride, 0) / 2;
                node_.shape[axis] = spread + stride;
                after = std::max<std::ptrdiff_t>(spread + size - before - node_.shape[axis], 0);
            } else {
                node_.shape[axis] = spread + size + output_padding[axis] - before - after;
            }
            attributes_.require_that(node_.shape[axis] >= 1 && before < size && after < size,
                                     "padding must be smaller than " + std::string(name_) +
                                         " and leave something of the image");
        }
    }

  private:
    void check(std::ptrdiff_t size, std::ptrdiff_t length, std::ptrdiff_t before,
               std::ptrdiff_t after) const {
        attributes_.require_that(size <= length + before + after,
                                 std::string(name_) + " must fit into the image, got " +
                                     std::to_string(size) + " for " + std::to_string(length) +
                                     " pixels and " + std::to_string(before + after) +
                                     " of padding");
        attributes_.require_that(before < size && after < size,
                                 "padding must be smaller than " + std::string(name_));
    }

    NodeAttributes& attributes_;
    const char* name_;
    Node& node_;
    bool same_ = false;
};

}  // namespace imgmine
