"""How the learning rate changes: factors, the same bits on every machine.

A schedule is called with the epochs that are done, a fraction among them, and the epochs there will
be; it returns what the optimizer's learning rate is multiplied by.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any

from .._validate import as_float

Schedule = Callable[[float, float], float]


@dataclass(frozen=True)
class StepDecay:
    """A learning rate that falls by a factor every few epochs.

    Parameters
    ----------
    every : float
        Epochs from one fall to the next, above 0.
    factor : float, default 0.1

    Examples
    --------
    >>> import imgmine as im
    >>> schedule = im.nn.StepDecay(2, factor=0.5)
    >>> [schedule(epoch, 6) for epoch in (0, 1.9, 2, 5)]
    [1.0, 1.0, 0.5, 0.25]
    """

    every: float
    _: KW_ONLY
    factor: float = 0.1

    def __post_init__(self) -> None:
        _positive(self.every, "every")
        _positive(self.factor, "factor")

    def __call__(self, epoch: float, epochs: float) -> float:  # noqa: ARG002 - a schedule gets both
        falls = 1.0
        for _ in range(min(int(epoch // self.every), 10_000)):
            falls *= self.factor
        return falls


@dataclass(frozen=True)
class ExponentialDecay:
    """A learning rate that falls by the same share in every step.

    Parameters
    ----------
    final : float, default 0.01
        What is left of it at the end, 0 < final.

    Examples
    --------
    >>> import imgmine as im
    >>> schedule = im.nn.ExponentialDecay(0.01)
    >>> [round(schedule(epoch, 4), 6) for epoch in (0, 1, 2, 4)]
    [1.0, 0.316228, 0.1, 0.01]
    """

    final: float = 0.01

    def __post_init__(self) -> None:
        _positive(self.final, "final")

    def __call__(self, epoch: float, epochs: float) -> float:
        return _power(self.final, _share(epoch, epochs))


@dataclass(frozen=True)
class Cosine:
    """A learning rate that falls along half a wave of a cosine.

    Parameters
    ----------
    final : float, default 0.0
        What is left of it at the end.

    References
    ----------
    .. [1] I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts",
       ICLR 2017. https://arxiv.org/abs/1608.03983

    Examples
    --------
    >>> import imgmine as im
    >>> [round(im.nn.Cosine()(epoch, 4), 6) for epoch in (0, 1, 2, 4)]
    [1.0, 0.853553, 0.5, 0.0]
    """

    final: float = 0.0

    def __post_init__(self) -> None:
        as_float(self.final, "final")

    def __call__(self, epoch: float, epochs: float) -> float:
        return self.final + (1 - self.final) * _half_wave(_share(epoch, epochs))


@dataclass(frozen=True)
class OneCycle:
    """A learning rate that rises to its full value and falls far below where it came from.

    Both ways along half a wave of a cosine.

    Parameters
    ----------
    rise : float, default 0.3
        The share of the time that it rises, 0 < rise < 1.
    start : float, default 0.04
        Where it comes from.
    final : float, default 4e-6
        Where it ends.

    References
    ----------
    .. [1] L. Smith and N. Topin, "Super-convergence: very fast training of neural networks using
       large learning rates", 2018. https://arxiv.org/abs/1708.07120

    Examples
    --------
    >>> import imgmine as im
    >>> [round(im.nn.OneCycle(0.5)(epoch, 4), 6) for epoch in (0, 1, 2, 4)]
    [0.04, 0.52, 1.0, 4e-06]
    """

    rise: float = 0.3
    _: KW_ONLY
    start: float = 0.04
    final: float = 4e-6

    def __post_init__(self) -> None:
        if not 0 < as_float(self.rise, "rise") < 1:
            raise ValueError(f"rise must be between 0 and 1, got {self.rise}")
        as_float(self.start, "start")
        as_float(self.final, "final")

    def __call__(self, epoch: float, epochs: float) -> float:
        share = _share(epoch, epochs)
        if share < self.rise:
            return 1 + (self.start - 1) * _half_wave(share / self.rise)
        return self.final + (1 - self.final) * _half_wave((share - self.rise) / (1 - self.rise))


@dataclass(frozen=True)
class WarmUp:
    """A learning rate that rises evenly from 0, then follows another schedule.

    Parameters
    ----------
    epochs : float
        How long it rises.
    then : callable, optional
        The schedule of the epochs that are left. Default: the learning rate stays.

    Examples
    --------
    >>> import imgmine as im
    >>> schedule = im.nn.WarmUp(1, then=im.nn.Cosine())
    >>> [schedule(epoch, 5) for epoch in (0, 0.5, 1, 3, 5)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """

    epochs: float
    then: Schedule | None = None

    def __post_init__(self) -> None:
        _positive(self.epochs, "epochs")
        if self.then is not None and not callable(self.then):
            raise TypeError(f"then must be callable or None, got {type(self.then).__name__}")

    def __call__(self, epoch: float, epochs: float) -> float:
        if epoch < self.epochs:
            return epoch / self.epochs
        return 1.0 if self.then is None else self.then(epoch - self.epochs, epochs - self.epochs)


def as_schedule(value: Any) -> Schedule | None:
    """Return a schedule, or None."""
    if value is not None and not callable(value):
        raise TypeError(f"schedule must be callable or None, got {type(value).__name__}")
    return value  # type: ignore[no-any-return]


def _positive(value: float, name: str) -> None:
    if not 0 < as_float(value, name) < math.inf:
        raise ValueError(f"{name} must be above 0, got {value}")


def _share(epoch: float, epochs: float) -> float:
    return min(max(epoch / epochs, 0.0), 1.0) if epochs > 0 else 1.0


def _half_wave(share: float) -> float:
    """Return (1 + cos(pi share)) / 2 by Taylor's series, from 1 at 0 to 0 at 1."""
    if share >= 1:
        return 0.0
    x = math.pi * (0.5 - share)
    sine = 1.0
    for n in range(24, 0, -2):
        sine = 1 - x * x * sine / (n * (n + 1))
    return 0.5 + 0.5 * x * sine


def _power(base: float, exponent: float) -> float:
    """Return base ** exponent, 0 <= exponent <= 1, by square roots, which are exact."""
    if exponent >= 1:
        return base
    power, root = 1.0, base
    for _ in range(53):
        root, exponent = math.sqrt(root), 2 * exponent
        if exponent >= 1:
            power, exponent = power * root, exponent - 1
    return power
