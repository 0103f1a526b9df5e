#include <pybind11/complex.h>

#include <numeric>

#include "bindings/arrays.hpp"
#include "features/gabor_features.hpp"
#include "features/glcm.hpp"
#include "features/glcm_properties.hpp"
#include "features/haralick.hpp"
#include "features/histogram.hpp"
#include "features/lbp.hpp"
#include "features/multiblock_lbp.hpp"
#include "features/tamura.hpp"

namespace {

imgmine::LbpOptions lbp_options(std::vector<double> rows, std::vector<double> columns,
                                std::string_view method) {
    imgmine::LbpOptions options{std::move(rows), std::move(columns),
                                imgmine::lbp_method_from_name(method)};
    options.check();
    return options;
}

template <class T>
py::array lbp_as(const py::array& image, const imgmine::LbpOptions& options) {
    const auto src = view<std::uint8_t>(image);
    py::array result = empty<T>({src.height, src.width});
    const auto dst = mutable_view<T>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::lbp(src, options, dst);
    }
    return result;
}

py::array lbp(const py::array& image, std::vector<double> rows, std::vector<double> columns,
              std::string_view method) {
    const auto options = lbp_options(std::move(rows), std::move(columns), method);
    const std::uint64_t n = options.n_codes();
    if (n <= 256) return lbp_as<std::uint8_t>(image, options);
    if (n <= 65536) return lbp_as<std::uint16_t>(image, options);
    return lbp_as<std::uint32_t>(image, options);
}

/// Normalized rows of counts, each for itself.
py::array normalized(const std::vector<std::uint64_t>& counts, std::size_t size,
                     imgmine::Normalize normalize) {
    const std::size_t n = size ? counts.size() / size : 0;
    auto out = empty<float>({static_cast<py::ssize_t>(n), static_cast<py::ssize_t>(size)});
    float* values = out.mutable_data();
    for (std::size_t i = 0; i < n; ++i) {
        const auto first = counts.begin() + static_cast<std::ptrdiff_t>(i * size);
        const std::vector<std::uint64_t> row(first, first + static_cast<std::ptrdiff_t>(size));
        imgmine::write_normalized(row, normalize, values + i * size);
    }
    return out;
}

py::array lbp_histogram(const py::array& image, std::vector<double> rows,
                        std::vector<double> columns, std::string_view method,
                        std::string_view normalize_name, std::array<std::ptrdiff_t, 2> grid,
                        const std::optional<py::array>& mask,
                        const std::optional<py::array>& labels, std::ptrdiff_t n_labels) {
    const auto options = lbp_options(std::move(rows), std::move(columns), method);
    const auto normalize = imgmine::normalize_from_name(normalize_name);
    imgmine::LbpRegions regions{grid[0], grid[1], {}, {}, n_labels};
    if (mask) regions.mask = view<std::uint8_t>(*mask);
    if (labels) regions.labels = view<std::int32_t>(*labels);
    const auto src = view<std::uint8_t>(image);
    std::vector<std::uint64_t> counts;
    {
        const py::gil_scoped_release nogil;
        counts = imgmine::lbp_histogram(src, options, regions);
    }
    py::array out = normalized(counts, static_cast<std::size_t>(options.n_codes()), normalize);
    return labels ? out : out.reshape({out.size()});
}

py::array multiblock_lbp(const py::array& image, std::ptrdiff_t height, std::ptrdiff_t width) {
    const auto src = view<std::uint8_t>(image);
    py::array result =
        empty<std::uint8_t>({std::max<std::ptrdiff_t>(src.height - 3 * height + 1, 0),
                             std::max<std::ptrdiff_t>(src.width - 3 * width + 1, 0)});
    const auto dst = mutable_view<std::uint8_t>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::multiblock_lbp(src, height, width, dst);
    }
    return result;
}

std::vector<std::uint64_t> count_pairs(const py::array& image,
                                       const imgmine::GlcmOptions& options) {
    const auto src = view<std::uint8_t>(image);
    const py::gil_scoped_release nogil;
    return imgmine::glcm(src, options);
}

/// Rounded as scikit-image does it: sin(pi / 6), a little less than 0.5, becomes 1.
std::ptrdiff_t whole(double x) {
    return static_cast<std::ptrdiff_t>(x > 0 ? x + 0.5 : x - 0.5);
}

