#include "bindings/arrays.hpp"
#include "features/edge_histogram.hpp"
#include "features/fourier_descriptors.hpp"
#include "features/hog.hpp"
#include "features/moments.hpp"
#include "features/phog.hpp"
#include "features/region_shape.hpp"
#include "features/zernike_moments.hpp"

namespace {

template <class T>
void hog_of(const py::array& image, const imgmine::HogOptions& options, float* out) {
    const auto src = view<T>(image);
    const py::gil_scoped_release nogil;
    imgmine::hog(src, options, out);
}

py::array hog(const py::array& image, int orientations, int cell, int block, bool is_signed,
              std::string_view interpolation, std::string_view normalize, bool sqrt) {
    const imgmine::HogOptions options{orientations,
                                      cell,
                                      block,
                                      is_signed,
                                      imgmine::hog_interpolation_from_name(interpolation),
                                      imgmine::hog_normalize_from_name(normalize),
                                      sqrt};
    options.check();
    auto out = empty<float>(
        {options.blocks(image.shape(0)) * options.blocks(image.shape(1)) * options.block_size()});
    if (is<std::uint8_t>(image))
        hog_of<std::uint8_t>(image, options, out.mutable_data());
    else
        hog_of<float>(image, options, out.mutable_data());
    return out;
}

/// A new array of the values of a container.
template <class T, class Values>
py::array_t<T> array_of(const Values& values) {
    auto out = empty<T>({static_cast<py::ssize_t>(values.size())});
    std::copy(values.begin(), values.end(), out.mutable_data());
    return out;
}

py::array edge_histogram(const py::array& image, int n_blocks, double threshold, bool quantize,
                         bool larger_parts) {
    const auto src = view<std::uint8_t>(image);
    std::array<float, 80> shares;
    {
        const py::gil_scoped_release nogil;
        shares = imgmine::edge_histogram(src, n_blocks, threshold);
    }
    if (larger_parts) return array_of<float>(imgmine::with_larger_parts(shares));
    return array_of<float>(quantize ? imgmine::quantized_edges(shares) : shares);
}

py::array phog(const py::array& image, int bins, int levels, bool is_signed, double low,
               double high, std::string_view normalize_name) {
    const auto normalize = imgmine::normalize_from_name(normalize_name);
    const auto src = view<std::uint8_t>(image);
    std::vector<double> sums;
    {
        const py::gil_scoped_release nogil;
        sums = imgmine::phog(src, {bins, levels, is_signed, low, high});
    }
    auto out = empty<float>({static_cast<py::ssize_t>(sums.size())});
    imgmine::write_normalized(sums, normalize, out.mutable_data());
    return out;
}

using MaskView = imgmine::ImageView<const std::uint8_t>;
using Center = std::array<double, 2>;

template <class T>
imgmine::Moments moments_of(const py::array& image, const std::optional<py::array>& mask,
                            bool central, const std::optional<Center>& center) {
    const auto src = view<T>(image);
    const auto mask_view = mask ? view<std::uint8_t>(*mask) : MaskView{};
    const MaskView* const kept = mask ? &mask_view : nullptr;
    const py::gil_scoped_release nogil;
    if (!central) return imgmine::moments(src, kept);
    return imgmine::central_moments(src, kept, center ? &*center : nullptr);
}

/// Raw or central moments of an image, of shape (16,), or of its regions, of shape (n, 16).
py::array moments(const py::array& image, const std::optional<py::array>& mask,
                  const std::optional<py::array>& labels, std::int32_t n, bool central,
                  const std::optional<Center>& center) {
    if (!labels)
        return array_of<double>(is<std::uint8_t>(image)
                                    ? moments_of<std::uint8_t>(image, mask, central, center)
                                    : moments_of<float>(image, mask, central, center));
    const auto src = view<std::uint8_t>(image);
    const auto regions = view<std::int32_t>(*labels);
    auto out = empty<double>({n, 16});
    double* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        for (const auto& one : imgmine::region_moments(src, regions, n, central))
            values = std::copy(one.begin(), one.end(), values);
    }
    return out;
}

/// Normalized moments, 16 of each row of central ones.
py::array normalized(const CArray<double>& central) {
    auto out = empty<double>({central.shape(0), 16});
    for (py::ssize_t i = 0; i < central.shape(0); ++i) {
        imgmine::Moments one;
        std::copy_n(central.data(i), 16, one.begin());
        one = imgmine::normalized(one);
        std::copy(one.begin(), one.end(), out.mutable_data(i));
    }
    return out;
}

