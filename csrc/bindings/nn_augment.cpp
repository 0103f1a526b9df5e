#include "bindings/arrays.hpp"
#include "nn/augment.hpp"

namespace {

template <class T, class Array>
imgmine::ImageStack<T> stack_of(T* data, const Array& a) {
    return {data, a.shape(0), a.shape(1), a.shape(2), a.shape(3)};
}

template <class T>
py::array augmented(const py::array& images, const CArray<std::int64_t>& rows,
                    const imgmine::Augmentation& how, std::uint64_t seed, std::uint64_t epoch,
                    py::ssize_t height, py::ssize_t width) {
    imgmine::require(height >= 0 && width >= 0, "crop must not be negative");
    auto out = empty<T>({rows.size(), height, width, images.shape(3)});
    const auto from = stack_of(static_cast<const T*>(images.data()), images);
    const auto to = stack_of(out.mutable_data(), out);
    const auto* row = rows.data();
    {
        const py::gil_scoped_release nogil;
        imgmine::augment<T>(from, row, how, seed, epoch, to);
    }
    return out;
}

py::array augment(const py::array& images, const CArray<std::int64_t>& rows, double shift_y,
                  double shift_x, bool flip, double rotate, double scale, std::string_view border,
                  double value, std::uint64_t seed, std::uint64_t epoch, py::ssize_t height,
                  py::ssize_t width) {
    const imgmine::Augmentation how{
        shift_y, shift_x, flip, rotate, scale, imgmine::border_from_name(border), value};
    return is<std::uint8_t>(images)
               ? augmented<std::uint8_t>(images, rows, how, seed, epoch, height, width)
               : augmented<float>(images, rows, how, seed, epoch, height, width);
}

}  // namespace

void bind_nn_augment(py::module_ m) {
    m.def("augment", &augment, "images"_a, "rows"_a, "shift_y"_a, "shift_x"_a, "flip"_a, "rotate"_a,
          "scale"_a, "border"_a, "value"_a, "seed"_a, "epoch"_a, "height"_a, "width"_a);
}