imgmine::GlcmOptions glcm_options(const std::vector<std::array<double, 2>>& offsets, int levels,
                                  bool quantize, const std::optional<py::array>& mask,
                                  const std::optional<py::array>& labels, std::ptrdiff_t n_labels) {
    imgmine::GlcmOptions options{{}, levels, quantize, {}, {}, n_labels};
    for (const auto& [row, column] : offsets)
        options.offsets.push_back({whole(row), whole(column)});
    if (mask) options.mask = view<std::uint8_t>(*mask);
    if (labels) options.labels = view<std::int32_t>(*labels);
    return options;
}

/// One value for each pair of levels and each offset, regions first, of tables of counts.
template <class T>
void write_tables(const std::vector<std::uint64_t>& counts, const imgmine::GlcmOptions& options,
                  bool symmetric, bool normalize, T* out) {
    const std::size_t n = options.offsets.size(), levels = static_cast<std::size_t>(options.levels);
    const std::size_t size = levels * levels;
    for (std::size_t table = 0; table < options.n_tables(); ++table) {
        const std::uint64_t* const from = counts.data() + table * size;
        T* const to = out + table / n * n * size + table % n;
        const std::uint64_t sum = std::accumulate(from, from + size, std::uint64_t{0});
        const auto divisor =
            static_cast<double>((symmetric ? 2 : 1) * std::max<std::uint64_t>(sum, 1));
        for (std::size_t i = 0; i < levels; ++i)
            for (std::size_t j = 0; j < levels; ++j) {
                const std::size_t at = i * levels + j;
                const std::uint64_t count = from[at] + (symmetric ? from[j * levels + i] : 0);
                to[at * n] = normalize ? static_cast<T>(static_cast<double>(count) / divisor)
                                       : static_cast<T>(count);
            }
    }
}

template <class T>
py::array tables_of(const std::vector<std::uint64_t>& counts, const imgmine::GlcmOptions& options,
                    py::ssize_t n_angles, bool symmetric, bool normalize) {
    const auto n = static_cast<py::ssize_t>(options.offsets.size());
    std::vector<py::ssize_t> shape{options.levels, options.levels, n / n_angles, n_angles};
    if (options.labels.data) shape.insert(shape.begin(), options.n_labels);
    py::array_t<T> out(std::move(shape));
    write_tables(counts, options, symmetric, normalize, out.mutable_data());
    return out;
}

/// Of shape (levels, levels, distances, angles), behind an axis of regions where there are labels.
py::array glcm(const py::array& image, const std::vector<std::array<double, 2>>& offsets,
               py::ssize_t n_angles, int levels, bool symmetric, bool normalize, bool quantize,
               const std::optional<py::array>& mask, const std::optional<py::array>& labels,
               std::ptrdiff_t n_labels) {
    const auto options = glcm_options(offsets, levels, quantize, mask, labels, n_labels);
    const auto counts = count_pairs(image, options);
    return normalize ? tables_of<double>(counts, options, n_angles, symmetric, true)
                     : tables_of<std::uint32_t>(counts, options, n_angles, symmetric, false);
}

/// Properties of tables of shape (n, levels, levels), in a row each.
py::array glcm_properties(const CArray<double>& tables) {
    const py::ssize_t n = tables.shape(0), levels = tables.shape(1);
    auto out = empty<double>({n, static_cast<py::ssize_t>(imgmine::n_glcm_properties)});
    const double* from = tables.data();
    double* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        for (py::ssize_t i = 0; i < n; ++i, from += levels * levels) {
            const auto found = imgmine::glcm_properties(from, static_cast<std::size_t>(levels));
            values = std::copy(found.begin(), found.end(), values);
        }
    }
    return out;
}

using HaralickRows = std::vector<std::array<double, imgmine::n_haralick>>;

HaralickRows haralick_rows(const py::array& image, const imgmine::GlcmOptions& options) {
    const auto counts = count_pairs(image, options);
    const py::gil_scoped_release nogil;
    const auto levels = static_cast<std::size_t>(options.levels);
    HaralickRows rows;
    for (std::size_t k = 0; k < options.offsets.size(); ++k)
        rows.push_back(imgmine::haralick(counts.data() + k * levels * levels, levels));
    return rows;
}