/// Hu's invariants of each row of central moments.
py::array hu(const CArray<double>& central, bool log) {
    auto out = empty<double>({central.shape(0), 7});
    for (py::ssize_t i = 0; i < central.shape(0); ++i) {
        imgmine::Moments one;
        std::copy_n(central.data(i), 16, one.begin());
        auto invariants = imgmine::hu(imgmine::normalized(one));
        if (log)
            for (double& h : invariants) h = imgmine::signed_log(h);
        std::copy(invariants.begin(), invariants.end(), out.mutable_data(i));
    }
    return out;
}

template <class T>
std::vector<double> zernike_of(const py::array& image, const imgmine::ZernikeOptions& options) {
    const auto src = view<T>(image);
    const py::gil_scoped_release nogil;
    return imgmine::zernike_moments(src, options);
}

py::array zernike_moments(const py::array& image, int degree, std::optional<double> radius,
                          const std::optional<Center>& center) {
    const imgmine::ZernikeOptions options{degree, radius, center};
    return array_of<double>(is<std::uint8_t>(image) ? zernike_of<std::uint8_t>(image, options)
                                                    : zernike_of<float>(image, options));
}

py::array outer_contour(const py::array& mask) {
    const auto src = view<std::uint8_t>(mask);
    std::vector<imgmine::Point> contour;
    {
        const py::gil_scoped_release nogil;
        contour = imgmine::outer_contour(src);
    }
    auto out = empty<double>({static_cast<py::ssize_t>(contour.size()), 2});
    for (std::size_t i = 0; i < contour.size(); ++i)
        std::copy_n(contour[i].data(), 2, out.mutable_data(static_cast<py::ssize_t>(i)));
    return out;
}

py::array fourier_descriptors(const CArray<double>& contour, int n, int points) {
    std::vector<imgmine::Point> pixels(static_cast<std::size_t>(contour.shape(0)));
    for (std::size_t i = 0; i < pixels.size(); ++i)
        std::copy_n(contour.data(static_cast<py::ssize_t>(i)), 2, pixels[i].data());
    std::vector<double> result;
    {
        const py::gil_scoped_release nogil;
        result = imgmine::fourier_descriptors(pixels, n, points);
    }
    return array_of<double>(result);
}

constexpr std::size_t n_measures = 13;

double* write(const imgmine::RegionShape& s, double* out) {
    const double values[n_measures] = {s.area,         s.perimeter,   s.axis_major,
                                       s.axis_minor,   s.orientation, s.equivalent_diameter,
                                       s.eccentricity, s.solidity,    s.extent,
                                       s.euler_number, s.form_factor, s.roundness,
                                       s.compactness};
    return std::copy(values, values + n_measures, out);
}

py::array region_shape(const py::array& mask) {
    const auto src = view<std::uint8_t>(mask);
    imgmine::RegionShape shape;
    {
        const py::gil_scoped_release nogil;
        shape = imgmine::region_shape(src);
    }
    auto out = empty<double>({n_measures});
    write(shape, out.mutable_data());
    return out;
}

py::array region_shapes(const py::array& labels, std::int32_t n) {
    const auto src = view<std::int32_t>(labels);
    auto out = empty<double>({n, n_measures});
    double* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        for (const auto& shape : imgmine::region_shapes(src, n)) values = write(shape, values);
    }
    return out;
}

}  // namespace

void bind_features_shape(py::module_ m) {
    m.def("hog", &hog, "image"_a, "orientations"_a, "cell"_a, "block"_a, "signed"_a,
          "interpolation"_a, "normalize"_a, "sqrt"_a);
    m.def("edge_histogram", &edge_histogram, "image"_a, "n_blocks"_a, "threshold"_a, "quantize"_a,
          "larger_parts"_a);
    m.def("phog", &phog, "image"_a, "bins"_a, "levels"_a, "signed"_a, "low"_a, "high"_a,
          "normalize"_a);
    m.def("moments", &moments, "image"_a, "mask"_a, "labels"_a, "n"_a, "central"_a, "center"_a);
    m.def("normalized_moments", &normalized, "central"_a);
    m.def("hu_moments", &hu, "central"_a, "log"_a);
    m.def("zernike_moments", &zernike_moments, "image"_a, "degree"_a, "radius"_a, "center"_a);
    m.def("outer_contour", &outer_contour, "mask"_a);
    m.def("fourier_descriptors", &fourier_descriptors, "contour"_a, "n"_a, "points"_a);
    m.def("region_shape", &region_shape, "mask"_a);
    m.def("region_shapes", &region_shapes, "labels"_a, "n"_a);
}
