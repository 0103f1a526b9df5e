#include "bindings/arrays.hpp"
#include "filters/median_blur.hpp"
#include "filters/morphology.hpp"
#include "filters/remove_specks.hpp"

namespace {

template <class T>
py::array median_blur_of(const py::array& image, int ksize, imgmine::Border border,
                         const std::optional<py::array>& out) {
    py::array result = out_or_like<T>(out, image);
    const auto src = view<T>(image);
    const auto dst = mutable_view<T>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::median_blur(src, dst, ksize, border);
    }
    return result;
}

py::array median_blur(const py::array& image, int ksize, std::string_view border,
                      const std::optional<py::array>& out) {
    const imgmine::Border mode = imgmine::border_from_name(border);
    return is<std::uint8_t>(image) ? median_blur_of<std::uint8_t>(image, ksize, mode, out)
                                   : median_blur_of<float>(image, ksize, mode, out);
}

template <class T>
py::array morphology_of(const py::array& image, imgmine::Morphology operation,
                        const imgmine::Footprint& footprint, int iterations, imgmine::Border border,
                        const std::optional<py::array>& out) {
    py::array result = out_or_like<T>(out, image);
    const auto src = view<T>(image);
    const auto dst = mutable_view<T>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::morphology(src, dst, operation, footprint, iterations, border);
    }
    return result;
}

template <imgmine::Morphology operation>
py::array morphology(const py::array& image, std::pair<int, int> size,
                     const std::optional<CArray<std::uint8_t>>& mask, int iterations,
                     std::string_view border, const std::optional<py::array>& out) {
    imgmine::Footprint footprint{size.first, size.second, {}};
    if (mask) footprint.mask.assign(mask->data(), mask->data() + mask->size());
    const imgmine::Border mode = imgmine::border_from_name(border);
    return is<std::uint8_t>(image)
               ? morphology_of<std::uint8_t>(image, operation, footprint, iterations, mode, out)
               : morphology_of<float>(image, operation, footprint, iterations, mode, out);
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
