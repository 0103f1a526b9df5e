#include "bindings/arrays.hpp"

void bind_metrics(py::module_) {}
