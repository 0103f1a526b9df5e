"""The course of a training: epochs of steps, what is asked and written down between them."""

from __future__ import annotations

import functools
import time
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import ConvergenceWarning
from .._progress import reporter
from . import _checkpoint
from ._checkpoint import Progressed, array_in
from ._graph import to_json
from ._history import History

if TYPE_CHECKING:
    from .._progress import Progress
    from .._validate import Array
    from ._augment import Augment
    from ._callbacks import Checkpoint
    from ._network import Network
    from ._optimizers import Optimizer
    from ._schedules import Schedule


@dataclass(frozen=True)
class Settings:
    """What `Network.fit` was told."""

    epochs: int
    batch_size: int
    optimizer: Optimizer
    loss: str
    label_smoothing: float
    augment: Augment | None
    callbacks: list[Any]
    schedule: Schedule | None
    shuffle: bool
    random_state: int
    progress: Progress
    checkpoint: Checkpoint | None
    resume: bool
    class_weights: tuple[float, ...] = ()


class Training:
    """One call of `Network.fit`."""

    def __init__(
        self,
        network: Network,
        inputs: list[Array],
        targets: Array,
        validation: tuple[list[Array], Array] | None,
        settings: Settings,
    ) -> None:
        self.network, self.core, self.settings = network, network._core, settings
        self.inputs, self.targets, self.validation = inputs, targets, validation
        self.n = len(targets)
        self.steps_per_epoch = -(-self.n // settings.batch_size)
        self.n_trained = self.core.n_trainable
        self.state = settings.optimizer._state(self.n_trained)
        self.step, self.sums, self.seconds = 0, [0.0, 0.0, 0.0], 0.0
        self.history = network.history_ = History()
        self.report = reporter(settings.progress)

    def run(self) -> History:
        """Train to the end, or until something stops it."""
        for callback in self._stateful():
            callback._begin()
        if self.settings.resume:
            self._resume()
        try:
            while self.history.stopped is None and len(self.history) < self.settings.epochs:
                self._epoch()
                self._end_epoch()
        finally:  # whatever interrupted it, the network says what its weights make of it
            self.core.touch()
        return self.history

    def _epoch(self) -> None:
        settings, n = self.settings, self.n
        epoch, size, last = len(self.history), settings.batch_size, self.steps_per_epoch
        order, total = self._order(epoch), n * settings.epochs
        every = settings.checkpoint.every if settings.checkpoint else None
        started, before = time.perf_counter(), self.seconds
        for i in range(self.step - epoch * last, last):
            rows = order[i * size : (i + 1) * size]
            loss, right = self._gradients(rows, epoch)
            settings.optimizer._step(self.network, self.state, self.step + 1, self._factor())
            self.step += 1
            self.sums[0] += loss * len(rows)
            self.sums[1] += right
            self.sums[2] += len(rows)
            self.report(epoch * n + min((i + 1) * size, n), total)
            self.seconds = before + time.perf_counter() - started
            if not abs(loss) < np.inf:
                self._diverged(loss)
                return
            if every and self.step % every == 0 and i + 1 < last:
                self._write()

    def _gradients(self, rows: Array, epoch: int) -> tuple[float, int]:
        settings = self.settings
        inputs, targets, chosen = self.inputs, self.targets, rows
        if settings.augment is not None:
            inputs, targets, chosen = self._batch(rows, epoch), targets[rows], None  # type: ignore[assignment]
        return self.core.step(
            inputs,
            chosen,
            targets,
            settings.loss,
            self._seed(),
            settings.label_smoothing,
            settings.class_weights,
        )

    def _seed(self) -> int:
        """Return the seed of what is drawn in this step."""
        return (self.settings.random_state * 0x9E3779B97F4A7C15 + self.step) & 0xFFFFFFFFFFFFFFFF

    def _batch(self, rows: Array, epoch: int) -> list[Array]:
        """Return some samples, changed at random where that is wanted."""
        settings = self.settings
        if settings.augment is None:
            return [np.ascontiguousarray(array[rows]) for array in self.inputs]
        return [
            settings.augment(self.inputs[0], rows, random_state=settings.random_state, epoch=epoch)
        ]

    def _order(self, epoch: int) -> Array:
        if not self.settings.shuffle:
            return np.arange(self.n, dtype=np.int64)
        seed = np.random.SeedSequence((self.settings.random_state, epoch))
        return np.random.Generator(np.random.PCG64(seed)).permutation(self.n)

    def _factor(self) -> float:
        schedule = self.settings.schedule
        if schedule is None:
            return 1.0
        return float(schedule(self.step / self.steps_per_epoch, self.settings.epochs))

    def _diverged(self, loss: float) -> None:
        self.history.stopped = f"stopped: the loss is {loss} since step {self.step}"
        warnings.warn(
            f"the loss is {loss} since step {self.step}: choose a smaller learning_rate, or "
            "clip_norm",
            ConvergenceWarning,
            stacklevel=5,
        )

    def _end_epoch(self) -> None:
        loss, right, n = self.sums
        found = {"loss": loss / n}
        if self.settings.loss != "mse":
            found["accuracy"] = right / n
        if self.validation is not None:
            judged = self.network._judge(*self.validation, self.settings.loss)
            found |= {f"val_{name}": value for name, value in judged.items()}
        found["learning_rate"] = self.settings.optimizer.learning_rate * self._factor()  # type: ignore[attr-defined]
        found["seconds"] = self.seconds
        self.history.epochs.append(found)
        self.sums, self.seconds = [0.0, 0.0, 0.0], 0.0
        for callback in self.settings.callbacks:
            told = callback(self.network, self.history)
            if told and self.history.stopped is None:
                self.history.stopped = told if isinstance(told, str) else "stopped: by a callback"
        if self.history.stopped is not None or len(self.history) >= self.settings.epochs:
            for callback in self._stateful():
                callback._finish(self.network)
        self._write()

    def _stateful(self) -> list[Any]:
        return [callback for callback in self.settings.callbacks if hasattr(callback, "_finish")]

    # What is written down

    @functools.cached_property
    def _shared(self) -> dict[str, Any]:
        """Return what a training that goes on must have in common with the one that began."""
        settings = self.settings
        return {
            "network": to_json(self.network._graph),
            "precision": self.network.precision,
            "samples": self.n,
            "targets": zlib.crc32(np.ascontiguousarray(self.targets).data),
            "batch_size": settings.batch_size,
            "optimizer": repr(settings.optimizer),
            "loss": settings.loss,
            "label_smoothing": settings.label_smoothing,
            "class_weights": list(settings.class_weights) or None,
            "augment": repr(settings.augment),
            "shuffle": settings.shuffle,
            "random_state": settings.random_state,
            "frozen": self.network.frozen,
        }

    def _write(self) -> None:
        if self.settings.checkpoint is None:
            return
        arrays = {"values": self.core.values}
        arrays |= {f"optimizer {name}": array for name, array in self.state.items()}
        for i, callback in enumerate(self._stateful()):
            arrays |= {f"callback {i} {k}": array for k, array in callback._state().items()}
        state = Progressed(
            self._shared,
            self.step,
            self.sums,
            self.seconds,
            self.history.epochs,
            self.history.stopped,
            arrays,
        )
        _checkpoint.write(self.settings.checkpoint.path, state)

    def _resume(self) -> None:
        checkpoint = self.settings.checkpoint
        if checkpoint is None or not Path(checkpoint.path).exists():
            return
        state = _checkpoint.read(checkpoint.path)
        shared = _checkpoint.plain(self._shared)
        other = sorted(key for key in shared if state.settings.get(key) != shared[key])
        if other:
            raise ValueError(
                f"resume: {str(checkpoint.path)!r} is of a training with another {other[0]}: "
                f"{str(state.settings.get(other[0]))[:80]}, not {str(shared[other[0]])[:80]}"
            )
        _checkpoint.require_step(state, self.steps_per_epoch)
        n = self.core.values.size
        values = array_in(state, "values", n)
        kept = {name: array_in(state, f"optimizer {name}", self.n_trained) for name in self.state}
        for i, callback in enumerate(self._stateful()):
            has = f"callback {i} best" in state.arrays
            callback._set_state({"best": array_in(state, f"callback {i} best", n)} if has else {})
        self.core.values[:] = values
        for name, array in kept.items():
            self.state[name][:] = array
        self.step, self.sums, self.seconds = state.step, list(state.sums), float(state.seconds)
        self.history.epochs, self.history.stopped = state.epochs, state.stopped
