#include "bindings/arrays.hpp"
#include "features/hash.hpp"
#include "features/pdq.hpp"

namespace {

imgmine::HashOptions options_of(std::string_view method, std::ptrdiff_t size, std::ptrdiff_t factor,
                                std::ptrdiff_t scale, bool remove_lowest) {
    return {imgmine::hash_method_from_name(method), size, factor, scale, remove_lowest};
}

py::array image_hash(const py::array& image, std::string_view method, std::ptrdiff_t size,
                     std::ptrdiff_t factor, std::ptrdiff_t scale, bool remove_lowest) {
    const auto options = options_of(method, size, factor, scale, remove_lowest);
    const auto src = view<std::uint8_t>(image);
    std::vector<std::uint8_t> bytes;
    {
        const py::gil_scoped_release nogil;
        imgmine::check_hash(src, options);
        bytes.resize(imgmine::hash_bytes(options));
        imgmine::image_hash(src, options, bytes.data());
    }
    return CArray<std::uint8_t>(static_cast<py::ssize_t>(bytes.size()), bytes.data());
}

py::array dihedral_hashes(const py::array& image, std::string_view method, std::ptrdiff_t size,
                          std::ptrdiff_t factor, std::ptrdiff_t scale, bool remove_lowest) {
    const auto options = options_of(method, size, factor, scale, remove_lowest);
    const auto src = view<std::uint8_t>(image);
    imgmine::check_hash(src, options);
    auto out = empty<std::uint8_t>({8, static_cast<py::ssize_t>(imgmine::hash_bytes(options))});
    std::uint8_t* bytes = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::dihedral_hashes(src, options, bytes);
    }
    return out;
}

py::tuple pdq(const py::array& image) {
    const auto src = view<std::uint8_t>(image);
    imgmine::Pdq result;
    {
        const py::gil_scoped_release nogil;
        result = imgmine::pdq(src);
    }
    auto hashes = empty<std::uint8_t>({8, 32});
    std::uint8_t* bytes = hashes.mutable_data();
    for (const auto& hash : result.hashes) bytes = std::copy(hash.begin(), hash.end(), bytes);
    return py::make_tuple(hashes, result.quality);
}

}  // namespace

void bind_features_hash(py::module_ m) {
    m.def("image_hash", &image_hash, "image"_a, "method"_a, "size"_a, "factor"_a, "scale"_a,
          "remove_lowest"_a);
    m.def("dihedral_hashes", &dihedral_hashes, "image"_a, "method"_a, "size"_a, "factor"_a,
          "scale"_a, "remove_lowest"_a);
    m.def("pdq", &pdq, "image"_a);
}
