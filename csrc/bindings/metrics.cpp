#include "bindings/any_rows.hpp"
#include "bindings/arrays.hpp"
#include "metrics/mse.hpp"
#include "metrics/silhouette.hpp"
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

py::tuple mean_distances(const py::array& x, const CArray<std::int64_t>& codes,
                         std::int64_t n_clusters, std::string_view metric, bool own_only) {
    const auto apart = imgmine::apart_from_name(metric);
    const auto given = any_rows(x);
    auto own = empty<double>({x.shape(0)}), other = empty<double>({x.shape(0)});
    double *to_own = own.mutable_data(), *to_other = own_only ? nullptr : other.mutable_data();
    const std::int64_t* numbers = codes.data();
    {
        const py::gil_scoped_release nogil;
        imgmine::mean_distances(imgmine::ExactRows(given, apart), numbers, n_clusters, to_own,
                                to_other);
    }
    return py::make_tuple(own, own_only ? py::object(py::none()) : py::object(other));
}

}  // namespace

void bind_metrics(py::module_ m) {
    m.def("mse", &mse, "a"_a, "b"_a);
    m.def("ssim", &ssim, "a"_a, "b"_a, "ksize"_a, "sigma"_a, "data_range"_a);
    m.def("mean_distances", &mean_distances, "x"_a, "codes"_a, "n_clusters"_a, "metric"_a,
          "own_only"_a);
}
