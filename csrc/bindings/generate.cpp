#include "base/error.hpp"
#include "bindings/arrays.hpp"
#include "generate/vae.hpp"

namespace {

imgmine::CodeStatistics code_statistics(const CArray<float>& statistics,
                                        const CArray<float>& noise) {
    const bool fits = statistics.ndim() == 2 && noise.ndim() == 2 &&
                      statistics.shape(0) == noise.shape(0) &&
                      statistics.shape(1) == 2 * noise.shape(1);
    imgmine::require(fits, "noise must have shape (n, size), statistics (n, 2 * size)");
    return {statistics.data(), noise.shape(0), noise.shape(1)};
}

py::array standard_normal(std::uint64_t seed, py::ssize_t n) {
    imgmine::require(n >= 0, "n must not be negative");
    auto out = empty<float>({n});
    float* numbers = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::standard_normal(seed, n, numbers);
    }
    return out;
}

py::array draw_codes(const CArray<float>& statistics, const CArray<float>& noise) {
    const imgmine::CodeStatistics given = code_statistics(statistics, noise);
    auto out = empty<float>({given.n, given.size});
    const float* drawn = noise.data();
    float* codes = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::draw_codes(given, drawn, codes);
    }
    return out;
}

py::tuple code_gradients(const CArray<float>& statistics, const CArray<float>& noise,
                         const CArray<float>& code_gradient, double weight) {
    const imgmine::CodeStatistics given = code_statistics(statistics, noise);
    imgmine::require(code_gradient.size() == noise.size(), "code_gradient must be as noise is");
    auto out = empty<float>({given.n, 2 * given.size});
    const float *drawn = noise.data(), *of_codes = code_gradient.data();
    float* gradient = out.mutable_data();
    double divergence;
    {
        const py::gil_scoped_release nogil;
        divergence = imgmine::code_gradients(given, drawn, of_codes, weight, gradient);
    }
    return py::make_tuple(divergence, out);
}

}  // namespace

void bind_generate(py::module_ m) {
    m.def("standard_normal", &standard_normal, "seed"_a, "n"_a);
    m.def("draw_codes", &draw_codes, "statistics"_a.noconvert(), "noise"_a.noconvert());
    m.def("code_gradients", &code_gradients, "statistics"_a.noconvert(), "noise"_a.noconvert(),
          "code_gradient"_a.noconvert(), "weight"_a);
}
