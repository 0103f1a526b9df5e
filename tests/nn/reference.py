"""A network's forward pass by definition, in NumPy and float64."""

import numpy as np


def sides(node, size, length, stride, axis):
    padding = node.get("padding", "valid")
    if padding == "valid":
        return 0, 0
    if padding == "same":
        total = max((-(-length // stride) - 1) * stride + size - length, 0)
        return total // 2, total - total // 2
    return padding[axis], padding[axis + 2]


def windows(x, node, name, fill):
    """Windows of an (N, H, W, C) image as (N, height, width, kernel h, kernel w, C)."""
    size = node[name]
    strides = node.get("strides", [1, 1] if name == "kernel" else size)
    pads = [sides(node, size[a], x.shape[a + 1], strides[a], a) for a in (0, 1)]
    x = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))
    return np.moveaxis(view[:, :: strides[0], :: strides[1]], 3, 5)


def conv2d(x, node, p):
    under, groups = windows(x, node, "kernel", 0.0), node.get("groups", 1)
    parts = zip(np.split(under, groups, -1), np.split(p["kernel"], groups, -1), strict=True)
    y = [np.einsum("nyxijc,ijcf->nyxf", seen, kernel) for seen, kernel in parts]
    return np.concatenate(y, -1) + p.get("bias", 0.0)


def conv_transpose2d(x, node, p):
    (kh, kw), (sh, sw) = node["kernel"], node.get("strides", [1, 1])
    n, h, w, _ = x.shape
    full = np.zeros((n, (h - 1) * sh + kh + sh, (w - 1) * sw + kw + sw, node["filters"]))
    for i in range(h):
        for j in range(w):
            patch = np.einsum("nc,ijfc->nijf", x[:, i, j], p["kernel"])
            full[:, i * sh : i * sh + kh, j * sw : j * sw + kw] += patch
    padding, more = node.get("padding", "valid"), node.get("output_padding", [0, 0])
    if padding == "same":
        top, left = max(kh - sh, 0) // 2, max(kw - sw, 0) // 2
        height, width = h * sh, w * sw
    else:
        top, left, bottom, right = [0] * 4 if padding == "valid" else padding
        height = (h - 1) * sh + kh - top - bottom + more[0]
        width = (w - 1) * sw + kw - left - right + more[1]
    return full[:, top : top + height, left : left + width] + p.get("bias", 0.0)


def avg_pool2d(x, node, p):
    return np.nanmean(windows(x, node, "size", np.nan), axis=(3, 4))


def max_pool2d(x, node, p):
    return windows(x, node, "size", -np.inf).max(axis=(3, 4))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def batch_norm(x, node, p, training):
    axes = tuple(range(x.ndim - 1))
    mean, variance = (x.mean(axes), x.var(axes)) if training else (p["mean"], p["variance"])
    return (x - mean) / np.sqrt(variance + node.get("epsilon", 1e-3)) * p["gamma"] + p["beta"]


def upsample2d(x, node, p):
    if node.get("method", "nearest") == "nearest":
        return x.repeat(node["size"][0], 1).repeat(node["size"][1], 2)
    for axis, factor in zip((1, 2), node["size"], strict=True):
        length = x.shape[axis]
        at = np.clip((np.arange(length * factor) + 0.5) / factor - 0.5, 0, length - 1)
        low = np.floor(at).astype(int)
        part = (at - low).reshape([-1 if a == axis else 1 for a in range(4)])
        high = np.minimum(low + 1, length - 1)
        x = x.take(low, axis) * (1 - part) + x.take(high, axis) * part
    return x


def identity(x, node, p):
    return x


LAYERS = {
    "conv2d": conv2d,
    "conv_transpose2d": conv_transpose2d,
    "max_pool2d": max_pool2d,
    "avg_pool2d": avg_pool2d,
    "global_avg_pool2d": lambda x, node, p: x.mean((1, 2)),
    "global_max_pool2d": lambda x, node, p: x.max((1, 2)),
    "flatten": lambda x, node, p: x.reshape(len(x), int(np.prod(x.shape[1:]))),
    "reshape": lambda x, node, p: x.reshape(len(x), *node["shape"]),
    "dense": lambda x, node, p: x @ p["kernel"] + p.get("bias", 0.0),
    "relu": lambda x, node, p: np.maximum(x, 0),
    "leaky_relu": lambda x, node, p: np.where(x > 0, x, node.get("slope", 0.3) * x),
    "clip": lambda x, node, p: np.clip(x, node.get("low", 0), node.get("high", 6)),
    "sigmoid": lambda x, node, p: 1 / (1 + np.exp(-x)),
    "tanh": lambda x, node, p: np.tanh(x),
    "softmax": lambda x, node, p: softmax(x),
    "dropout": identity,
    "upsample2d": upsample2d,
    "rescale": lambda x, node, p: x * node.get("scale", 1) + node.get("offset", 0),
}


def parameters(network, values):
    """Each node's parameters by name, of an array like network.values."""
    found = {}
    for node, name, shape, offset, _ in network.parameters:
        size = int(np.prod(shape))
        found.setdefault(node, {})[name] = values[offset : offset + size].reshape(shape)
    return found


def forward(nodes, network, values, inputs, training=False, wanted=None, frozen=()):
    """Results of all nodes, or of those wanted, given float64 values and inputs."""
    given, of_node, results = iter(inputs), parameters(network, values), []
    for i, node in enumerate(nodes):
        x = [results[j] for j in node.get("inputs", [])]
        p = of_node.get(i, {})
        if node["op"] == "input":
            y = np.asarray(next(given), np.float64)
        elif node["op"] == "add":
            y = sum(x)
        elif node["op"] == "concat":
            y = np.concatenate(x, -1)
        elif node["op"] == "batch_norm":
            y = batch_norm(x[0], node, p, training and i not in frozen)
        else:
            y = LAYERS[node["op"]](x[0], node, p)
        results.append(y)
    return results if wanted is None else [results[i] for i in wanted]
