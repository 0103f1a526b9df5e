#include "bindings/sections.hpp"

namespace {

using imgmine::Dtype;
using imgmine::Section;

Dtype dtype_of(const py::array& array) {
    for (std::size_t i = 0; i < dtype_names.size(); ++i)
        if (array.dtype().is(py::dtype(dtype_names[i])) ||
            array.dtype().equal(py::dtype(dtype_names[i])))
            return static_cast<Dtype>(i);
    throw py::type_error("an array in a container must hold numbers in native byte order, got " +
                         py::str(array.dtype()).cast<std::string>());
}

/// A container's sections of a dict of names and arrays, and the memory they borrow.
struct Sections {
    std::vector<Section> views;
    std::vector<py::array> alive;

    explicit Sections(const py::dict& arrays) {
        for (const auto& [name, value] : arrays) {
            const auto array = py::array::ensure(value, py::array::c_style);
            if (!array) throw py::type_error("a container holds arrays");
            views.push_back(section_of(array, name.cast<std::string>()));
            alive.push_back(array);
        }
    }
};

py::bytes to_bytes(const std::vector<std::uint8_t>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The container's bytes of a dict of names and arrays.
py::bytes make(std::string_view kind, const py::dict& arrays) {
    return to_bytes(imgmine::make_container(kind, Sections(arrays).views));
}

/// What precedes the arrays in it.
py::bytes head(std::string_view kind, const py::dict& arrays) {
    return to_bytes(imgmine::make_container_head(kind, Sections(arrays).views));
}

/// The arrays of a container, read-only views into `data`: bytes, or a mapped file.
py::dict parse(const py::buffer& data, std::string_view kind, bool verify) {
    const py::buffer_info info = data.request();
    py::dict arrays;
    for (const Section& section : imgmine::parse_container(
             static_cast<const std::uint8_t*>(info.ptr),
             static_cast<std::size_t>(info.size * info.itemsize), kind, verify)) {
        const py::dtype dtype(dtype_names[static_cast<std::size_t>(section.dtype)]);
        const std::vector<py::ssize_t> shape(section.shape.begin(), section.shape.end());
        py::array array(dtype, shape, section.data, py::memoryview(data));
        array.attr("flags").attr("writeable") = false;
        arrays[py::str(section.name)] = array;
    }
    return arrays;
}

}  // namespace

Section section_of(const py::array& array, std::string name) {
    Section section;
    section.name = std::move(name);
    section.dtype = dtype_of(array);
    for (py::ssize_t d = 0; d < array.ndim(); ++d)
        section.shape.push_back(static_cast<std::uint64_t>(array.shape(d)));
    section.data = static_cast<const std::uint8_t*>(array.data());
    section.size = static_cast<std::uint64_t>(array.nbytes());
    return section;
}

void bind_container(py::module_ m) {
    m.def("make", &make, "kind"_a, "arrays"_a);
    m.def("head", &head, "kind"_a, "arrays"_a);
    m.def("parse", &parse, "data"_a, "kind"_a, "verify"_a = true);
}
