"""How the two networks learn together."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._errors import ConvergenceWarning
from .._progress import reporter
from ..nn import Adam, Cosine, History, WarmUp
from ._images import to_unit

if TYPE_CHECKING:
    from .._progress import Progress
    from .._validate import Array
    from ..nn import Network

_RISE = 0.1  # the share of the time in which the learning rate rises
_ORDER, _CODES, _PIXELS = range(3)  # what is drawn at random


@dataclass(frozen=True)
class Settings:
    """What training was told."""

    epochs: int
    batch_size: int
    learning_rate: float
    noise: float  # deviation of what is added to the pictures that the encoder sees
    beta: float | None  # None: no divergence, and codes as they are
    seed: int
    progress: Progress


@dataclass(frozen=True)
class Samples:
    """What is learned from: pictures of any form, and for each the number of its class."""

    images: Array
    shape: tuple[int, int, int]
    numbers: Array | None
    n_classes: int

    def batch(self, rows: Array) -> tuple[Array, list[Array]]:
        """Return some pictures from 0 to 1, and their classes as the networks take them."""
        condition = [] if self.numbers is None else [one_hot(self.numbers[rows], self.n_classes)]
        return to_unit(self.images[rows], self.shape), condition


def one_hot(numbers: Array, n_classes: int) -> Array:
    """Return rows that are 1 at a number and 0 elsewhere."""
    rows = np.zeros((len(numbers), n_classes), np.float32)
    rows[np.arange(len(numbers)), numbers] = 1
    return rows


def gradients(
    networks: tuple[Network, Network],
    images: Array,
    seen: Array,
    condition: list[Array],
    noise: Array | None,
    beta: float,
) -> tuple[float, float]:
    """Leave, in both networks, the gradient of the objective's mean over a batch.

    The objective of a picture is the sum of squared differences between it and what the decoder
    makes of its code, plus `beta` times the divergence of the code's distribution from the normal
    one. With `noise`, codes are drawn by it; without, they are what the encoder says of `seen`.

    Returns
    -------
    error, divergence : float
        Sums over the batch.
    """
    encoder, decoder = networks
    said = encoder.forward(_with(condition, seen))
    codes = said if noise is None else _core.generate.draw_codes(said, noise)
    made = decoder.forward(_with(condition, codes))
    difference = made - images
    back = decoder.backward(difference * np.float32(2 / len(images)))
    of_codes = back[0] if condition else back
    divergence, of_said = 0.0, of_codes
    if noise is not None:
        weight = beta / len(images)
        divergence, of_said = _core.generate.code_gradients(said, noise, of_codes, weight)
    encoder.backward(of_said, of_inputs=False)
    return float(np.square(difference).sum(dtype=np.float64)), divergence


def _with(condition: list[Array], first: Array) -> Any:
    return [first, *condition] if condition else first


class Training:
    """One call of ``fit``."""

    def __init__(self, networks: tuple[Network, Network], samples: Samples, settings: Settings):
        self.networks, self.samples, self.settings = networks, samples, settings
        self.optimizers = [Adam(settings.learning_rate).start(network) for network in networks]
        self.schedule = WarmUp(_RISE * settings.epochs, then=Cosine())
        self.n = len(samples.images)
        self.steps_per_epoch = -(-self.n // settings.batch_size)
        self.step, self.history = 0, History()

    def run(self) -> History:
        """Train to the end, or until the error is no number any more."""
        report = reporter(self.settings.progress)
        for epoch in range(self.settings.epochs):
            started, sums = time.perf_counter(), np.zeros(2)
            order = self._rng(_ORDER, epoch).permutation(self.n)
            for i in range(0, self.n, self.settings.batch_size):
                rows = order[i : i + self.settings.batch_size]
                sums += self._gradients(rows)
                self._update()
                report(epoch * self.n + i + len(rows), self.n * self.settings.epochs)
                if not np.isfinite(sums).all():
                    return self._diverged()
            self._end_epoch(sums, time.perf_counter() - started)
        return self.history

    def _gradients(self, rows: Array) -> tuple[float, float]:
        settings = self.settings
        images, condition = self.samples.batch(rows)
        seen, noise = images, None
        if settings.noise > 0:
            drawn = self._normal(_PIXELS, images.size).reshape(images.shape)
            seen = np.clip(images + np.float32(settings.noise) * drawn, 0, 1)
        if settings.beta is not None:
            size = self.networks[1].input_shapes[0][0]
            noise = self._normal(_CODES, len(rows) * size).reshape(len(rows), size)
        return gradients(self.networks, images, seen, condition, noise, settings.beta or 0.0)

    def _update(self) -> None:
        factor = self._factor()
        self.step += 1
        for optimizer in self.optimizers:
            optimizer.update(factor)

    def _factor(self) -> float:
        return self.schedule((self.step + 1) / self.steps_per_epoch, self.settings.epochs)

    def _rng(self, what: int, i: int) -> np.random.Generator:
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence((self.settings.seed, what, i)))
        )

    def _normal(self, what: int, n: int) -> Array:
        seed = int(self._rng(what, self.step).integers(1 << 63))
        return _core.generate.standard_normal(seed, n)

    def _diverged(self) -> History:
        self.history.stopped = f"stopped: the error is no number since step {self.step}"
        warnings.warn(
            f"the error is no finite number since step {self.step}: choose a smaller learning_rate",
            ConvergenceWarning,
            stacklevel=4,
        )
        return self.history

    def _end_epoch(self, sums: Array, seconds: float) -> None:
        error, divergence = (sums / self.n).tolist()
        beta = self.settings.beta
        found = {"loss": error + (beta or 0.0) * divergence}
        found["mse"] = error / float(np.prod(self.samples.shape))
        if beta is not None:
            found["divergence"] = divergence
        found["seconds"] = seconds
        self.history.epochs.append(found)
