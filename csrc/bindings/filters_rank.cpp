#include "bindings/arrays.hpp"
#include "filters/median_blur.hpp"

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

}  // namespace

void bind_filters_rank(py::module_ m) {
    m.def("median_blur", &median_blur, "image"_a, "ksize"_a, "border"_a, "out"_a = py::none());
}
