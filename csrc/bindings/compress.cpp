#include "bindings/arrays.hpp"

void bind_compress(py::module_) {}
