#include "base/error.hpp"
#include "bindings/arrays.hpp"
#include "geometry/resize.hpp"

namespace {

template <class T>
py::array resize_of(const py::array& image, py::ssize_t height, py::ssize_t width,
                    imgmine::ResizeMethod method) {
    py::array result =
        image.ndim() == 3 ? empty<T>({height, width, image.shape(2)}) : empty<T>({height, width});
    const auto src = view<T>(image);
    const auto dst = mutable_view<T>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::resize(src, dst, method);
    }
    return result;
}

py::array resize(const py::array& image, py::ssize_t height, py::ssize_t width,
                 std::string_view method_name) {
    imgmine::require(height >= 0 && width >= 0, "size must not be negative, got (" +
                                                    std::to_string(height) + ", " +
                                                    std::to_string(width) + ")");
    const auto method = imgmine::resize_method_from_name(method_name);
    return is<std::uint8_t>(image) ? resize_of<std::uint8_t>(image, height, width, method)
                                   : resize_of<float>(image, height, width, method);
}

}  // namespace

void bind_geometry(py::module_ m) {
    m.def("resize", &resize, "image"_a, "height"_a, "width"_a, "method"_a);
}
