#include "bindings/arrays.hpp"
#include "features/histogram.hpp"
#include "features/lbp.hpp"
#include "features/multiblock_lbp.hpp"

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
    return normalized(counts, static_cast<std::size_t>(options.n_codes()), normalize);
}

py::array multiblock_lbp(const py::array& image, std::ptrdiff_t height, std::ptrdiff_t width) {
    const auto src = view<std::uint8_t>(image);
    py::array result = empty<std::uint8_t>(
        {std::max<std::ptrdiff_t>(src.height - 3 * height + 1, 0),
         std::max<std::ptrdiff_t>(src.width - 3 * width + 1, 0)});
    const auto dst = mutable_view<std::uint8_t>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::multiblock_lbp(src, height, width, dst);
    }
    return result;
}

}  // namespace

void bind_features_texture(py::module_ m) {
    m.def("lbp", &lbp, "image"_a, "rows"_a, "columns"_a, "method"_a);
    m.def("lbp_histogram", &lbp_histogram, "image"_a, "rows"_a, "columns"_a, "method"_a,
          "normalize"_a, "grid"_a, "mask"_a, "labels"_a, "n_labels"_a);
    m.def("multiblock_lbp", &multiblock_lbp, "image"_a, "height"_a, "width"_a);
}
