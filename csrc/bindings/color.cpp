#include "bindings/arrays.hpp"
#include "color/camera.hpp"
#include "color/hsv.hpp"
#include "color/lab.hpp"
#include "color/rgb2gray.hpp"
#include "color/ycbcr.hpp"

namespace {

template <class T>
using Conversion = void (*)(imgmine::ImageView<const T>, imgmine::ImageView<T>);

template <class T>
py::array rgb2gray_of(const py::array& image, const std::optional<py::array>& out) {
    return filled<T>(out ? *out : py::array(empty<T>({image.shape(0), image.shape(1)})), image,
                     imgmine::rgb2gray<T>);
}

py::array rgb2gray(const py::array& image, const std::optional<py::array>& out) {
    return is<std::uint8_t>(image) ? rgb2gray_of<std::uint8_t>(image, out)
                                   : rgb2gray_of<float>(image, out);
}

template <Conversion<std::uint8_t> of_bytes, Conversion<float> of_floats>
py::array converted(const py::array& image, const std::optional<py::array>& out) {
    return is<std::uint8_t>(image)
               ? filled<std::uint8_t>(out_or_like<std::uint8_t>(out, image), image, of_bytes)
               : filled<float>(out_or_like<float>(out, image), image, of_floats);
}

template <Conversion<std::uint8_t> convert>
py::array rgb_frame(const py::array& frame, const std::optional<py::array>& out) {
    const py::ssize_t height = frame.ndim() == 2 ? frame.shape(0) / 3 * 2 : frame.shape(0);
    py::array rgb = out ? *out : py::array(empty<std::uint8_t>({height, frame.shape(1), 3}));
    return filled<std::uint8_t>(rgb, frame, convert);
}

}  // namespace

void bind_color(py::module_ m) {
    using namespace imgmine;
    const auto def = [&m](const char* name, auto function) {
        m.def(name, function, "image"_a, "out"_a = py::none());
    };
    def("rgb2gray", &::rgb2gray);
    def("rgb2hsv", &converted<rgb2hsv, rgb2hsv>);
    def("hsv2rgb", &converted<hsv2rgb, hsv2rgb>);
    def("rgb2lab", &converted<rgb2lab, rgb2lab>);
    def("lab2rgb", &converted<lab2rgb, lab2rgb>);
    def("rgb2ycbcr", &converted<rgb2ycbcr, rgb2ycbcr>);
    def("ycbcr2rgb", &converted<ycbcr2rgb, ycbcr2rgb>);
    m.def("nv12_to_rgb", &rgb_frame<nv12_to_rgb>, "frame"_a, "out"_a = py::none());
    m.def("yuyv_to_rgb", &rgb_frame<yuyv_to_rgb>, "frame"_a, "out"_a = py::none());
}
