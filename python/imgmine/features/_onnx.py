"""Running ONNX models by onnxruntime, on the threads that imgmine may use."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import numpy as np

from .. import _core
from .._errors import FormatError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .._validate import Array
    from ._model_file import ModelFile

_DTYPES: dict[str, np.dtype[Any]] = {
    "tensor(float)": np.dtype(np.float32),
    "tensor(float16)": np.dtype(np.float16),
    "tensor(int64)": np.dtype(np.int64),
    "tensor(int32)": np.dtype(np.int32),
}
_VECTORS = ("image_embeds", "text_embeds", "embeddings", "sentence_embedding", "pooler_output")

_lock = threading.Lock()
_models: WeakValueDictionary[str, OnnxModel] = WeakValueDictionary()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let this thread run models alone."""
    before = _core.local_num_threads()
    _core.set_local_num_threads(1)
    try:
        yield
    finally:
        _core.set_local_num_threads(before)


class Port:
    """An input or output of a model; unknown extents are None."""

    def __init__(self, described: Any) -> None:
        self.name: str = described.name
        self.kind: str = described.type
        self.dtype: np.dtype[Any] | None = _DTYPES.get(described.type)
        shape = described.shape if isinstance(described.shape, (list, tuple)) else ()
        self.shape = tuple(n if isinstance(n, int) and n > 0 else None for n in shape)

    def __str__(self) -> str:
        extents = ", ".join("?" if n is None else str(n) for n in self.shape)
        return f"{self.name!r}, {self.kind} ({extents})"


class OnnxModel:
    """A model, shared by all that use the same file; made by `loaded`.

    Sessions are made when they are needed, one for each number of threads, and anew after a fork:
    their threads do not survive one.
    """

    def __init__(self, file: ModelFile) -> None:
        self.file = file
        self._sessions: dict[tuple[int, int], Any] = {}
        session = self._session()
        self.inputs = [Port(found) for found in session.get_inputs()]
        self.outputs = [Port(found) for found in session.get_outputs()]

    def run(self, feeds: dict[str, Array], output: str) -> Array:
        """Return the output of that name as float32."""
        session = self._session()
        try:
            (values,) = session.run([output], feeds)
        except Exception as error:
            raise RuntimeError(f"{self.file.name}: {_first_line(error)}") from error
        return np.ascontiguousarray(values, np.float32)

    def _session(self) -> Any:
        n_threads = _core.local_num_threads() or _core.num_threads()
        key = os.getpid(), n_threads
        with _lock:
            if key not in self._sessions:
                self._sessions[key] = _open(self.file.find(), n_threads)
            return self._sessions[key]


def loaded(file: ModelFile) -> OnnxModel:
    """Return the model in a file; FileNotFoundError if it is not at hand."""
    model = _models.get(file.sha256)
    if model is None:
        model = OnnxModel(file)
        _models[file.sha256] = model
    return model


def choose_output(model: OnnxModel, wanted: str | None, argument: str) -> str:
    """Return the name of the output that is the vector: the one wanted, or the only one fit."""
    found = {port.name: port for port in model.outputs}
    if wanted is not None:
        if wanted not in found:
            raise ValueError(f"{argument} must be one of {list(found)}, got {wanted!r}")
        return wanted
    if len(found) == 1:
        return next(iter(found))
    fit = [port.name for port in found.values() if len(port.shape) == 2]
    fit = fit if len(fit) == 1 else [name for name in _VECTORS if name in fit]
    if not fit:
        raise ValueError(
            f"{argument} must say which output of {model.file.name} is the vector: one of "
            f"{'; '.join(map(str, found.values()))}"
        )
    return fit[0]


def as_vectors(values: Array, n: int, model: OnnxModel, output: str) -> Array:
    """Return an output as `n` rows, if it is a vector for each."""
    rows = values.reshape(n, -1) if len(values) == n and n else values
    if values.ndim < 2 or rows.shape[1:] != values.shape[1:2] or not rows.shape[1]:
        raise ValueError(
            f"{model.file.name} must give a vector for each of {n}, its output {output!r} has "
            f"shape {values.shape}"
        )
    if not np.isfinite(rows).all():
        raise ValueError(f"{model.file.name} gave numbers that are not finite")
    return rows


def _open(path: Path, n_threads: int) -> Any:
    runtime = _runtime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4  # what it has to say comes as an exception
    # Threads that wait for work sleep: others want the cores, too.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return runtime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        message = f"{path.name} is no ONNX model that can be run: {_first_line(error)}"
        raise FormatError(message) from error


def _runtime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingDependencyError("onnxruntime", "onnx") from error
    return onnxruntime


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
