"""ONNX operators that look at windows: convolutions, pools, and images made larger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ._onnx_file import LONGEST
from ._onnx_graph import CHANNELS_FIRST, Graph, Tensor
from ._onnx_shaping import tensor_at

if TYPE_CHECKING:
    from .._validate import Array
    from ._onnx_file import OnnxNode

_MOST_PADDING = 2**16


def conv(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Conv of images."""
    tensor = graph.image(node, tensor_at(node, inputs, 0))
    kernel, bias = _weights(node, inputs, axis=0)
    height, width, channels = graph.shapes[tensor.node]
    filters, depth, *size = kernel.shape
    groups = node.integer("group", 1)
    if groups < 1 or channels % groups or filters % groups:
        raise node.wrong(f"must have groups that divide {channels} and {filters}, got {groups}")
    if depth * groups != channels:
        raise node.wrong(f"must have weights of {channels // groups} channels, they are of {depth}")
    strides, padding = _windows(graph, node, tensor, size)
    sides = _sides(node, (height, width), size, strides, padding)
    shape = (*sides, filters)
    settings = {"filters": filters, "kernel": list(size), "strides": strides, "padding": padding}
    if groups > 1:
        settings["groups"] = groups
    made = graph.add(node, "conv2d", [tensor.node], shape, **settings, use_bias=bias is not None)
    _keep(graph, node, made, kernel, bias)
    return Tensor(made, CHANNELS_FIRST)


