#include "bindings/arrays.hpp"
#include "features/color_histogram.hpp"
#include "features/histogram.hpp"
#include "features/recipe.hpp"

namespace {

py::array describe(const imgmine::RecipePlan& plan, const py::array& image) {
    const auto src = view<std::uint8_t>(image);
    auto out = empty<float>({static_cast<py::ssize_t>(plan.size(src.channels))});
    float* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::describe(src, plan, values);
    }
    return out;
}

}  // namespace

void bind_features(py::module_ m) {
    using imgmine::RecipePlan;
    py::class_<RecipePlan>(m, "RecipePlan")
        .def(py::init<>())
        .def("add_gray", [](RecipePlan& plan) { plan.gray = true; })
        .def(
            "add_blur",
            [](RecipePlan& plan, std::optional<double> sigma, std::optional<int> ksize,
               std::string_view border) {
                plan.blur = {{sigma, ksize}, imgmine::border_from_name(border)};
            },
            "sigma"_a, "ksize"_a, "border"_a)
        .def(
            "add_histogram",
            [](RecipePlan& plan, int bins, double low, double high, std::string_view normalize) {
                plan.descriptors.push_back(
                    {imgmine::Bins{bins, low, high}, imgmine::normalize_from_name(normalize)});
            },
            "bins"_a, "low"_a, "high"_a, "normalize"_a)
        .def(
            "add_color_histogram",
            [](RecipePlan& plan, std::array<int, 3> bins, std::string_view space, bool joint,
               std::string_view normalize) {
                plan.descriptors.push_back(
                    {imgmine::ColorBins{imgmine::color_space_from_name(space), bins, joint},
                     imgmine::normalize_from_name(normalize)});
            },
            "bins"_a, "space"_a, "joint"_a, "normalize"_a)
        .def("check", &RecipePlan::check)
        .def("size", &RecipePlan::size, "channels"_a)
        .def("describe", &describe, "image"_a);
}
