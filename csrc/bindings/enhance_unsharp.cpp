#include "bindings/arrays.hpp"
#include "enhance/unsharp_mask.hpp"

namespace {

template <class T>
py::array unsharp_mask_of(const py::array& image, const imgmine::UnsharpMask& options,
                          imgmine::Border border, const std::optional<py::array>& out) {
    py::array result = out_or_like<T>(out, image);
    const auto src = view<T>(image);
    const auto dst = mutable_view<T>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::unsharp_mask(src, dst, options, border);
    }
    return result;
}

py::array unsharp_mask(const py::array& image, double sigma, double amount, double threshold,
                       std::string_view border, const std::optional<py::array>& out) {
    const imgmine::UnsharpMask options{sigma, amount, threshold};
    const imgmine::Border mode = imgmine::border_from_name(border);
    return is<std::uint8_t>(image) ? unsharp_mask_of<std::uint8_t>(image, options, mode, out)
                                   : unsharp_mask_of<float>(image, options, mode, out);
}

}  // namespace

void bind_enhance_unsharp(py::module_ m) {
    m.def("unsharp_mask", &unsharp_mask, "image"_a, "sigma"_a, "amount"_a, "threshold"_a,
          "border"_a, "out"_a = py::none());
}