/// Haralick's features of each distance and angle, or over the angles of each distance.
py::array haralick(const py::array& image, const std::vector<std::array<double, 2>>& offsets,
                   py::ssize_t n_angles, int levels, bool per_direction,
                   const std::optional<py::array>& mask) {
    const auto rows = haralick_rows(image, glcm_options(offsets, levels, true, mask, {}, 0));
    constexpr auto size = static_cast<py::ssize_t>(imgmine::n_haralick);
    const py::ssize_t n_distances = static_cast<py::ssize_t>(rows.size()) / n_angles;
    auto out = per_direction ? empty<float>({n_distances, n_angles, size})
                             : empty<float>({n_distances * 2 * size});
    float* to = out.mutable_data();
    for (std::size_t k = 0; per_direction && k < rows.size(); ++k)
        for (const double value : rows[k]) *to++ = static_cast<float>(value);
    for (py::ssize_t d = 0; !per_direction && d < n_distances; ++d, to += 2 * size)
        imgmine::haralick_over_angles(&rows[static_cast<std::size_t>(d * n_angles)],
                                      static_cast<std::size_t>(n_angles), to);
    return out;
}

imgmine::GaborBank gabor_bank(std::vector<double> wavelengths, int orientations,
                              std::vector<double> sigmas, std::vector<int> ksizes,
                              std::string_view border) {
    imgmine::GaborBank bank{std::move(wavelengths), orientations, std::move(sigmas),
                            std::move(ksizes), imgmine::border_from_name(border)};
    bank.check();
    return bank;
}

py::array gabor_features(const py::array& image, std::vector<double> wavelengths, int orientations,
                         std::vector<double> sigmas, std::vector<int> ksizes,
                         std::string_view border, bool magnitude, bool scaled) {
    const auto bank = gabor_bank(std::move(wavelengths), orientations, std::move(sigmas),
                                 std::move(ksizes), border);
    const auto src = view<std::uint8_t>(image);
    auto out = empty<float>({static_cast<py::ssize_t>(2 * bank.size())});
    float* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::gabor_features(src, bank, magnitude, scaled, values);
    }
    return out;
}

py::array gabor_responses(const py::array& image, std::vector<double> wavelengths, int orientations,
                          std::vector<double> sigmas, std::vector<int> ksizes,
                          std::string_view border) {
    const auto bank = gabor_bank(std::move(wavelengths), orientations, std::move(sigmas),
                                 std::move(ksizes), border);
    const auto src = view<std::uint8_t>(image);
    auto out = empty<std::complex<float>>({static_cast<py::ssize_t>(bank.wavelengths.size()),
                                           bank.orientations, src.height, src.width});
    std::complex<float>* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::gabor_responses(src, bank, values);
    }
    return out;
}

py::array tamura(const py::array& image, bool scaled) {
    const auto src = view<std::uint8_t>(image);
    auto out = empty<float>({static_cast<py::ssize_t>(imgmine::n_tamura)});
    float* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        const auto found = imgmine::tamura(src, scaled);
        std::copy(found.begin(), found.end(), values);
    }
    return out;
}

}  // namespace

void bind_features_texture(py::module_ m) {
    m.def("lbp", &lbp, "image"_a, "rows"_a, "columns"_a, "method"_a);
    m.def("lbp_histogram", &lbp_histogram, "image"_a, "rows"_a, "columns"_a, "method"_a,
          "normalize"_a, "grid"_a, "mask"_a, "labels"_a, "n_labels"_a);
    m.def("multiblock_lbp", &multiblock_lbp, "image"_a, "height"_a, "width"_a);
    m.def("glcm", &glcm, "image"_a, "offsets"_a, "n_angles"_a, "levels"_a, "symmetric"_a,
          "normalize"_a, "quantize"_a, "mask"_a, "labels"_a, "n_labels"_a);
    m.def("glcm_properties", &glcm_properties, "tables"_a);
    m.def("haralick", &haralick, "image"_a, "offsets"_a, "n_angles"_a, "levels"_a,
          "per_direction"_a, "mask"_a);
    m.def("gabor_features", &gabor_features, "image"_a, "wavelengths"_a, "orientations"_a,
          "sigmas"_a, "ksizes"_a, "border"_a, "magnitude"_a, "scaled"_a);
    m.def("gabor_responses", &gabor_responses, "image"_a, "wavelengths"_a, "orientations"_a,
          "sigmas"_a, "ksizes"_a, "border"_a);
    m.def("tamura", &tamura, "image"_a, "scaled"_a);
}
