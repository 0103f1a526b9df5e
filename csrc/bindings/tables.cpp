#include "color/tables.hpp"

#include "bindings/arrays.hpp"
#include "features/cedd.hpp"
#include "features/color_layout.hpp"
#include "features/edge_histogram.hpp"
#include "features/fuzzy_color.hpp"
#include "features/gabor_features.hpp"
#include "features/hog.hpp"
#include "features/lbp.hpp"
#include "filters/gaussian_blur.hpp"
#include "filters/gaussian_fast.hpp"
#include "filters/gradient.hpp"
#include "filters/quads.hpp"
#include "geometry/resize_linear.hpp"

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

/// Pixels from one point of the fast method's grid to the next, 1 where it is not used, and its
/// taps.
py::tuple gaussian_coarse(double sigma) {
    if (imgmine::CoarseGaussian::factor_for(sigma) == 1)
        return py::make_tuple(1, to_array(std::vector<float>{}));
    const imgmine::CoarseGaussian coarse(sigma);
    return py::make_tuple(coarse.factor, to_array(coarse.taps));
}

using Whole = std::optional<std::pair<py::array, double>>;

Whole pair_of(const std::optional<imgmine::WholeWeights>& whole) {
    if (!whole) return std::nullopt;
    return std::pair{py::array(to_array(whole->values)), whole->divisor};
}

std::vector<double> doubles_of(const CArray<double>& weights) {
    return {weights.data(), weights.data() + weights.size()};
}

Whole whole_weights(const CArray<double>& weights) {
    return pair_of(imgmine::whole_weights(doubles_of(weights)));
}

Whole nearly_whole_weights(const CArray<double>& weights) {
    return pair_of(
        imgmine::nearly_whole_weights(doubles_of(weights), imgmine::largest_quad_weight));
}

/// For each new pixel along an axis, the old one before it and its weight of the next.
template <class Kind>
py::tuple lerp_of(std::ptrdiff_t from, std::ptrdiff_t to) {
    const imgmine::LerpAxis axis(from, to);
    std::vector<std::int32_t> left;
    std::vector<typename Kind::Weight> weights;
    for (std::ptrdiff_t i = 0; i < to; ++i) {
        const imgmine::Lerp lerp = axis.at(i);
        left.push_back(lerp.left);
        weights.push_back(Kind::weight(lerp.way));
    }
    return py::make_tuple(to_array(left), to_array(weights));
}

py::tuple lerp_steps(std::ptrdiff_t from, std::ptrdiff_t to, bool is_float) {
    return is_float ? lerp_of<imgmine::FloatLerp>(from, to) : lerp_of<imgmine::ByteLerp>(from, to);
}

/// Four numbers for each slope of hue and of value, and the levels of each texture.
py::tuple cedd_tables() {
    std::vector<double> slopes, levels;
    const auto add = [&](const imgmine::fuzzy::Slope& s) {
        slopes.insert(slopes.end(), {s.from, s.full, s.until, s.to});
    };
    for (const auto& slope : imgmine::fuzzy::hues) add(slope);
    for (const auto& slope : imgmine::fuzzy::values) add(slope);
    for (const auto& of_texture : imgmine::cedd_levels())
        levels.insert(levels.end(), of_texture.begin(), of_texture.end());
    return py::make_tuple(to_array(slopes), to_array(levels));
}

template <class T, std::size_t n>
py::array_t<T> table_of(const std::array<T, n>& values) {
    return to_array(std::vector<T>(values.begin(), values.end()));
}

py::array lbp_codes(std::vector<double> rows, std::vector<double> columns,
                    std::string_view method) {
    const imgmine::LbpOptions options{std::move(rows), std::move(columns),
                                      imgmine::lbp_method_from_name(method)};
    const auto codes = options.codes();
    return to_array(std::vector<std::uint8_t>(codes.begin(), codes.end()));
}

/// For each filter of one wavelength that is worked out its even and odd weights at each distance:
/// the factors along the rows, and those down the columns.
py::tuple gabor_factors(double wavelength, int orientations, double sigma, int ksize) {
    const imgmine::GaborBank bank{
        {wavelength}, orientations, {sigma}, {ksize}, imgmine::Border::reflect101};
    bank.check();
    std::vector<float> rows, columns;
    const auto add = [](const imgmine::GaborFactor& from, std::vector<float>& to) {
        for (std::size_t k = 0; k < from.even.size(); ++k)
            to.insert(to.end(), {from.even[k], from.odd[k]});
    };
    for (const auto& filter : imgmine::gabor_filters(bank)) {
        add(filter.row, rows);
        add(filter.column, columns);
    }
    return py::make_tuple(to_array(rows), to_array(columns));
}

}  // namespace

void bind_tables(py::module_ m) {
    m.def("lab", &lab_fixed_point);
    m.def("cedd", &cedd_tables);
    m.def("srgb_bytes", &srgb_bytes);
    m.def("gaussian", &gaussian_weights, "sigma"_a, "ksize"_a, "is_float"_a);
    m.def("gaussian_fixed_point", &gaussian_fixed_point, "sigma"_a, "ksize"_a);
    m.def("gaussian_coarse", &gaussian_coarse, "sigma"_a);
    m.def("whole_weights", &whole_weights, "weights"_a);
    m.def("nearly_whole_weights", &nearly_whole_weights, "weights"_a);
    m.def("lerp", &lerp_steps, "from_"_a, "to"_a, "is_float"_a);
    m.def("lbp_codes", &lbp_codes, "rows"_a, "columns"_a, "method"_a);
    m.def("gabor", &gabor_factors, "wavelength"_a, "orientations"_a, "sigma"_a, "ksize"_a);
    m.def("edge_level_borders", [] { return table_of(imgmine::edge_level_borders()); });
    m.def("layout_cosines", [] { return table_of(imgmine::layout_cosines()); });
    m.def("zigzag_order", [] { return table_of(imgmine::zigzag_order()); });
    m.def("larger_parts", [] { return table_of(imgmine::larger_parts()); });
    m.def(
        "hog_weights",
        [](int cell, int block) { return to_array(imgmine::hog_weights(cell, block)); }, "cell"_a,
        "block"_a);
    m.def(
        "sobel", [](int ksize, int order) { return to_array(imgmine::sobel_taps(ksize, order)); },
        "ksize"_a, "order"_a);
}
