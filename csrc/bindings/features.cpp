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

/// A descriptor of the cells of a grid, or of a pyramid.
imgmine::RecipePlan::Descriptor placed(imgmine::RecipePlan::Descriptor descriptor,
                                       std::array<int, 2> grid, int levels) {
    const imgmine::Areas areas =
        levels > 1 ? imgmine::pyramid_areas(levels) : imgmine::Areas{grid[0], grid[1]};
    descriptor.rows = areas.rows;
    descriptor.columns = areas.columns;
    descriptor.levels = levels;
    return descriptor;
}

void scale_parts(py::array vector, const std::vector<py::ssize_t>& sizes,
                 const std::vector<double>& lengths) {
    auto* values = static_cast<float*>(vector.mutable_data());
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        imgmine::scale_to_length(values, static_cast<std::size_t>(sizes[i]), lengths[i]);
        values += sizes[i];
    }
}

}  // namespace

void bind_features(py::module_ m) {
    m.def("scale_parts", &scale_parts, "vector"_a, "sizes"_a, "lengths"_a);

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
            [](RecipePlan& plan, int bins, double low, double high, std::string_view normalize,
               std::array<int, 2> grid, int levels) {
                plan.descriptors.push_back(placed(
                    {imgmine::Bins{bins, low, high}, imgmine::normalize_from_name(normalize)}, grid,
                    levels));
            },
            "bins"_a, "low"_a, "high"_a, "normalize"_a, "grid"_a, "levels"_a)
        .def(
            "add_color_histogram",
            [](RecipePlan& plan, std::array<int, 3> bins, std::string_view space, bool joint,
               std::string_view normalize, std::array<int, 2> grid, int levels) {
                plan.descriptors.push_back(
                    placed({imgmine::ColorBins{imgmine::color_space_from_name(space), bins, joint},
                            imgmine::normalize_from_name(normalize)},
                           grid, levels));
            },
            "bins"_a, "space"_a, "joint"_a, "normalize"_a, "grid"_a, "levels"_a)
        .def(
            "add_color_moments",
            [](RecipePlan& plan, std::string_view space, std::array<int, 2> grid) {
                imgmine::RecipePlan::Descriptor moments =
                    placed({imgmine::moment_bins(imgmine::color_space_from_name(space))}, grid, 1);
                moments.moments = true;
                plan.descriptors.push_back(moments);
            },
            "space"_a, "grid"_a)
        .def("check", &RecipePlan::check)
        .def("size", &RecipePlan::size, "channels"_a)
        .def("describe", &describe, "image"_a);
}
