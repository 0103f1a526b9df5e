#include "bindings/arrays.hpp"

void bind_geometry_warp(py::module_) {}
