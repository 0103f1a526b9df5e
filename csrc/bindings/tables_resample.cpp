#include "bindings/arrays.hpp"
#include "features/cosine_transform.hpp"
#include "features/hash.hpp"
#include "features/lanczos_axis.hpp"

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
    m.def("cosine_turns", &cosine_turns, "n"_a);
}
