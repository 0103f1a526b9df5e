#include "bindings/arrays.hpp"

void bind_filters_convolve(py::module_) {}
