#include "bindings/arrays.hpp"
#include "compress/dct_compress.hpp"
#include "compress/quantize_colors.hpp"

namespace {

py::array dct_compress(const py::array& image, double keep, const std::optional<py::array>& out) {
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::dct_compress(src, dst, keep);
    });
}

py::array color_palette(const py::array& image, int k, int iterations) {
    const auto src = view<std::uint8_t>(image);
    std::vector<std::uint8_t> colors;
    {
        const py::gil_scoped_release nogil;
        colors = imgmine::color_palette(src, k, iterations);
    }
    py::array_t<std::uint8_t> palette =
        empty<std::uint8_t>({static_cast<py::ssize_t>(colors.size() / 3), 3});
    std::copy(colors.begin(), colors.end(), palette.mutable_data());
    return palette;
}

std::vector<std::uint8_t> bytes_of(const CArray<std::uint8_t>& palette) {
    return {palette.data(), palette.data() + palette.size()};
}

py::array nearest_colors(const py::array& image, const CArray<std::uint8_t>& palette) {
    const auto colors = bytes_of(palette);
    return filled<std::uint8_t>(
        empty<std::uint8_t>({image.shape(0), image.shape(1)}), image,
        [&](const auto& src, const auto& dst) { imgmine::nearest_colors(src, colors, dst); });
}

py::array replace_colors(const py::array& image, const CArray<std::uint8_t>& palette,
                         const std::optional<py::array>& out) {
    const auto colors = bytes_of(palette);
    return filled<std::uint8_t>(
        out_or_like<std::uint8_t>(out, image), image,
        [&](const auto& src, const auto& dst) { imgmine::replace_colors(src, colors, dst); });
}

}  // namespace

void bind_compress(py::module_ m) {
    m.def("dct_compress", &dct_compress, "image"_a, "keep"_a, "out"_a = py::none());
    m.def("color_palette", &color_palette, "image"_a, "k"_a, "iterations"_a);
    m.def("nearest_colors", &nearest_colors, "image"_a, "palette"_a);
    m.def("replace_colors", &replace_colors, "image"_a, "palette"_a, "out"_a = py::none());
}
