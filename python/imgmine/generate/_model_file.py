"""A model as a safetensors file: weights by name, and all else as JSON among its texts."""

from __future__ import annotations

import inspect
import json
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from .._errors import FormatError
from .._validate import IMAGE_DTYPES
from ..nn import _graph, _safetensors
from ..nn._network import _from_stored
from ..nn._network_file import Stored, classes_from, plain_classes
from ._density import Density

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from .._validate import Array
    from ..nn import Network

FORMAT = 1  # of the entries and names below
_MODEL, _CHECKSUM = "imgmine.generate", "imgmine.crc32"
_NETWORKS = "encoder", "decoder"
_ENTRIES = {
    *("format", "created_with", "type", "params", "image_shape", "dtype", "classes"),
    *("class_counts", "n_densities", "networks"),
}
_WRONG = AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError, RecursionError


class Fitted(NamedTuple):
    """What a model has learned."""

    networks: tuple[Network, Network]
    image_shape: tuple[int, ...]
    dtype: np.dtype[Any]
    classes: Array | None
    class_counts: Array | None
    mean_image: Array
    densities: list[Density]


def write(path: str | os.PathLike[str], model: Any) -> None:
    """Write a fitted model; a reader never finds half of it."""
    networks = dict(zip(_NETWORKS, (model.encoder_, model.decoder_), strict=True))
    entries = {
        "format": FORMAT,
        "created_with": _core.version,
        "type": type(model).__name__,
        "params": {name: _plain(value) for name, value in model.get_params().items()},
        "image_shape": list(model.image_shape_),
        "dtype": str(model.dtype_),
        "classes": None if model.classes_ is None else plain_classes(model.classes_),
        "class_counts": None if model.class_counts_ is None else model.class_counts_.tolist(),
        "n_densities": len(model._densities),
        "networks": {name: _graph.to_json(network._graph) for name, network in networks.items()},
    }
    arrays = {
        f"{name}.{key}": array
        for name, network in networks.items()
        for key, array in network.weights.items()
    }
    arrays["mean_image"] = model.mean_image_
    for i, density in enumerate(model._densities):
        arrays |= {f"codes.{i}.{key}": array for key, array in density._asdict().items()}
    text = json.dumps(entries, separators=(",", ":"), ensure_ascii=False)
    metadata = {_MODEL: text, _CHECKSUM: f"{_checksum(text, arrays):08x}"}
    _safetensors.write(path, arrays, metadata)


def _checksum(text: str, arrays: Mapping[str, Array]) -> int:
    checksum = zlib.crc32(text.encode())
    for array in arrays.values():
        checksum = zlib.crc32(_safetensors.data_of(array), checksum)
    return checksum


def _plain(value: Any) -> Any:
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    return [_plain(x) for x in value] if isinstance(value, (tuple, list)) else value


def read(path: str | os.PathLike[str], kinds: Mapping[str, Any]) -> Any:
    """Return the model that `write` wrote, of one of some kinds; else a `FormatError`."""
    arrays, metadata, data = _safetensors.read(path)
    if _MODEL not in metadata:
        raise FormatError(f"{str(path)!r} has weights but no model of imgmine.generate")
    text = metadata[_MODEL]
    try:
        if metadata.get(_CHECKSUM) != f"{zlib.crc32(data, zlib.crc32(text.encode())):08x}":
            raise FormatError("its checksum is wrong")
        return _unpack(_entries(text), arrays, kinds)
    except _WRONG as error:
        raise FormatError(f"{str(path)!r} is damaged or no such model: {error}") from error


def _entries(text: str) -> dict[str, Any]:
    entries = json.loads(text)
    _require(isinstance(entries, dict) and type(entries.get("format")) is int, "no format")
    if entries["format"] > FORMAT:
        raise FormatError(
            f"it is of format {entries['format']}, written by imgmine "
            f"{str(entries.get('created_with'))[:40]!r}; this version, {_core.version}, reads "
            f"formats up to {FORMAT}: update imgmine"
        )
    _require(entries["format"] == FORMAT and entries.keys() == _ENTRIES, "other entries")
    return dict(entries)


