#include "bindings/arrays.hpp"
#include "filters/median_blur.hpp"
#include "filters/morphology.hpp"
#include "filters/remove_specks.hpp"

namespace {

py::array median_blur(const py::array& image, int ksize, std::string_view border,
                      const std::optional<py::array>& out) {
    const imgmine::Border mode = imgmine::border_from_name(border);
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::median_blur(src, dst, ksize, mode);
    });
}

template <imgmine::Morphology operation>
py::array morphology(const py::array& image, std::pair<int, int> size,
                     const std::optional<CArray<std::uint8_t>>& mask, int iterations,
                     std::string_view border, const std::optional<py::array>& out) {
    imgmine::Footprint footprint{size.first, size.second, {}};
    if (mask) footprint.mask.assign(mask->data(), mask->data() + mask->size());
    const imgmine::Border mode = imgmine::border_from_name(border);
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::morphology(src, dst, operation, footprint, iterations, mode);
    });
}

void remove_specks(const py::array& image, int max_size, int connectivity, py::array out) {
    const auto src = view<std::uint8_t>(image);
    const auto dst = mutable_view<std::uint8_t>(out);
    const py::gil_scoped_release nogil;
    imgmine::remove_specks(src, dst, max_size, connectivity);
}

}  // namespace

void bind_filters_rank(py::module_ m) {
    m.def("median_blur", &median_blur, "image"_a, "ksize"_a, "border"_a, "out"_a = py::none());
    const auto define = [&](const char* name, auto function) {
        m.def(name, function, "image"_a, "size"_a, "mask"_a, "iterations"_a, "border"_a,
              "out"_a = py::none());
    };
    define("erode", &morphology<imgmine::Morphology::erode>);
    define("dilate", &morphology<imgmine::Morphology::dilate>);
    define("opening", &morphology<imgmine::Morphology::opening>);
    define("closing", &morphology<imgmine::Morphology::closing>);
    m.def("remove_specks", &remove_specks, "image"_a, "max_size"_a, "connectivity"_a, "out"_a);
}
