#include "bindings/arrays.hpp"
#include "features/color_histogram.hpp"
#include "features/histogram.hpp"
#include "features/recipe.hpp"

namespace {

py::array to_vector(const std::vector<std::uint64_t>& counts, imgmine::Normalize normalize) {
    auto out = empty<float>({static_cast<py::ssize_t>(counts.size())});
    imgmine::write_normalized(counts, normalize, out.mutable_data());
    return out;
}

template <class T>
std::vector<std::uint64_t> histogram_of(const py::array& image, const imgmine::Bins& bins) {
    const auto src = view<T>(image);
    const py::gil_scoped_release nogil;
    return imgmine::histogram(src, bins);
}

py::array histogram(const py::array& image, int bins, double low, double high,
                    std::string_view normalize_name) {
    const auto normalize = imgmine::normalize_from_name(normalize_name);
    const imgmine::Bins spec{bins, low, high};
    return to_vector(is<std::uint8_t>(image) ? histogram_of<std::uint8_t>(image, spec)
                                             : histogram_of<float>(image, spec),
                     normalize);
}

py::array color_histogram(const py::array& image, std::array<int, 3> bins, std::string_view space,
                          bool joint, std::string_view normalize_name) {
    const auto normalize = imgmine::normalize_from_name(normalize_name);
    const imgmine::ColorBins spec{imgmine::color_space_from_name(space), bins, joint};
    const auto src = view<std::uint8_t>(image);
    std::vector<std::uint64_t> counts;
    {
        const py::gil_scoped_release nogil;
        counts = imgmine::color_histogram(src, spec);
    }
    return to_vector(counts, normalize);
}

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
    m.def("histogram", &histogram, "image"_a, "bins"_a, "low"_a, "high"_a, "normalize"_a);
    m.def("color_histogram", &color_histogram, "image"_a, "bins"_a, "space"_a, "joint"_a,
          "normalize"_a);

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
