#include "bindings/arrays.hpp"
#include "features/cosine_transform.hpp"
#include "features/hash.hpp"
#include "features/lanczos_axis.hpp"
#include "features/pdq.hpp"
#include "geometry/tap_bytes.hpp"
#include "geometry/taps.hpp"

// The weights of resampled pictures and of what becomes of them, for versions of functions that run
// elsewhere.

namespace {

using imgmine::LanczosWeights;

/// Height and width of the small picture that a hash is made of; throws what the hash would.
std::pair<std::ptrdiff_t, std::ptrdiff_t> hash_picture(std::array<std::ptrdiff_t, 3> shape,
                                                       std::string_view method, std::ptrdiff_t size,
                                                       std::ptrdiff_t factor,
                                                       std::ptrdiff_t scale) {
    const imgmine::ImageView<const std::uint8_t> image{nullptr, shape[0], shape[1], shape[2], 0};
    const imgmine::HashOptions options{imgmine::hash_method_from_name(method), size, factor, scale};
    imgmine::check_hash(image, options);
    return imgmine::shrunk_size(image, options);
}

/// First old pixel, how many, and their weights, zeros behind, of each new pixel.
template <class T>
py::tuple windows_of(const std::vector<std::int32_t>& firsts,
                     const std::vector<std::vector<T>>& weights) {
    std::vector<std::int32_t> counts;
    for (const auto& some : weights) counts.push_back(static_cast<std::int32_t>(some.size()));
    const auto most = counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
    auto table = empty<T>({static_cast<py::ssize_t>(counts.size()), most});
    T* row = table.mutable_data();
    std::fill_n(row, table.size(), T{0});
    for (const auto& some : weights) {
        std::copy(some.begin(), some.end(), row);
        row += most;
    }
    return py::make_tuple(to_array(firsts), to_array(counts), table);
}

py::tuple pillow_lanczos(std::ptrdiff_t from, std::ptrdiff_t to) {
    LanczosWeights windows(from, to);
    std::vector<std::int32_t> firsts;
    std::vector<std::vector<std::int32_t>> weights(static_cast<std::size_t>(to));
    for (std::ptrdiff_t i = 0; i < to; ++i)
        firsts.push_back(
            static_cast<std::int32_t>(windows.of(i, weights[static_cast<std::size_t>(i)])));
    return windows_of(firsts, weights);
}

imgmine::TapAxis axis_of(bool lanczos, std::ptrdiff_t from, std::ptrdiff_t to) {
    using Window = imgmine::TapAxis::Window;
    return {lanczos ? Window::lanczos : Window::cubic, from, to};
}

/// The same of resize(), weights by [tap][new pixel]: whole numbers that sum up to 2^bits, or
/// floats where `bits` is 0.
py::tuple resize_taps(bool lanczos, std::ptrdiff_t from, std::ptrdiff_t to, int bits) {
    const imgmine::Taps taps = axis_of(lanczos, from, to).taps(0, to);
    auto table = bits ? py::array(empty<std::int32_t>({taps.most, to}))
                      : py::array(empty<float>({taps.most, to}));
    std::vector<std::int32_t> whole;
    for (std::ptrdiff_t i = 0; i < to; ++i) {
        whole.clear();
        if (bits) imgmine::add_whole_weights(taps.of(i), taps.most, bits, whole);
        for (std::ptrdiff_t k = 0; k < taps.most; ++k)
            if (bits)
                *static_cast<std::int32_t*>(table.mutable_data(k, i)) =
                    whole[static_cast<std::size_t>(k)];
            else
                *static_cast<float*>(table.mutable_data(k, i)) = static_cast<float>(taps.of(i)[k]);
    }
    return py::make_tuple(to_array(taps.firsts), to_array(taps.counts), table);
}

/// Bits of the weights along columns and rows, and binary places in between.
std::array<int, 3> resize_bits(bool lanczos, std::array<std::ptrdiff_t, 2> from,
                               std::array<std::ptrdiff_t, 2> to) {
    imgmine::FixedPoint fixed;
    if (lanczos)
        fixed = imgmine::lanczos_fixed_point(axis_of(true, from[1], to[1]).scale(),
                                             axis_of(true, from[0], to[0]).scale());
    return {fixed.column_bits, fixed.row_bits, fixed.places};
}

py::tuple cosine_turns(std::size_t n) {
    const auto transform = imgmine::cosine_transform(n);
    const auto& pairs = transform->roots();
    auto roots = empty<double>({static_cast<py::ssize_t>(pairs.size()), 2});
    double* out = roots.mutable_data();
    for (const auto& [cosine, sine] : pairs) {
        *out++ = cosine;
        *out++ = sine;
    }
    return py::make_tuple(to_array(transform->turns()), roots);
}

}  // namespace

void bind_tables_resample(py::module_ m) {
    m.def("hash_picture", &hash_picture, "shape"_a, "method"_a, "size"_a, "factor"_a, "scale"_a);
    m.def("pillow_lanczos", &pillow_lanczos, "from_"_a, "to"_a);
    m.def("resize_taps", &resize_taps, "lanczos"_a, "from_"_a, "to"_a, "bits"_a);
    m.def("resize_bits", &resize_bits, "lanczos"_a, "from_"_a, "to"_a);
    m.def("cosine_turns", &cosine_turns, "n"_a);
    m.def("pdq_cosines", [] { return to_array(imgmine::pdq_cosines()); });
}