def conv_transpose(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """ConvTranspose of images, all channels together."""
    tensor = graph.image(node, graph.plain(node, tensor_at(node, inputs, 0)))
    kernel, bias = _weights(node, inputs, axis=1)
    channels = graph.shapes[tensor.node][2]
    depth, filters, *size = kernel.shape
    if node.integer("group", 1) != 1 or depth != channels:
        raise node.wrong(f"must have 1 group and weights of {channels} channels, got {depth}")
    if node.has("output_shape"):
        raise node.wrong("must say its padding, not its output's shape")
    strides, padding = _windows(graph, node, tensor, size)
    more = node.integers("output_padding", [0, 0], 2)
    if any(not 0 <= m < s for m, s in zip(more, strides, strict=True)):
        raise node.wrong(f"must have an output_padding from 0 to less than strides, got {more}")
    sides = [
        (n - 1) * s + k + m - padding[at] - padding[at + 2]
        for at, (n, s, k, m) in enumerate(
            zip(graph.shapes[tensor.node], strides, size, more, strict=False)
        )
    ]
    settings = {"filters": filters, "kernel": list(size), "strides": strides, "padding": padding}
    made = graph.add(
        node,
        "conv_transpose2d",
        [tensor.node],
        (*sides, filters),
        **settings,
        output_padding=more,
        use_bias=bias is not None,
    )
    _keep(graph, node, made, kernel, bias)
    return Tensor(made, CHANNELS_FIRST)


def max_pool(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """MaxPool of images."""
    tensor = tensor_at(node, inputs, 0)
    before = graph.nodes[tensor.node]
    if before["op"] != "relu" and before.get("low", -1) < 0:  # else zeros around change nothing
        graph.plain(node, tensor)
    if len([name for name in node.outputs if name]) > 1:
        raise node.wrong("must give one output, not where the largest numbers were as well")
    return _pool(graph, node, tensor, "max_pool2d")


def average_pool(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """AveragePool of images, which leaves what is past the border out of the mean."""
    tensor = graph.plain(node, tensor_at(node, inputs, 0))
    made = _pool(graph, node, tensor, "avg_pool2d")
    if node.integer("count_include_pad", 0) and any(graph.nodes[made.node]["padding"]):
        raise node.wrong("must leave padding out of the mean")
    return made


def _pool(graph: Graph, node: OnnxNode, tensor: Tensor, op: str) -> Tensor:
    tensor = graph.image(node, tensor)
    size = node.integers("kernel_shape", None, 2)
    if any(side < 1 for side in size):
        raise node.wrong(f"must have kernel_shape of at least 1, got {size}")
    strides, padding = _windows(graph, node, tensor, size)
    height, width, channels = graph.shapes[tensor.node]
    sides = _sides(node, (height, width), size, strides, padding)
    if node.integer("ceil_mode", 0):
        high = (height + padding[0] + padding[2] - size[0]) % strides[0]
        wide = (width + padding[1] + padding[3] - size[1]) % strides[1]
        if high or wide:
            raise node.wrong("must not round sizes up (ceil_mode)")
    settings = {"size": size, "strides": strides, "padding": padding}
    made = graph.add(node, op, [tensor.node], (*sides, channels), **settings)
    return Tensor(made, CHANNELS_FIRST)


def resize(graph: Graph, node: OnnxNode, inputs: list[Tensor | Array | None]) -> Tensor:
    """Resize by a whole number, as our upsampling does."""
    tensor = graph.image(node, graph.plain(node, tensor_at(node, inputs, 0)))
    height, width, channels = graph.shapes[tensor.node]
    factors = _factors(graph, node, tensor, inputs)
    mode = node.text("mode", "nearest")
    where = node.text("coordinate_transformation_mode", "half_pixel")
    rounding = node.text("nearest_mode", "round_prefer_floor")
    nearest = mode == "nearest" and (
        (where == "asymmetric" and rounding == "floor")
        or (where == "half_pixel" and rounding.startswith("round"))
    )
    bilinear = mode == "linear" and where in ("half_pixel", "pytorch_half_pixel")
    if not (nearest or bilinear) or node.integer("antialias", 0):
        raise node.wrong(f"must repeat pixels or be bilinear, got {mode}, {where}, {rounding}")
    shape = (height * factors[0], width * factors[1], channels)
    method = "nearest" if nearest else "bilinear"
    made = graph.add(node, "upsample2d", [tensor.node], shape, size=factors, method=method)
    return Tensor(made, CHANNELS_FIRST)


def _factors(
    graph: Graph, node: OnnxNode, tensor: Tensor, inputs: list[Tensor | Array | None]
) -> list[int]:
    scales, sizes = (inputs[at] if at < len(inputs) else None for at in (2, 3))
    whole = (1, *graph.shape(tensor))
    if isinstance(sizes, np.ndarray) and sizes.shape == (4,):
        asked = [int(n) / side for n, side in zip(sizes[2:], whole[2:], strict=True)]
        channels_stay = int(sizes[1]) == whole[1]
    elif isinstance(scales, np.ndarray) and scales.shape == (4,):
        asked = [float(n) for n in scales[2:]]
        channels_stay = bool((scales[:2] == 1).all())
    else:
        raise node.wrong("must have four constant scales or sizes")
    if not channels_stay or any(not 1 <= n <= LONGEST or n != int(n) for n in asked):
        raise node.wrong(f"must make images a whole number of times as large, got {asked}")
    return [int(n) for n in asked]


def _weights(
    node: OnnxNode, inputs: list[Tensor | Array | None], *, axis: int
) -> tuple[Array, Array | None]:
    kernel = inputs[1] if len(inputs) > 1 else None
    bias = inputs[2] if len(inputs) > 2 else None
    if not isinstance(kernel, np.ndarray) or kernel.dtype != np.float32:
        raise node.wrong("must have constant weights")
    if kernel.ndim != 4 or not kernel.size:
        raise node.wrong(f"must have weights for images, of 4 axes, got {kernel.shape}")
    if bias is not None and (
        not isinstance(bias, np.ndarray) or bias.shape != (kernel.shape[axis],)
    ):
        raise node.wrong(f"must have {kernel.shape[axis]} constants as its bias")
    said = node.integers("kernel_shape", list(kernel.shape[2:]), 2)
    if said != list(kernel.shape[2:]):
        raise node.wrong(f"says kernel_shape {said}, its weights have {kernel.shape[2:]}")
    return kernel, bias


def _keep(graph: Graph, node: OnnxNode, made: int, kernel: Array, bias: Array | None) -> None:
    graph.keep(node, made, "kernel", kernel.transpose(2, 3, 1, 0))
    if bias is not None:
        graph.keep(node, made, "bias", bias)


def _windows(
    graph: Graph, node: OnnxNode, tensor: Tensor, size: list[int]
) -> tuple[list[int], list[int]]:
    """Return strides and padding: top, left, bottom, right."""
    strides = node.integers("strides", [1, 1], 2)
    if any(step < 1 for step in strides):
        raise node.wrong(f"must have strides of at least 1, got {strides}")
    if node.integers("dilations", [1, 1], 2) != [1, 1]:
        raise node.wrong(f"must have dilations of 1, got {node.integers('dilations', None)}")
    auto = node.text("auto_pad", "NOTSET")
    if auto in ("NOTSET", "VALID", ""):
        padding = [0] * 4 if auto == "VALID" else node.integers("pads", [0, 0, 0, 0], 4)
    elif auto in ("SAME_UPPER", "SAME_LOWER") and not any(tensor.pad):
        padding = _same(node, graph.shapes[tensor.node][:2], size, strides, auto)
    else:
        raise node.wrong(f"must not have the auto_pad {auto!r}")
    padding = [a + b for a, b in zip(padding, tensor.pad, strict=True)]
    if any(not 0 <= p <= _MOST_PADDING for p in padding):
        raise node.wrong(f"must have pads from 0 to {_MOST_PADDING}, got {padding}")
    return strides, padding


def _same(
    node: OnnxNode, sides: tuple[int, ...], size: list[int], strides: list[int], auto: str
) -> list[int]:
    padding = [0] * 4
    for axis, (n, k, s) in enumerate(zip(sides, size, strides, strict=True)):
        if node.op == "ConvTranspose":
            if k < s:
                raise node.wrong(f"must not have the auto_pad {auto!r}: windows leave gaps")
            total = max(k - s, 0)
        else:
            total = max((-(-n // s) - 1) * s + k - n, 0)
        less, more = total // 2, total - total // 2
        padding[axis], padding[axis + 2] = (less, more) if auto == "SAME_UPPER" else (more, less)
    return padding


def _sides(
    node: OnnxNode,
    sides: tuple[int, int],
    size: list[int],
    strides: list[int],
    padding: list[int],
) -> tuple[int, int]:
    found = []
    for axis, (n, k, s) in enumerate(zip(sides, size, strides, strict=True)):
        if max(padding[axis], padding[axis + 2]) >= k:
            raise node.wrong(f"must have pads smaller than its windows, got {padding}")
        room = n + padding[axis] + padding[axis + 2] - k
        if room < 0:
            raise node.wrong(f"has windows of {tuple(size)}, larger than its input {sides}")
        found.append(room // s + 1)
    return found[0], found[1]
