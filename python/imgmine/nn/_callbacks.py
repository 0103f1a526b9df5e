"""What is asked after each epoch: any callable, or what is here."""

from __future__ import annotations

import os
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import as_bool, as_float, as_int, as_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array
    from ._history import History
    from ._network import Network

    Callback = Callable[[Network, History], object]


class EarlyStopping:
    """Ends training when it has brought nothing for some epochs.

    Parameters
    ----------
    monitor : str, default "val_loss"
        A quantity of the `History`; the larger the better if its name ends in "accuracy", else the
        smaller.
    patience : int, default 3
        Epochs without a better value after which training ends.
    min_delta : float, default 0.0
        How much better a value must be to count.
    restore_best : bool, default True
        Whether the network gets back the weights of its best epoch.

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.EarlyStopping("val_accuracy", patience=5)
    EarlyStopping('val_accuracy', patience=5)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        *,
        patience: int = 3,
        min_delta: float = 0.0,
        restore_best: bool = True,
    ) -> None:
        self.monitor = as_name(monitor, "monitor")
        self.patience = as_int(patience, "patience")
        self.min_delta = as_float(min_delta, "min_delta")
        self.restore_best = as_bool(restore_best, "restore_best")
        if self.patience < 1:
            raise ValueError(f"patience must be at least 1, got {patience}")
        self._best: Array | None = None

    def __repr__(self) -> str:
        return f"EarlyStopping({self.monitor!r}, patience={self.patience})"

    def __call__(self, network: Network, history: History) -> str | None:
        """Return why training should end, if it should."""
        if self.monitor not in history:
            raise ValueError(f"monitor must be one of {history.names}, got {self.monitor!r}")
        values = history[self.monitor]
        best = self._best_of(values)
        if best == len(values) - 1:
            self._best = network._core.values.copy()
        if len(values) - 1 - best < self.patience:
            return None
        return f"stopped: no better {self.monitor} than in epoch {best + 1}"

    def _best_of(self, values: list[float]) -> int:
        sign = 1 if self.monitor.endswith("accuracy") else -1
        best = 0
        for i, value in enumerate(values):
            is_better = sign * (value - values[best]) > self.min_delta
            if i and (is_better or np.isnan(values[best]) > np.isnan(value)):
                best = i
        return best

    def _begin(self) -> None:
        self._best = None

    def _finish(self, network: Network) -> None:
        if self.restore_best and self._best is not None:
            network._core.values[:] = self._best

    def _state(self) -> dict[str, Array]:
        return {} if self._best is None else {"best": self._best}

    def _set_state(self, state: dict[str, Array]) -> None:
        self._best = state.get("best")


@dataclass(frozen=True)
class Checkpoint:
    """Where, and how often, a training is written down so that it can go on after a crash.

    Parameters
    ----------
    path : path
        Replaced as a whole each time: whoever reads it finds the old state or the new one.
    every : int, optional
        Steps from one writing to the next. Default: only at the end of each epoch, which is written
        down in any case.

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Checkpoint("run.ckpt", every=100)
    Checkpoint(path='run.ckpt', every=100)
    """

    path: str | os.PathLike[str]
    _: KW_ONLY
    every: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.path, (str, os.PathLike)):
            raise TypeError(f"path must be a path, got {type(self.path).__name__}")
        if self.every is not None and as_int(self.every, "every") < 1:
            raise ValueError(f"every must be at least 1 or None, got {self.every}")


def as_checkpoint(value: Any) -> Checkpoint | None:
    """Return a checkpoint, of a path alone too, or None."""
    if value is None or isinstance(value, Checkpoint):
        return value
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"checkpoint must be a path or Checkpoint, got {type(value).__name__}")
    return Checkpoint(value)


def as_callbacks(value: Any) -> list[Any]:
    """Return one callable or several as a list."""
    callbacks = [value] if callable(value) else list(value)
    for callback in callbacks:
        if not callable(callback):
            raise TypeError(f"callbacks must be callable, got {type(callback).__name__}")
    return callbacks