def _unpack(entries: dict[str, Any], arrays: dict[str, Array], kinds: Mapping[str, Any]) -> Any:
    cls, params = kinds.get(str(entries["type"])), entries["params"]
    if cls is None:
        names = " or ".join(kinds)
        raise FormatError(f"it holds a {str(entries['type'])[:40]!r}, not a {names}")
    _require(params.keys() == set(inspect.signature(cls).parameters), "other params")
    model = cls(**params)
    classes, shape = classes_from(entries["classes"]), tuple(entries["image_shape"])
    _require(all(type(side) is int and side > 0 for side in shape), "no proper image_shape")
    _require(len(shape) in (2, 3), "no proper image_shape")
    _require(entries["dtype"] in map(str, IMAGE_DTYPES), "no proper dtype")
    full = (*shape, 1)[:3]
    parts = _by_prefix(arrays)
    sizes = _sizes(model, full, classes)
    networks = [
        _network(entries["networks"][name], parts.pop(name, {}), model.precision, size)
        for name, size in zip(_NETWORKS, sizes, strict=True)
    ]
    mean = parts.pop("mean_image", {}).get("")
    _require(mean is not None and mean.shape == full and _finite(mean), "no proper mean_image")
    densities = _densities(entries["n_densities"], parts.pop("codes", {}), model.code_size)
    _require(not parts, "other arrays")
    expected = max(sizes[0].n_classes, 1) if model._fits_density() else 0
    _require(len(densities) in (0, expected), "other densities")
    counts = _counts(entries["class_counts"], sizes[0].n_classes)
    dtype = np.dtype(entries["dtype"])
    fitted = Fitted(tuple(networks), shape, dtype, classes, counts, mean, densities)  # type: ignore[arg-type]
    model._set_fitted(fitted)
    return model


class _Sizes(NamedTuple):
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    n_classes: int


def _sizes(model: Any, shape: tuple[int, ...], classes: Array | None) -> tuple[_Sizes, _Sizes]:
    settings = model._settings(False)  # complains about what is out of range
    size, n_classes = model.code_size, 0 if classes is None else len(classes)
    _require(type(size) is int and settings.seed >= 0, "no proper code_size")
    return (
        _Sizes(shape, (model._outputs(size),), n_classes),
        _Sizes((size,), shape, n_classes),
    )


def _by_prefix(arrays: dict[str, Array]) -> dict[str, dict[str, Array]]:
    parts: dict[str, dict[str, Array]] = {}
    for name, array in arrays.items():
        prefix, _, rest = name.partition(".")
        parts.setdefault(prefix, {})[rest] = array
    return parts


def _network(graph: Any, weights: dict[str, Array], precision: str, sizes: _Sizes) -> Network:
    _require(all(_finite(array) for array in weights.values()), "weights that are not finite")
    network = _from_stored(Stored(_graph.from_json(graph), precision, None, weights))
    inputs = [sizes.inputs, *([(sizes.n_classes,)] if sizes.n_classes else [])]
    fits = network.input_shapes == inputs and network.output_shapes == [sizes.outputs]
    _require(fits, "a network of other sizes")
    return network


def _densities(n: Any, arrays: dict[str, Array], size: int) -> list[Density]:
    _require(type(n) is int and 0 <= n <= len(arrays), "no proper n_densities")
    found = [Density(*(arrays[f"{i}.{key}"] for key in Density._fields)) for i in range(n)]
    _require(len(arrays) == n * len(Density._fields), "other densities")
    for density in found:
        k = len(density.weights)
        fits = k > 0 and density.means.shape == density.deviations.shape == (k, size)
        _require(fits and density.weights.shape == (k,), "densities of other sizes")
        _require(all(_finite(array) for array in density), "densities that are not finite")
        _require(bool((density.weights >= 0).all() and density.weights.any()), "no weights")
    return found


def _counts(counts: Any, n_classes: int) -> Array | None:
    if not n_classes:
        _require(counts is None, "counts of no classes")
        return None
    _require(isinstance(counts, list) and len(counts) == n_classes, "no proper class_counts")
    _require(all(type(n) is int and 0 < n < 2**53 for n in counts), "no proper class_counts")
    array: Array = np.array(counts, np.int64)
    return array


def _finite(array: Array) -> bool:
    return bool(np.isfinite(array).all())


def _require(ok: bool, what: str) -> None:
    if not ok:
        raise FormatError(f"it has {what}")
