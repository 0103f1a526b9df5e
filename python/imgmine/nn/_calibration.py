"""What has to be known before a network is quantized: ranges, and weights without norms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._validate import Array

    Node = dict[str, Any]

_BINS = 2048
_SHARES = np.arange(100, 19, -1) / 100  # of a range, that are tried
_BATCH_BYTES = 1 << 26  # of results at once


def folded(nodes: Sequence[Node], outputs: Sequence[int]) -> tuple[list[Node], dict[int, int]]:
    """Return nodes without the norms that weights can take in, and those norms by their weights.

    Such a norm is left as a node that does nothing, so that others keep their numbers.
    """
    uses = [*outputs, *(i for node in nodes for i in node["inputs"])]
    norms = {}
    for i, node in enumerate(nodes):
        if node["op"] == "batch_norm":
            (before,) = node["inputs"]
            if nodes[before]["op"] in ("conv2d", "dense") and uses.count(before) == 1:
                norms[before] = i
    changed = [
        {**node, "use_bias": True}
        if i in norms
        else {"op": "dropout", "inputs": node["inputs"]}
        if i in norms.values()
        else node
        for i, node in enumerate(nodes)
    ]
    return changed, norms


def folded_weights(
    weights: dict[str, Array], norm: dict[str, Array] | None, epsilon: float
) -> tuple[Array, Array | None]:
    """Return kernel (values of a sum, outputs) and bias with what a norm does to them."""
    kernel = weights["kernel"].reshape(-1, weights["kernel"].shape[-1])
    bias = weights.get("bias")
    if norm is None:
        return kernel, bias
    factor = norm["gamma"] / np.sqrt(norm["variance"].astype(np.float64) + epsilon)
    shift = (0.0 if bias is None else bias) - norm["mean"].astype(np.float64)
    return (kernel * factor).astype(np.float32), (norm["beta"] + shift * factor).astype(np.float32)


def ranges_of(core: Any, inputs: list[Array], is_clipped: Sequence[bool]) -> Array:
    """Return (low, high) of each node's results.

    Where it may be clipped, the range is that with the least mean squared error: of what bytes
    round and of what is cut off.
    """
    nodes = list(range(len(core.shapes)))
    ranges = np.array([(np.inf, -np.inf)] * len(nodes))
    for results in _results(core, inputs, nodes):
        for bounds, result in zip(ranges, results, strict=True):
            bounds[:] = min(bounds[0], result.min()), max(bounds[1], result.max())
    if not np.isfinite(ranges).all():
        raise ValueError("x must lead to finite results in all layers, got infinity or NaN")
    clipped = [i for i in nodes if is_clipped[i] and ranges[i, 0] < ranges[i, 1]]
    counts = np.zeros((len(nodes), _BINS), np.int64)
    for results in _results(core, inputs, clipped):
        for i, result in zip(clipped, results, strict=True):
            counts[i] += _histogram(result, ranges[i])
    for i in clipped:
        ranges[i] *= _best_share(counts[i], *ranges[i])
    return ranges.astype(np.float32)


def _results(core: Any, inputs: list[Array], nodes: list[int]) -> Iterator[list[Array]]:
    sample = 4 * sum(int(np.prod(core.shapes[i])) for i in nodes) or 1
    step = max(_BATCH_BYTES // sample, 1)
    for start in range(0, len(inputs[0]) if nodes else 0, step):
        yield core.predict([x[start : start + step] for x in inputs], nodes)


def _histogram(values: Array, bounds: Array) -> Array:
    """Count values other than 0, which bytes hold exactly."""
    values = values[values != 0].astype(np.float64)
    low, high = bounds
    places = ((values - low) / (high - low) * _BINS).astype(np.int64)
    return np.bincount(np.minimum(places, _BINS - 1), minlength=_BINS)


def _best_share(counts: Array, low: float, high: float) -> float:
    """Return by what to multiply a range; sums are in one order, for the same bits everywhere."""
    centers = low + (np.arange(_BINS) + 0.5) * ((high - low) / _BINS)
    errors = []
    for share in _SHARES:
        bottom, top = min(low * share, 0.0), max(high * share, 0.0)
        step = (top - bottom) / 255
        off = centers - np.clip(centers, bottom, top)
        errors.append(np.cumsum(counts * np.where(off == 0, step * step / 12, off * off))[-1])
    return float(_SHARES[int(np.argmin(errors))])
