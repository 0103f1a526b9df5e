#include "bindings/arrays.hpp"

void bind_filters_denoise(py::module_) {}
