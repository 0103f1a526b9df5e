#include "bindings/arrays.hpp"

void bind_filters_edges(py::module_) {}
