#include "bindings/arrays.hpp"
#include "segment/clear_border.hpp"
#include "segment/fill_holes.hpp"
#include "segment/find_boundaries.hpp"
#include "segment/find_contours.hpp"
#include "segment/label.hpp"
#include "segment/region_axes.hpp"
#include "segment/region_polygons.hpp"
#include "segment/regions.hpp"
#include "segment/relabel.hpp"

namespace {

using Labels = std::int32_t;

template <class R>
py::array like(const py::array& image) {
    return empty<R>({image.shape(0), image.shape(1)});
}

std::pair<py::array, Labels> label(const py::array& mask, int connectivity) {
    Labels n = 0;
    py::array out = filled<std::uint8_t, Labels>(
        like<Labels>(mask), mask,
        [&](const auto& src, const auto& dst) { n = imgmine::label(src, connectivity, dst); });
    return {out, n};
}

std::pair<py::array, Labels> relabel(const py::array& labels) {
    Labels n = 0;
    py::array out = filled<Labels, Labels>(
        like<Labels>(labels), labels,
        [&](const auto& src, const auto& dst) { n = imgmine::relabel(src, dst); });
    return {out, n};
}

py::array fill_holes(const py::array& mask, int connectivity) {
    return filled<std::uint8_t>(
        like<std::uint8_t>(mask), mask,
        [&](const auto& src, const auto& dst) { imgmine::fill_holes(src, connectivity, dst); });
}

template <class T>
py::array cleared(const py::array& image, std::int64_t margin) {
    return filled<T>(like<T>(image), image, [&](const auto& src, const auto& dst) {
        imgmine::clear_border(src, margin, dst);
    });
}

py::array clear_border(const py::array& image, std::int64_t margin) {
    return is<std::uint8_t>(image) ? cleared<std::uint8_t>(image, margin)
                                   : cleared<Labels>(image, margin);
}

py::array find_boundaries(const py::array& labels, std::string_view mode, int connectivity) {
    const auto which = imgmine::boundary_mode_from_name(mode);
    return filled<Labels, std::uint8_t>(like<std::uint8_t>(labels), labels,
                                        [&](const auto& src, const auto& dst) {
                                            imgmine::find_boundaries(src, which, connectivity, dst);
                                        });
}

/// An array of a row for each region, written by write(one, row) for each of what `find` returns.
template <class T, class Find, class Write>
py::array table(std::initializer_list<py::ssize_t> shape, const Find& find, const Write& write) {
    auto out = empty<T>(shape);
    T* const data = out.mutable_data();
    const auto stride = out.shape(0) ? out.size() / out.shape(0) : 0;
    {
        const py::gil_scoped_release nogil;
        const auto found = find();
        for (std::size_t i = 0; i < found.size(); ++i)
            write(found[i], data + static_cast<py::ssize_t>(i) * stride);
    }
    return out;
}

using Regions = imgmine::Regions;

py::ssize_t count(const Regions& regions) {
    return static_cast<py::ssize_t>(regions.labels().size());
}

py::array extents(const Regions& regions) {
    return table<std::int64_t>(
        {count(regions), 7}, [&] { return regions.extents(); },
        [](const imgmine::RegionExtent& e, std::int64_t* row) {
            const std::int64_t values[] = {e.area,  e.top,   e.left, e.bottom,
                                           e.right, e.sum_y, e.sum_x};
            std::copy(std::begin(values), std::end(values), row);
        });
}

/// Raw and central moments, and axes: 16, 16 and 4 numbers a region.
py::array region_moments(const Regions& regions) {
    return table<double>(
        {count(regions), 36}, [&] { return regions.moments(); },
        [](const auto& sums, double* row) {
            const auto raw = sums.rounded(), central = imgmine::about_centroid(sums);
            std::copy(central.begin(), central.end(), std::copy(raw.begin(), raw.end(), row));
            const auto& m = sums.of;
            const auto axes = imgmine::region_axes(m[0], m[4], m[1], m[8], m[2], m[5]);
            row[32] = axes.major, row[33] = axes.minor;
            row[34] = axes.eccentricity, row[35] = axes.orientation;
        });
}

py::array outlines(const Regions& regions) {
    return table<double>(
        {count(regions), 2}, [&] { return regions.outlines(); },
        [](const imgmine::RegionOutline& outline, double* row) {
            row[0] = outline.perimeter();
            row[1] = static_cast<double>(outline.euler_number());
        });
}

py::array convex_areas(const Regions& regions) {
    return table<std::int64_t>(
        {count(regions)}, [&] { return regions.convex_areas(); },
        [](std::int64_t area, std::int64_t* row) { *row = area; });
}

/// Mean, deviation, least and most of each region's channels: (n * channels, 4).
py::array values(const Regions& regions, const py::array& image) {
    const py::ssize_t channels = image.ndim() == 3 ? image.shape(2) : 1;
    return table<double>(
        {count(regions) * channels, 4},
        [&] {
            return is<float>(image) ? regions.values(view<float>(image))
                                    : regions.values(view<std::uint8_t>(image));
        },
        [](const imgmine::RegionValues& v, double* row) {
            row[0] = v.mean, row[1] = v.deviation, row[2] = v.least, row[3] = v.most;
        });
}

py::array places(const Regions& regions) {
    py::array out = empty<Labels>({regions.height(), regions.width()});
    const auto dst = mutable_view<Labels>(out);
    {
        const py::gil_scoped_release nogil;
        regions.paint(dst);
    }
    return out;
}

Regions regions_of(const py::array& labels) {
    const auto src = view<Labels>(labels);
    const py::gil_scoped_release nogil;
    return Regions(src);
}

template <class T>
std::vector<imgmine::Contour> contours(const py::array& image, double level) {
    const auto src = view<T>(image);
    const py::gil_scoped_release nogil;
    return imgmine::find_contours(src, level);
}

std::vector<py::array> find_contours(const py::array& image, double level) {
    std::vector<py::array> result;
    for (const auto& contour : is<std::uint8_t>(image) ? contours<std::uint8_t>(image, level)
                               : is<float>(image)      ? contours<float>(image, level)
                                                       : contours<double>(image, level)) {
        auto points = empty<double>({static_cast<py::ssize_t>(contour.size()), 2});
        double* out = points.mutable_data();
        for (const auto& point : contour) *out++ = point.row, *out++ = point.column;
        result.push_back(points);
    }
    return result;
}

std::vector<std::vector<imgmine::PixelCorner>> polygons(const py::array& mask) {
    const auto src = view<std::uint8_t>(mask);
    const py::gil_scoped_release nogil;
    return imgmine::region_polygons(src);
}

std::vector<py::array> region_polygons(const py::array& mask) {
    std::vector<py::array> result;
    for (const auto& polygon : polygons(mask)) {
        auto points = empty<std::int32_t>({static_cast<py::ssize_t>(polygon.size()), 2});
        std::int32_t* out = points.mutable_data();
        for (const auto& corner : polygon) *out++ = corner.x, *out++ = corner.y;
        result.push_back(points);
    }
    return result;
}

}  // namespace

void bind_segment_labels(py::module_ m) {
    m.def("label", &label, "mask"_a, "connectivity"_a);
    m.def("relabel", &relabel, "labels"_a);
    m.def("fill_holes", &fill_holes, "mask"_a, "connectivity"_a);
    m.def("clear_border", &clear_border, "image"_a, "margin"_a);
    m.def("find_boundaries", &find_boundaries, "labels"_a, "mode"_a, "connectivity"_a);

    m.def("find_contours", &find_contours, "image"_a, "level"_a);
    m.def("region_polygons", &region_polygons, "mask"_a);
    py::class_<Regions>(m, "Regions")
        .def(py::init(&regions_of), "labels"_a)
        .def("labels", [](const Regions& regions) { return to_array(regions.labels()); })
        .def("extents", &extents)
        .def("moments", &region_moments)
        .def("outlines", &outlines)
        .def("convex_areas", &convex_areas)
        .def("values", &values, "image"_a)
        .def("places", &places);
}
