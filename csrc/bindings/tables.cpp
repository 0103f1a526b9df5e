#include "bindings/arrays.hpp"
#include "color/tables.hpp"
#include "filters/gaussian_blur.hpp"

// What the core looks up or weighs with, for versions of its functions that run elsewhere.

namespace {

template <class T, std::size_t n>
py::array_t<T> table_of(const T (&values)[n]) {
    return to_array(std::vector<T>(values, values + n));
}

py::tuple lab_fixed_point() {
    const imgmine::LabTables& tables = imgmine::lab_tables();
    return py::make_tuple(table_of(tables.linear), table_of(tables.matrix), table_of(tables.f));
}

py::array srgb_bytes() {
    return table_of(imgmine::encode_table().bytes);
}

py::array gaussian_weights(std::optional<double> sigma, std::optional<int> ksize, bool is_float) {
    return to_array(imgmine::gaussian_taps({sigma, ksize}, is_float));
}

py::array gaussian_fixed_point(std::optional<double> sigma, std::optional<int> ksize) {
    return to_array(imgmine::fixed_point_taps(imgmine::gaussian_taps({sigma, ksize}, false)));
}

}  // namespace

void bind_tables(py::module_ m) {
    m.def("lab", &lab_fixed_point);
    m.def("srgb_bytes", &srgb_bytes);
    m.def("gaussian", &gaussian_weights, "sigma"_a, "ksize"_a, "is_float"_a);
    m.def("gaussian_fixed_point", &gaussian_fixed_point, "sigma"_a, "ksize"_a);
}
