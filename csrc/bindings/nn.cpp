#include "bindings/arrays.hpp"

void bind_nn_layers(py::module_ m);

void bind_nn(py::module_ m) {
    bind_nn_layers(m);
}
