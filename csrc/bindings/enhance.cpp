#include "bindings/arrays.hpp"

void bind_enhance(py::module_) {}
