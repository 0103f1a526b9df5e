#include "bindings/arrays.hpp"
#include "color/rgb2gray.hpp"

namespace {

template <class T>
py::array rgb2gray_of(const py::array& image, const std::optional<py::array>& out) {
    py::array gray = out ? *out : py::array(empty<T>({image.shape(0), image.shape(1)}));
    const auto src = view<T>(image);
    const auto dst = mutable_view<T>(gray);
    {
        const py::gil_scoped_release nogil;
        imgmine::rgb2gray(src, dst);
    }
    return gray;
}

py::array rgb2gray(const py::array& image, const std::optional<py::array>& out) {
    return is<std::uint8_t>(image) ? rgb2gray_of<std::uint8_t>(image, out)
                                   : rgb2gray_of<float>(image, out);
}

}  // namespace

void bind_color(py::module_ m) {
    m.def("rgb2gray", &rgb2gray, "image"_a, "out"_a = py::none());
}
