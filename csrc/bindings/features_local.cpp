#include "bindings/arrays.hpp"
#include "features/fast.hpp"
#include "features/homography.hpp"
#include "features/match.hpp"
#include "features/orb.hpp"
#include "features/sift.hpp"

namespace {

using imgmine::Keypoint;

imgmine::KeypointMask mask_of(const std::optional<py::array>& mask) {
    if (!mask) return {};
    return view<std::uint8_t>(*mask);
}

/// x, y, size, angle, response and octave, each an array.
py::tuple to_columns(const std::vector<Keypoint>& points) {
    const auto n = static_cast<py::ssize_t>(points.size());
    auto xy = empty<float>({n, 2});
    auto size = empty<float>({n}), angle = empty<float>({n}), response = empty<float>({n});
    auto octave = empty<std::int32_t>({n});
    float *places = xy.mutable_data(), *sizes = size.mutable_data();
    float *angles = angle.mutable_data(), *responses = response.mutable_data();
    std::int32_t* octaves = octave.mutable_data();
    for (const Keypoint& point : points) {
        *places++ = point.x;
        *places++ = point.y;
        *sizes++ = point.size;
        *angles++ = point.angle;
        *responses++ = point.response;
        *octaves++ = point.octave;
    }
    return py::make_tuple(xy, size, angle, response, octave);
}

py::array to_rows(const std::vector<std::uint8_t>& values, py::ssize_t size) {
    auto out = empty<std::uint8_t>({static_cast<py::ssize_t>(values.size()) / size, size});
    std::copy(values.begin(), values.end(), out.mutable_data());
    return out;
}

py::tuple fast(const py::array& image, int threshold, bool nonmax,
               const std::optional<py::array>& mask) {
    const auto src = view<std::uint8_t>(image);
    const auto allowed = mask_of(mask);
    std::vector<Keypoint> points;
    {
        const py::gil_scoped_release nogil;
        points = imgmine::fast(src, threshold, nonmax, allowed);
    }
    return to_columns(points);
}

py::tuple orb(const py::array& image, py::ssize_t n, double scale, int levels, int threshold,
              const std::optional<py::array>& mask) {
    const auto src = view<std::uint8_t>(image);
    const auto allowed = mask_of(mask);
    imgmine::OrbFeatures found;
    {
        const py::gil_scoped_release nogil;
        found = imgmine::orb(src, {n, scale, levels, threshold}, allowed);
    }
    return py::make_tuple(to_columns(found.keypoints), to_rows(found.descriptors, 32));
}

py::tuple sift(const py::array& image, std::optional<py::ssize_t> n, int layers, double contrast,
               double edge, double sigma, bool upsample, bool root,
               const std::optional<py::array>& mask) {
    const auto src = view<std::uint8_t>(image);
    const auto allowed = mask_of(mask);
    imgmine::SiftFeatures found;
    {
        const py::gil_scoped_release nogil;
        found = imgmine::sift(src, {n, layers, contrast, edge, sigma, upsample, root}, allowed);
    }
    return py::make_tuple(to_columns(found.keypoints), to_rows(found.descriptors, 128));
}

py::tuple match(const py::array& a, const py::array& b, double ratio, bool cross_check,
                std::string_view metric) {
    const imgmine::MatchOptions options{ratio, cross_check};
    std::vector<imgmine::Match> found;
    if (is<float>(a)) {
        const auto left = rows<float>(a), right = rows<float>(b);
        const py::gil_scoped_release nogil;
        found = imgmine::match_euclidean(left, right, options);
    } else {
        const auto left = rows<std::uint8_t>(a), right = rows<std::uint8_t>(b);
        const py::gil_scoped_release nogil;
        found = metric == "hamming" ? imgmine::match_hamming(left, right, options)
                                    : imgmine::match_euclidean(left, right, options);
    }
    const auto n = static_cast<py::ssize_t>(found.size());
    auto pairs = empty<std::int64_t>({n, 2});
    auto distances = empty<float>({n});
    std::int64_t* places = pairs.mutable_data();
    float* values = distances.mutable_data();
    for (const imgmine::Match& m : found) {
        *places++ = m.first;
        *places++ = m.second;
        *values++ = m.distance;
    }
    return py::make_tuple(pairs, distances);
}

py::tuple find_homography(const py::array& src, const py::array& dst, double threshold,
                          double confidence, int max_iters, std::uint64_t seed) {
    const auto from = rows<double>(src), to = rows<double>(dst);
    std::vector<std::uint8_t> flags;
    std::optional<imgmine::Homography> found;
    {
        const py::gil_scoped_release nogil;
        found = imgmine::find_homography(from, to, {threshold, confidence, max_iters, seed}, flags);
    }
    auto inliers = empty<bool>({static_cast<py::ssize_t>(flags.size())});
    std::copy(flags.begin(), flags.end(), inliers.mutable_data());
    if (!found) return py::make_tuple(py::none(), inliers);
    auto matrix = empty<double>({3, 3});
    std::copy(found->begin(), found->end(), matrix.mutable_data());
    return py::make_tuple(matrix, inliers);
}

}  // namespace

void bind_features_local(py::module_ m) {
    m.def("fast", &fast, "image"_a, "threshold"_a, "nonmax"_a, "mask"_a);
    m.def("orb", &orb, "image"_a, "n"_a, "scale"_a, "levels"_a, "threshold"_a, "mask"_a);
    m.def("sift", &sift, "image"_a, "n"_a, "layers"_a, "contrast"_a, "edge"_a, "sigma"_a,
          "upsample"_a, "root"_a, "mask"_a);
    m.def("match", &match, "a"_a, "b"_a, "ratio"_a, "cross_check"_a, "metric"_a);
    m.def("find_homography", &find_homography, "src"_a, "dst"_a, "threshold"_a, "confidence"_a,
          "max_iters"_a, "seed"_a);
}
