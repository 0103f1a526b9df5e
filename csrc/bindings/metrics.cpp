#include "bindings/arrays.hpp"
#include "metrics/mse.hpp"
#include "metrics/ssim.hpp"

namespace {

template <class T>
double mse_of(const py::array& a, const py::array& b) {
    const auto first = view<T>(a), second = view<T>(b);
    const py::gil_scoped_release nogil;
    return imgmine::mse(first, second);
}

double mse(const py::array& a, const py::array& b) {
    return is<std::uint8_t>(a) ? mse_of<std::uint8_t>(a, b) : mse_of<float>(a, b);
}

template <class T>
double ssim_of(const py::array& a, const py::array& b, const imgmine::Ssim& options) {
    const auto first = view<T>(a), second = view<T>(b);
    const py::gil_scoped_release nogil;
    return imgmine::ssim(first, second, options);
}

double ssim(const py::array& a, const py::array& b, int ksize, double sigma, double data_range) {
    const imgmine::Ssim options{ksize, sigma, data_range};
    return is<std::uint8_t>(a) ? ssim_of<std::uint8_t>(a, b, options)
                               : ssim_of<float>(a, b, options);
}

}  // namespace

void bind_metrics(py::module_ m) {
    m.def("mse", &mse, "a"_a, "b"_a);
    m.def("ssim", &ssim, "a"_a, "b"_a, "ksize"_a, "sigma"_a, "data_range"_a);
}
