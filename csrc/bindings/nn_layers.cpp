// The layers' loops by themselves, for tests and benchmarks: networks call them in C++.
#include "base/parallel.hpp"
#include "bindings/nn_windows.hpp"
#include "nn/conv2d.hpp"
#include "nn/dense.hpp"

void bind_nn_pools(py::module_ m);

namespace {

imgmine::Precision precision_of(const std::string& name) {
    return name == "bfloat16" ? imgmine::Precision::bfloat16 : imgmine::Precision::float32;
}

imgmine::Conv2D conv2d_of(const NnPair& size, const py::array& kernel, const NnPair& strides,
                          const NnSides& pad, py::ssize_t groups) {
    imgmine::Conv2D c{size[0],
                      size[1],
                      kernel.shape(2) * groups,
                      kernel.shape(0),
                      kernel.shape(1),
                      kernel.shape(3),
                      strides[0],
                      strides[1],
                      pad[0],
                      pad[1],
                      0,
                      0,
                      groups};
    c.out_height = nn_steps(c.height + pad[0] + pad[2], c.kernel_height, c.stride_y);
    c.out_width = nn_steps(c.width + pad[1] + pad[3], c.kernel_width, c.stride_x);
    return c;
}

/// body(first, count, scratch) for groups of images, on threads.
template <class Body>
void in_groups(py::ssize_t n, const Body& body) {
    constexpr py::ssize_t group = 8;
    imgmine::parallel_for((n + group - 1) / group, 1, [&](auto first, auto last) {
        imgmine::Scratch scratch;
        for (auto g = first; g < last; ++g)
            body(g * group, std::min(group, n - g * group), scratch);
    });
}

const float* data_or_null(const std::optional<CArray<float>>& a) {
    return a ? a->data() : nullptr;
}

py::array conv2d_forward(const CArray<float>& x, const CArray<float>& kernel,
                         const std::optional<CArray<float>>& bias, const NnPair& strides,
                         const NnSides& padding, bool relu, const std::string& precision,
                         py::ssize_t groups) {
    const auto c = conv2d_of({x.shape(1), x.shape(2)}, kernel, strides, padding, groups);
    auto y = empty<float>({x.shape(0), c.out_height, c.out_width, c.filters});
    const float *from = x.data(), *weights = kernel.data(), *offsets = data_or_null(bias);
    float* to = y.mutable_data();
    const auto n = x.shape(0), size = c.height * c.width * c.channels,
               out_size = c.out_height * c.out_width * c.filters;
    const py::gil_scoped_release nogil;
    imgmine::PackedConv2D packed;
    imgmine::pack_conv2d(c, weights, false, precision_of(precision), packed);
    in_groups(n, [&](auto i, auto count, auto& scratch) {
        imgmine::conv2d_forward(c, packed, offsets, relu, from + i * size, count, to + i * out_size,
                                scratch);
    });
    return y;
}

py::tuple conv2d_relu_pool(const CArray<float>& x, const CArray<float>& kernel,
                           const std::optional<CArray<float>>& bias, const NnPair& strides,
                           const NnSides& padding, const std::string& precision) {
    const auto c = conv2d_of({x.shape(1), x.shape(2)}, kernel, strides, padding, 1);
    auto y = empty<float>({x.shape(0), c.out_height / 2, c.out_width / 2, c.filters});
    auto choice = empty<std::uint8_t>({x.shape(0), c.out_height / 2, c.out_width / 2, c.filters});
    const float *from = x.data(), *weights = kernel.data(), *offsets = data_or_null(bias);
    float* to = y.mutable_data();
    std::uint8_t* chosen = choice.mutable_data();
    const auto n = x.shape(0), size = c.height * c.width * c.channels,
               out_size = (c.out_height / 2) * (c.out_width / 2) * c.filters;
    {
        const py::gil_scoped_release nogil;
        imgmine::PackedConv2D packed;
        imgmine::pack_conv2d(c, weights, false, precision_of(precision), packed);
        in_groups(n, [&](auto i, auto count, auto& scratch) {
            imgmine::conv2d_relu_pool_forward(c, packed, offsets, from + i * size, count,
                                              to + i * out_size, chosen + i * out_size, scratch);
        });
    }
    return py::make_tuple(y, choice);
}

/// grad_x; after pooling where there is a choice.
py::array conv2d_backward_data(const CArray<float>& grad_y, const CArray<float>& kernel,
                               const std::optional<CArray<std::uint8_t>>& choice,
                               const NnPair& image, const NnPair& strides, const NnSides& padding,
                               const std::string& precision, py::ssize_t groups) {
    const auto c = conv2d_of(image, kernel, strides, padding, groups);
    auto grad_x = empty<float>({grad_y.shape(0), c.height, c.width, c.channels});
    const float *from = grad_y.data(), *weights = kernel.data();
    const std::uint8_t* chosen = choice ? choice->data() : nullptr;
    float* to = grad_x.mutable_data();
    const auto n = grad_y.shape(0), size = c.height * c.width * c.channels,
               out_size = grad_y.shape(1) * grad_y.shape(2) * c.filters;
    const py::gil_scoped_release nogil;
    imgmine::PackedConv2D packed;
    imgmine::pack_conv2d(c, weights, true, precision_of(precision), packed);
    in_groups(n, [&](auto i, auto count, auto& scratch) {
        if (chosen)
            imgmine::conv2d_relu_pool_backward_data(c, packed, from + i * out_size,
                                                    chosen + i * out_size, count, to + i * size,
                                                    scratch);
        else
            imgmine::conv2d_backward_data(c, packed, from + i * out_size, count, to + i * size,
                                          scratch);
    });
    return grad_x;
}

/// What `add(first, count, sums, scratch)` adds to `size` sums of each group of images, added up in
/// order.
template <class Add>
std::vector<float> sum_of_groups(py::ssize_t n, std::size_t size, const Add& add) {
    std::vector<std::vector<float>> sums(static_cast<std::size_t>(n / 8 + 1));
    in_groups(n, [&](auto i, auto count, auto& scratch) {
        auto& own = sums[static_cast<std::size_t>(i / 8)];
        own.resize(size);
        add(i, count, own.data(), scratch);
    });
    std::vector<float> total(size);
    for (const auto& own : sums)
        for (std::size_t i = 0; i < own.size(); ++i) total[i] += own[i];
    return total;
}

/// The gradients of kernel and bias.
py::tuple conv2d_backward_weights(const CArray<float>& x, const CArray<float>& grad_y,
                                  const CArray<float>& kernel,
                                  const std::optional<CArray<std::uint8_t>>& choice,
                                  const NnPair& strides, const NnSides& padding,
                                  py::ssize_t groups) {
    const auto c = conv2d_of({x.shape(1), x.shape(2)}, kernel, strides, padding, groups);
    const float *from = x.data(), *grad = grad_y.data();
    const std::uint8_t* chosen = choice ? choice->data() : nullptr;
    const auto size = c.height * c.width * c.channels, n_weights = kernel.size(),
               out_size = grad_y.shape(1) * grad_y.shape(2) * c.filters;
    const auto add = [&](auto i, auto count, float* sums, auto& scratch) {
        if (chosen)
            imgmine::conv2d_relu_pool_backward_weights(c, from + i * size, grad + i * out_size,
                                                       chosen + i * out_size, count, sums,
                                                       sums + n_weights, scratch);
        else
            imgmine::conv2d_backward_weights(c, from + i * size, grad + i * out_size, count, sums,
                                             sums + n_weights, scratch);
    };
    std::vector<float> sums;
    {
        const py::gil_scoped_release nogil;
        sums = sum_of_groups(x.shape(0), static_cast<std::size_t>(n_weights + c.filters), add);
    }
    const auto all = to_array(sums);
    return py::make_tuple(all[py::slice(0, n_weights, 1)], all[py::slice(n_weights, {}, 1)]);
}

py::array dense_forward(const CArray<float>& x, const CArray<float>& weights,
                        const std::optional<CArray<float>>& bias, bool relu,
                        const std::string& precision) {
    const imgmine::Dense d{weights.shape(0), weights.shape(1)};
    auto y = empty<float>({x.shape(0), d.units});
    const float *from = x.data(), *values = weights.data(), *offsets = data_or_null(bias);
    float* to = y.mutable_data();
    const auto n = x.shape(0);
    const py::gil_scoped_release nogil;
    imgmine::PackedDense packed;
    imgmine::pack_dense(d, values, false, precision_of(precision), packed);
    in_groups(n, [&](auto i, auto count, auto& scratch) {
        imgmine::dense_forward(d, packed, offsets, relu, from + i * d.inputs, count,
                               to + i * d.units, scratch);
    });
    return y;
}

py::array dense_backward_data(const CArray<float>& grad_y, const CArray<float>& weights,
                              const std::string& precision) {
    const imgmine::Dense d{weights.shape(0), weights.shape(1)};
    auto grad_x = empty<float>({grad_y.shape(0), d.inputs});
    const float *from = grad_y.data(), *values = weights.data();
    float* to = grad_x.mutable_data();
    const auto n = grad_y.shape(0);
    const py::gil_scoped_release nogil;
    imgmine::PackedDense packed;
    imgmine::pack_dense(d, values, true, precision_of(precision), packed);
    in_groups(n, [&](auto i, auto count, auto& scratch) {
        imgmine::dense_backward_data(d, packed, from + i * d.units, count, to + i * d.inputs,
                                     scratch);
    });
    return grad_x;
}

/// The gradients of weights (inputs * units, flat) and bias.
py::tuple dense_backward_weights(const CArray<float>& x, const CArray<float>& grad_y) {
    const imgmine::Dense d{x.shape(1), grad_y.shape(1)};
    const float *from = x.data(), *grad = grad_y.data();
    const auto n_weights = d.inputs * d.units;
    std::vector<float> sums;
    {
        const py::gil_scoped_release nogil;
        sums = sum_of_groups(x.shape(0), static_cast<std::size_t>(n_weights + d.units),
                             [&](auto i, auto count, float* own, auto& scratch) {
                                 imgmine::dense_backward_weights(d, from + i * d.inputs,
                                                                 grad + i * d.units, count, own,
                                                                 own + n_weights, scratch);
                             });
    }
    const auto all = to_array(sums);
    return py::make_tuple(all[py::slice(0, n_weights, 1)], all[py::slice(n_weights, {}, 1)]);
}

}  // namespace

void bind_nn_layers(py::module_ m) {
    m.def("conv2d", &conv2d_forward, "x"_a, "kernel"_a, "bias"_a, "strides"_a, "padding"_a,
          "relu"_a, "precision"_a, "groups"_a = 1);
    m.def("conv2d_relu_pool", &conv2d_relu_pool, "x"_a, "kernel"_a, "bias"_a, "strides"_a,
          "padding"_a, "precision"_a);
    m.def("conv2d_backward_data", &conv2d_backward_data, "grad_y"_a, "kernel"_a, "choice"_a,
          "image"_a, "strides"_a, "padding"_a, "precision"_a, "groups"_a = 1);
    m.def("conv2d_backward_weights", &conv2d_backward_weights, "x"_a, "grad_y"_a, "kernel"_a,
          "choice"_a, "strides"_a, "padding"_a, "groups"_a = 1);
    m.def("dense", &dense_forward, "x"_a, "weights"_a, "bias"_a, "relu"_a, "precision"_a);
    m.def("dense_backward_data", &dense_backward_data, "grad_y"_a, "weights"_a, "precision"_a);
    m.def("dense_backward_weights", &dense_backward_weights, "x"_a, "grad_y"_a);
    bind_nn_pools(m);
}
