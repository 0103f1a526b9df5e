#include "bindings/arrays.hpp"

void bind_filters_rank(py::module_) {}
