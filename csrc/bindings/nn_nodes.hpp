#pragma once

#include "bindings/arrays.hpp"
#include "nn/node.hpp"

inline imgmine::NodeAttribute attribute_from(const std::string& name, const py::handle& value) {
    try {
        return value.cast<imgmine::NodeAttribute>();
    } catch (const py::cast_error&) {
        throw py::type_error("attribute '" + name +
                             "' must be a number, a text or a list of whole numbers, got " +
                             py::repr(value).cast<std::string>());
    }
}

inline imgmine::NodeSpec node_from(const py::dict& description) {
    imgmine::NodeSpec spec;
    for (const auto& [key, value] : description) {
        const auto name = key.cast<std::string>();
        if (name == "op")
            spec.op = value.cast<std::string>();
        else if (name == "inputs")
            spec.inputs = value.cast<std::vector<std::int64_t>>();
        else
            spec.attributes[name] = attribute_from(name, value);
    }
    return spec;
}

inline std::vector<imgmine::NodeSpec> specs_from(const std::vector<py::dict>& nodes) {
    std::vector<imgmine::NodeSpec> specs;
    for (const py::dict& node : nodes) specs.push_back(node_from(node));
    return specs;
}
