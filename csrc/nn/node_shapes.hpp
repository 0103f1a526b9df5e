#pragma once

#include "nn/node_windows.hpp"

namespace imgmine {

/// The extents' product; an error where it is not below 2^31.
inline std::ptrdiff_t checked_product(const NodeAttributes& attributes, const char* of,
                                      const std::vector<std::ptrdiff_t>& extents) {
    std::int64_t product = 1;
    for (const std::ptrdiff_t extent : extents) {
        attributes.require_that(extent <= NodeAttributes::most / product,
                                std::string(of) + " must have fewer than 2^31 values, got " +
                                    NodeAttributes::text_of(extents));
        product *= extent;
    }
    return product;
}

/// Reads the attributes of one node and infers the shape of its result.
class NodeShaper {
  public:
    NodeShaper(NodeAttributes& attributes, const std::vector<const NodeShape*>& inputs, Node& node)
        : attributes_(attributes), inputs_(inputs), node_(node) {}

    void settle() {
        if (node_.op != Op::input) node_.shape = *inputs_[0];
        read();
        attributes_.finish();
        checked_product(attributes_, "the result", node_.shape);
    }

  private:
    void read() {
        switch (node_.op) {
            case Op::input:
                return input();
            case Op::conv2d:
                return conv();
            case Op::conv_transpose2d:
                return conv_transpose();
            case Op::max_pool2d:
            case Op::avg_pool2d:
                return pool();
            case Op::global_avg_pool2d:
            case Op::global_max_pool2d:
                image();
                node_.shape = {node_.shape[2]};
                return;
            case Op::flatten:
                node_.shape = {count_of(node_.shape)};
                return;
            case Op::reshape:
                return reshape();
            case Op::dense:
                return dense();
            case Op::dropout:
                node_.rate = attributes_.fraction("rate", 0.5);
                return;
            case Op::leaky_relu:
                return leaky_relu();
            case Op::clip:
                return clip();
            case Op::batch_norm:
                return batch_norm();
            case Op::upsample2d:
                return upsample();
            case Op::rescale:
                return rescale();
            case Op::add:
                return add();
            case Op::concat:
                return concat();
            case Op::relu:
            case Op::sigmoid:
            case Op::tanh:
            case Op::softmax:
                return;
        }
    }

    void image() const {
        attributes_.require_that(
            node_.shape.size() == 3,
            "the input must have shape [height, width, channels], got " + text(node_.shape));
    }

    void input() {
        node_.shape = attributes_.extents("shape");
        attributes_.require_that(!node_.shape.empty() && node_.shape.size() <= 8,
                                 "shape must have 1 to 8 extents, got " + text(node_.shape));
    }

    void conv() {
        image();
        node_.units = attributes_.whole("filters");
        node_.use_bias = attributes_.flag("use_bias", true);
        NodeWindows windows(attributes_, "kernel", &ones, node_);
        windows.lay_over(*inputs_[0]);
        node_.shape[2] = node_.units;
        const std::ptrdiff_t channels = (*inputs_[0])[2];
        node_.groups = attributes_.whole("groups", 1);
        attributes_.require_that(
            channels % node_.groups == 0 && node_.units % node_.groups == 0,
            "groups must divide channels and filters (" + std::to_string(channels) + " and " +
                std::to_string(node_.units) + "), got " + std::to_string(node_.groups));
        const std::ptrdiff_t weights = weights_of(channels / node_.groups, node_.units);
        count_multiply_adds(node_.shape, weights);
    }

    void conv_transpose() {
        image();
        node_.units = attributes_.whole("filters");
        node_.use_bias = attributes_.flag("use_bias", true);
        const auto output_padding = attributes_.pair("output_padding", 0, &zeros);
        NodeWindows windows(attributes_, "kernel", &ones, node_);
        const NodeShape& from = *inputs_[0];
        for (std::size_t axis = 0; axis < 2; ++axis)
            checked_product(attributes_, "the result", {from[axis], node_.stride[axis]});
        windows.lay_under(from, output_padding);
        node_.shape[2] = node_.units;
        const std::ptrdiff_t weights = weights_of(from[2], node_.units);
        count_multiply_adds(from, weights);
    }

