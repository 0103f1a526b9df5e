#include "bindings/arrays.hpp"
#include "features/cell_counts.hpp"
#include "features/color_correlogram.hpp"
#include "features/color_moments.hpp"
#include "features/edge_histogram.hpp"
#include "features/lbp_in_bands.hpp"
#include "features/recipe.hpp"
#include "features/tamura.hpp"

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

void add_cells(imgmine::RecipePlan& plan, std::variant<imgmine::Bins, imgmine::ColorBins> bins,
               std::string_view normalize, std::array<int, 2> grid, int levels) {
    const imgmine::Areas cells =
        levels > 1 ? imgmine::pyramid_areas(levels) : imgmine::Areas{grid[0], grid[1]};
    plan.descriptors.push_back(std::make_shared<imgmine::CellCounts>(
        bins, imgmine::normalize_from_name(normalize), cells, levels));
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
                add_cells(plan, imgmine::Bins{bins, low, high}, normalize, grid, levels);
            },
            "bins"_a, "low"_a, "high"_a, "normalize"_a, "grid"_a, "levels"_a)
        .def(
            "add_color_histogram",
            [](RecipePlan& plan, std::array<int, 3> bins, std::string_view space, bool joint,
               std::string_view normalize, std::array<int, 2> grid, int levels) {
                const auto in = imgmine::color_space_from_name(space);
                add_cells(plan, imgmine::ColorBins{in, bins, joint}, normalize, grid, levels);
            },
            "bins"_a, "space"_a, "joint"_a, "normalize"_a, "grid"_a, "levels"_a)
        .def(
            "add_color_moments",
            [](RecipePlan& plan, std::string_view space, std::array<int, 2> grid) {
                plan.descriptors.push_back(imgmine::color_moments_in_bands(
                    imgmine::color_space_from_name(space), grid[0], grid[1]));
            },
            "space"_a, "grid"_a)
        .def(
            "add_color_correlogram",
            [](RecipePlan& plan, std::array<int, 3> bins, const std::vector<int>& distances,
               std::string_view space) {
                plan.descriptors.push_back(imgmine::correlogram_in_bands(
                    {imgmine::color_space_from_name(space), bins, true}, distances));
            },
            "bins"_a, "distances"_a, "space"_a)
        .def(
            "add_lbp",
            [](RecipePlan& plan, std::vector<double> rows, std::vector<double> columns,
               std::string_view method, std::string_view normalize, std::array<int, 2> grid) {
                plan.descriptors.push_back(std::make_shared<imgmine::LbpInBands>(
                    imgmine::LbpOptions{std::move(rows), std::move(columns),
                                        imgmine::lbp_method_from_name(method)},
                    imgmine::normalize_from_name(normalize), grid[0], grid[1]));
            },
            "rows"_a, "columns"_a, "method"_a, "normalize"_a, "grid"_a)
        .def("add_tamura",
             [](RecipePlan& plan) { plan.descriptors.push_back(imgmine::tamura_in_bands(true)); })
        .def(
            "add_edge_histogram",
            [](RecipePlan& plan, int n_blocks, double threshold, bool quantize) {
                plan.descriptors.push_back(imgmine::edges_in_bands(n_blocks, threshold, quantize));
            },
            "n_blocks"_a, "threshold"_a, "quantize"_a)
        .def("check", &RecipePlan::check)
        .def("size", &RecipePlan::size, "channels"_a)
        .def("describe", &describe, "image"_a);
}
