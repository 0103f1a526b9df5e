from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

class Network:
    def __init__(
        self, nodes: Sequence[Mapping[str, Any]], outputs: Sequence[int], precision: str = "float32"
    ) -> None: ...
    @property
    def shapes(self) -> list[tuple[int, ...]]: ...
    @property
    def multiply_adds(self) -> list[int]: ...
    @property
    def parameters(self) -> list[tuple[int, str, tuple[int, ...], int, bool]]: ...
    @property
    def n_trainable(self) -> int: ...
    @property
    def values(self) -> _Array: ...
    @property
    def gradients(self) -> _Array: ...
    def touch(self, frozen: bool = True) -> None: ...
    def freeze(self, nodes: Sequence[int]) -> None: ...
    def forward(self, inputs: Sequence[_Array], training: bool, seed: int) -> list[_Array]: ...
    def backward(
        self, output_gradients: Sequence[_Array], want_input_gradients: bool
    ) -> list[_Array]: ...
    def step(
        self,
        inputs: Sequence[_Array],
        rows: _Array | None,
        targets: _Array,
        loss: str,
        seed: int,
        label_smoothing: float,
        class_weights: Sequence[float] = ...,
    ) -> tuple[float, int]: ...
    def predict(self, inputs: Sequence[_Array], nodes: Sequence[int]) -> list[_Array]: ...

class QuantizedNetwork:
    def __init__(
        self,
        nodes: Sequence[Mapping[str, Any]],
        outputs: Sequence[int],
        parameters: Sequence[Mapping[str, _Array]],
        ranges: _Array,
    ) -> None: ...
    @property
    def shapes(self) -> list[tuple[int, ...]]: ...
    @property
    def multiply_adds(self) -> list[int]: ...
    @property
    def parameters(self) -> list[tuple[int, str, tuple[int, ...], int, bool]]: ...
    @property
    def quantizations(self) -> list[tuple[float, int]]: ...
    def predict(self, inputs: Sequence[_Array], nodes: Sequence[int]) -> list[_Array]: ...

def quantize_weights(kernel: _Array) -> tuple[_Array, _Array]: ...
def sgd(
    values: _Array,
    gradients: _Array,
    velocity: _Array,
    learning_rate: float,
    momentum: float,
    nesterov: bool,
    weight_decay: float,
) -> None: ...
def adam(
    values: _Array,
    gradients: _Array,
    first: _Array,
    second: _Array,
    step: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    weight_decay: float,
    decoupled: bool,
) -> None: ...
def clip_by_norm(gradients: _Array, norm: float) -> float: ...
def n_parameters(nodes: Sequence[Mapping[str, Any]], outputs: Sequence[int]) -> int: ...
def augment(
    images: _Array,
    rows: _Array,
    shift_y: float,
    shift_x: float,
    flip: bool,
    rotate: float,
    scale: float,
    border: str,
    value: float,
    seed: int,
    epoch: int,
    height: int,
    width: int,
) -> _Array: ...
def conv2d(
    x: _Array,
    kernel: _Array,
    bias: _Array | None,
    strides: Sequence[int],
    padding: Sequence[int],
    relu: bool,
    precision: str,
    groups: int = 1,
) -> _Array: ...
def conv2d_relu_pool(
    x: _Array,
    kernel: _Array,
    bias: _Array | None,
    strides: Sequence[int],
    padding: Sequence[int],
    precision: str,
) -> tuple[_Array, _Array]: ...
def conv2d_backward_data(
    grad_y: _Array,
    kernel: _Array,
    choice: _Array | None,
    image: Sequence[int],
    strides: Sequence[int],
    padding: Sequence[int],
    precision: str,
    groups: int = 1,
) -> _Array: ...
def conv2d_backward_weights(
    x: _Array,
    grad_y: _Array,
    kernel: _Array,
    choice: _Array | None,
    strides: Sequence[int],
    padding: Sequence[int],
    groups: int = 1,
) -> tuple[_Array, _Array]: ...
def dense(
    x: _Array, weights: _Array, bias: _Array | None, relu: bool, precision: str
) -> _Array: ...
def dense_backward_data(grad_y: _Array, weights: _Array, precision: str) -> _Array: ...
def dense_backward_weights(x: _Array, grad_y: _Array) -> tuple[_Array, _Array]: ...
def multiply_adds(rounds: int) -> int: ...
def max_pool2d(
    x: _Array, size: Sequence[int], strides: Sequence[int], padding: Sequence[int]
) -> tuple[_Array, _Array]: ...
def max_pool2d_gradient(grad_y: _Array, winner: _Array, image: Sequence[int]) -> _Array: ...
def avg_pool2d(
    x: _Array, size: Sequence[int], strides: Sequence[int], padding: Sequence[int]
) -> _Array: ...
def avg_pool2d_gradient(
    grad_y: _Array,
    image: Sequence[int],
    size: Sequence[int],
    strides: Sequence[int],
    padding: Sequence[int],
) -> _Array: ...
