// Pooling by itself, and the machine's peak, for tests and benchmarks.
#include "bindings/nn_windows.hpp"
#include "kernels/conv.hpp"
#include "nn/pool2d.hpp"

namespace {

imgmine::Pool2D pool2d_of(const NnPair& image, py::ssize_t channels, const NnPair& size,
                          const NnPair& strides, const NnSides& pad) {
    imgmine::Pool2D p{image[0],   image[1], channels, size[0], size[1], strides[0],
                      strides[1], pad[0],   pad[1],   0,       0};
    p.out_height = nn_steps(p.height + pad[0] + pad[2], p.size_y, p.stride_y);
    p.out_width = nn_steps(p.width + pad[1] + pad[3], p.size_x, p.stride_x);
    return p;
}

/// The largest of each window and which pixel it was.
py::tuple max_pool2d(const CArray<float>& x, const NnPair& size, const NnPair& strides,
                     const NnSides& padding) {
    const auto p = pool2d_of({x.shape(1), x.shape(2)}, x.shape(3), size, strides, padding);
    auto y = empty<float>({x.shape(0), p.out_height, p.out_width, p.channels});
    auto winner = empty<std::int32_t>({x.shape(0), p.out_height, p.out_width, p.channels});
    const float* from = x.data();
    float* to = y.mutable_data();
    std::int32_t* pixels = winner.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::max_pool2d_forward(p, from, x.shape(0), to, pixels);
    }
    return py::make_tuple(y, winner);
}

py::array max_pool2d_gradient(const CArray<float>& grad_y, const CArray<std::int32_t>& winner,
                              const NnPair& image) {
    imgmine::Pool2D p{image[0], image[1], grad_y.shape(3), 1, 1, 1, 1, 0, 0, 0, 0};
    p.out_height = grad_y.shape(1), p.out_width = grad_y.shape(2);
    auto grad_x = empty<float>({grad_y.shape(0), p.height, p.width, p.channels});
    imgmine::max_pool2d_backward(p, grad_y.data(), winner.data(), grad_y.shape(0),
                                 grad_x.mutable_data());
    return grad_x;
}

py::array avg_pool2d(const CArray<float>& x, const NnPair& size, const NnPair& strides,
                     const NnSides& padding) {
    const auto p = pool2d_of({x.shape(1), x.shape(2)}, x.shape(3), size, strides, padding);
    auto y = empty<float>({x.shape(0), p.out_height, p.out_width, p.channels});
    imgmine::avg_pool2d_forward(p, x.data(), x.shape(0), y.mutable_data());
    return y;
}

py::array avg_pool2d_gradient(const CArray<float>& grad_y, const NnPair& image, const NnPair& size,
                              const NnPair& strides, const NnSides& padding) {
    const auto p = pool2d_of(image, grad_y.shape(3), size, strides, padding);
    auto grad_x = empty<float>({grad_y.shape(0), p.height, p.width, p.channels});
    imgmine::avg_pool2d_backward(p, grad_y.data(), grad_y.shape(0), grad_x.mutable_data());
    return grad_x;
}

/// Does nothing but so many rounds of multiply-adds; returns how many they were.
std::size_t multiply_adds(std::size_t rounds) {
    const py::gil_scoped_release nogil;
    float sink = 0.5f;
    return imgmine::conv_kernels().multiply_adds(rounds, &sink);
}

}  // namespace

void bind_nn_pools(py::module_ m) {
    m.def("multiply_adds", &multiply_adds, "rounds"_a);
    m.def("max_pool2d", &max_pool2d, "x"_a, "size"_a, "strides"_a, "padding"_a);
    m.def("max_pool2d_gradient", &max_pool2d_gradient, "grad_y"_a, "winner"_a, "image"_a);
    m.def("avg_pool2d", &avg_pool2d, "x"_a, "size"_a, "strides"_a, "padding"_a);
    m.def("avg_pool2d_gradient", &avg_pool2d_gradient, "grad_y"_a, "image"_a, "size"_a, "strides"_a,
          "padding"_a);
}
