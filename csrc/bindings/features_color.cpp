#include "bindings/arrays.hpp"
#include "features/cedd.hpp"
#include "features/color_correlogram.hpp"
#include "features/color_histogram.hpp"
#include "features/color_layout.hpp"
#include "features/color_moments.hpp"
#include "features/fcth.hpp"
#include "features/histogram.hpp"
#include "features/scalable_color.hpp"

namespace {

using imgmine::Areas;
using imgmine::Normalize;
using OptionalArray = std::optional<py::array>;

/// Where pixels are counted, and for how many results: cells of a grid, of a pyramid of more than
/// one level, or regions of labels.
struct Where {
    Areas areas;
    int levels = 1;
    bool labelled = false;

    std::size_t count() const {
        return levels > 1 ? imgmine::pyramid_cells(levels) : areas.count();
    }
};

Where where(std::array<int, 2> grid, int levels, const OptionalArray& mask,
            const OptionalArray& labels, py::ssize_t n_labels) {
    Where result{{}, levels, labels.has_value()};
    result.areas = imgmine::pyramid_areas(levels);
    if (levels == 1) result.areas.rows = grid[0], result.areas.columns = grid[1];
    if (mask) result.areas.mask = view<std::uint8_t>(*mask);
    if (labels) result.areas.labels = view<std::int32_t>(*labels), result.areas.n_labels = n_labels;
    result.areas.check();
    return result;
}

/// A vector of `size` values for each place: one after the other, or for labels as rows.
py::array_t<float> empty_for(const Where& where, std::size_t size) {
    const auto n = static_cast<py::ssize_t>(where.count()), each = static_cast<py::ssize_t>(size);
    if (where.labelled) return empty<float>({n, each});
    return empty<float>({n * each});
}

/// Counts, by count(view, areas), and normalises.
template <class T, class Count>
py::array counted(const py::array& image, const Where& where, std::size_t size, Normalize normalize,
                  const Count& count) {
    const auto src = view<T>(image);
    auto out = empty_for(where, size);
    float* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        const std::vector<std::uint64_t> counts = count(src, where.areas);
        if (where.levels > 1)
            imgmine::write_pyramid(counts, size, where.levels, normalize, values);
        else
            imgmine::write_areas(counts, size, normalize, values);
    }
    return out;
}

py::array histogram(const py::array& image, int bins, double low, double high,
                    std::string_view normalize_name, std::array<int, 2> grid, int levels,
                    const OptionalArray& mask, const OptionalArray& labels, py::ssize_t n_labels) {
    const Normalize normalize = imgmine::normalize_from_name(normalize_name);
    const imgmine::Bins spec{bins, low, high};
    spec.check();
    const Where places = where(grid, levels, mask, labels, n_labels);
    const std::size_t channels = image.ndim() == 3 ? static_cast<std::size_t>(image.shape(2)) : 1;
    const std::size_t size = channels * static_cast<std::size_t>(bins);
    const auto count = [&](auto src, const Areas& areas) {
        return imgmine::histogram(src, spec, areas);
    };
    return is<std::uint8_t>(image) ? counted<std::uint8_t>(image, places, size, normalize, count)
                                   : counted<float>(image, places, size, normalize, count);
}

py::array color_histogram(const py::array& image, std::array<int, 3> bins, std::string_view space,
                          bool joint, std::string_view normalize_name, std::array<int, 2> grid,
                          int levels, const OptionalArray& mask, const OptionalArray& labels,
                          py::ssize_t n_labels) {
    const Normalize normalize = imgmine::normalize_from_name(normalize_name);
    const imgmine::ColorBins spec{imgmine::color_space_from_name(space), bins, joint};
    spec.check();
    return counted<std::uint8_t>(
        image, where(grid, levels, mask, labels, n_labels), spec.size(), normalize,
        [&](auto src, const Areas& areas) { return imgmine::color_histogram(src, spec, areas); });
}

py::array color_moments(const py::array& image, std::string_view space_name,
                        std::array<int, 2> grid, const OptionalArray& mask,
                        const OptionalArray& labels, py::ssize_t n_labels) {
    const imgmine::ColorSpace space = imgmine::color_space_from_name(space_name);
    const Where places = where(grid, 1, mask, labels, n_labels);
    const auto src = view<std::uint8_t>(image);
    auto out = empty_for(places, 9);
    float* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::color_moments(src, space, places.areas, values);
    }
    return out;
}

/// A vector of `size` values, written by describe(view, values).
template <class Describe>
py::array described(const py::array& image, std::size_t size, const Describe& describe) {
    const auto src = view<std::uint8_t>(image);
    auto out = empty<float>({static_cast<py::ssize_t>(size)});
    float* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        describe(src, values);
    }
    return out;
}

py::array color_correlogram(const py::array& image, std::array<int, 3> bins,
                            const std::vector<int>& distances, std::string_view space) {
    const imgmine::ColorBins spec{imgmine::color_space_from_name(space), bins, true};
    spec.check();
    return described(image, spec.size() * distances.size(), [&](auto src, float* out) {
        imgmine::color_correlogram(src, spec, distances, out);
    });
}

py::array color_layout(const py::array& image, int n_luma, int n_chroma) {
    const auto at_least_0 = [](int n) { return static_cast<std::size_t>(n < 0 ? 0 : n); };
    return described(
        image, at_least_0(n_luma) + 2 * at_least_0(n_chroma),
        [&](auto src, float* out) { imgmine::color_layout(src, n_luma, n_chroma, out); });
}

py::array scalable_color(const py::array& image, int coefficients) {
    return described(
        image, static_cast<std::size_t>(coefficients < 0 ? 0 : coefficients),
        [&](auto src, float* out) { imgmine::scalable_color(src, coefficients, out); });
}

py::array cedd(const py::array& image, std::string_view normalize_name) {
    const Normalize normalize = imgmine::normalize_from_name(normalize_name);
    return described(image, 144, [&](auto src, float* out) { imgmine::cedd(src, normalize, out); });
}

py::array fcth(const py::array& image, std::string_view normalize_name) {
    const Normalize normalize = imgmine::normalize_from_name(normalize_name);
    return described(image, 192, [&](auto src, float* out) { imgmine::fcth(src, normalize, out); });
}

}  // namespace

void bind_features_color(py::module_ m) {
    m.def("histogram", &histogram, "image"_a, "bins"_a, "low"_a, "high"_a, "normalize"_a, "grid"_a,
          "levels"_a, "mask"_a, "labels"_a, "n_labels"_a);
    m.def("color_histogram", &color_histogram, "image"_a, "bins"_a, "space"_a, "joint"_a,
          "normalize"_a, "grid"_a, "levels"_a, "mask"_a, "labels"_a, "n_labels"_a);
    m.def("color_moments", &color_moments, "image"_a, "space"_a, "grid"_a, "mask"_a, "labels"_a,
          "n_labels"_a);
    m.def("color_correlogram", &color_correlogram, "image"_a, "bins"_a, "distances"_a, "space"_a);
    m.def("color_layout", &color_layout, "image"_a, "n_luma"_a, "n_chroma"_a);
    m.def("scalable_color", &scalable_color, "image"_a, "coefficients"_a);
    m.def("cedd", &cedd, "image"_a, "normalize"_a);
    m.def("fcth", &fcth, "image"_a, "normalize"_a);
}