    void pool() {
        image();
        NodeWindows windows(attributes_, "size", nullptr, node_);
        windows.lay_over(*inputs_[0]);
    }

    void reshape() {
        const std::ptrdiff_t before = count_of(node_.shape);
        node_.shape = attributes_.extents("shape");
        attributes_.require_that(!node_.shape.empty() && node_.shape.size() <= 8,
                                 "shape must have 1 to 8 extents, got " + text(node_.shape));
        attributes_.require_that(checked_product(attributes_, "shape", node_.shape) == before,
                                 "shape must have as many values as the input (" +
                                     std::to_string(before) + "), got " + text(node_.shape));
    }

    void dense() {
        node_.units = attributes_.whole("units");
        node_.use_bias = attributes_.flag("use_bias", true);
        const std::ptrdiff_t weights =
            checked_product(attributes_, "kernel", {node_.shape.back(), node_.units});
        node_.multiply_adds = count_of(node_.shape) / node_.shape.back() * weights;
        node_.shape.back() = node_.units;
    }

    void leaky_relu() { node_.slope = static_cast<float>(attributes_.fraction("slope", 0.3)); }

    void clip() {
        node_.low = static_cast<float>(attributes_.number("low", 0));
        node_.high = static_cast<float>(attributes_.number("high", 6));
        attributes_.require_that(node_.low < node_.high, "low must be below high, got " +
                                                             std::to_string(node_.low) + " and " +
                                                             std::to_string(node_.high));
    }

    void batch_norm() {
        node_.rate = attributes_.fraction("momentum", 0.99);
        node_.epsilon = static_cast<float>(attributes_.number("epsilon", 1e-3));
        attributes_.require_that(
            node_.epsilon >= 1e-12f && node_.epsilon <= 1,
            "epsilon must be between 1e-12 and 1, got " + std::to_string(node_.epsilon));
    }

    void upsample() {
        image();
        node_.size = attributes_.pair("size", 1);
        const std::string method = attributes_.text("method", "nearest");
        attributes_.require_that(method == "nearest" || method == "bilinear",
                                 "method must be 'nearest' or 'bilinear', got '" + method + "'");
        node_.bilinear = method == "bilinear";
        for (std::size_t axis = 0; axis < 2; ++axis)
            node_.shape[axis] =
                checked_product(attributes_, "the result", {node_.shape[axis], node_.size[axis]});
    }

    void rescale() {
        node_.scale = static_cast<float>(attributes_.number("scale", 1));
        node_.offset = static_cast<float>(attributes_.number("offset", 0));
    }

    void add() const {
        for (const NodeShape* shape : inputs_)
            attributes_.require_that(*shape == node_.shape,
                                     "inputs must have the same shape, got " + text(node_.shape) +
                                         " and " + text(*shape));
    }

    void concat() {
        node_.shape.back() = 0;
        for (const NodeShape* shape : inputs_) {
            const bool same = shape->size() == node_.shape.size() &&
                              std::equal(shape->begin(), shape->end() - 1, node_.shape.begin());
            attributes_.require_that(same,
                                     "inputs must have the same shape but for the last "
                                     "axis, got " +
                                         text(*inputs_[0]) + " and " + text(*shape));
            node_.shape.back() += shape->back();
        }
    }

    std::ptrdiff_t weights_of(std::ptrdiff_t channels, std::ptrdiff_t filters) const {
        return checked_product(attributes_, "kernel",
                               {node_.size[0], node_.size[1], channels, filters});
    }

    /// Of weights that are all used at each of an image's pixels.
    void count_multiply_adds(const NodeShape& image, std::ptrdiff_t weights) {
        checked_product(attributes_, "the image", image);
        checked_product(attributes_, "the result", node_.shape);
        node_.multiply_adds = image[0] * image[1] * weights;
    }

    static std::string text(const NodeShape& shape) { return NodeAttributes::text_of(shape); }

    static constexpr std::array<std::ptrdiff_t, 2> ones{1, 1}, zeros{0, 0};

    NodeAttributes& attributes_;
    const std::vector<const NodeShape*>& inputs_;
    Node& node_;
};

}  // namespace imgmine
