"""How gradients change weights."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._validate import as_bool, as_float, as_name

if TYPE_CHECKING:
    from .._validate import Array
    from ._network import Network


@dataclass(frozen=True)
class Optimizer:
    """What the optimizers share; `Network.fit` takes any of them.

    Parameters
    ----------
    clip_norm : float, optional
        Gradients that are longer, all taken together, are shortened to this.

    Examples
    --------
    >>> import imgmine as im
    >>> isinstance(im.nn.Adam(), im.nn.Optimizer)
    True
    """

    _: KW_ONLY
    clip_norm: float | None = None

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name != "nesterov" and value is not None:
                object.__setattr__(self, name, as_float(value, name))
        if self.clip_norm is not None and not self.clip_norm > 0:
            raise ValueError(f"clip_norm must be above 0 or None, got {self.clip_norm}")

    def start(self, network: Network) -> BoundOptimizer:
        """Return this optimizer at its first step of a network, for a loop of one's own.

        Parameters
        ----------
        network : Network
            `fit` starts one by itself.

        Returns
        -------
        BoundOptimizer
        """
        return BoundOptimizer(self, network)

    def _step(self, network: Network, state: dict[str, Array], step: int, factor: float) -> None:
        """Change the weights of a network's layers that are not frozen."""
        core = network._core
        values, gradients = core.values, core.gradients
        if self.clip_norm is not None:
            _core.nn.clip_by_norm(gradients[: core.n_trainable], self.clip_norm)
        for part in network._learned_parts():
            of_part = {name: array[part] for name, array in state.items()}
            self._update(values[part], gradients[part], of_part, step, factor)
        core.touch(frozen=False)

    def _state(self, n: int) -> dict[str, Array]:
        """Return what is remembered from step to step, at the first one."""
        raise NotImplementedError

    def _update(
        self, values: Array, gradients: Array, state: dict[str, Array], step: int, factor: float
    ) -> None:
        """Change `values` in place; `step` counts from 1, `factor` is of the learning rate."""
        raise NotImplementedError


class BoundOptimizer:
    """An optimizer at work on a network: `Optimizer.start` makes it.

    Parameters
    ----------
    optimizer : Optimizer
    network : Network

    Attributes
    ----------
    step : int
        How many updates there have been.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> network = im.nn.Sequential([im.nn.Dense(1)], input_shape=(2,))
    >>> at_work = im.nn.Adam(0.1).start(network)
    >>> result = network.forward(np.ones((4, 2), np.float32))
    >>> gradient = network.backward(result)
    >>> at_work.update()
    >>> at_work.step
    1
    """

    def __init__(self, optimizer: Optimizer, network: Network) -> None:
        self._optimizer, self._network = optimizer, network
        self._state = optimizer._state(network._core.n_trainable)
        self.step = 0

    def update(self, factor: float = 1.0) -> None:
        """Change the network's weights by the gradients that `Network.backward` left.

        Parameters
        ----------
        factor : float, default 1.0
            What the learning rate is multiplied by in this step, as a schedule says.

        Notes
        -----
        Layers that `Network.freeze` named stay as they are.
        """
        factor = as_float(factor, "factor")
        self.step += 1
        self._optimizer._step(self._network, self._state, self.step, factor)


@dataclass(frozen=True)
class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if wanted.

    Parameters
    ----------
    learning_rate : float, default 0.01
    momentum : float, default 0.0
        How much of the last step is gone again, 0 <= momentum < 1.
    nesterov : bool, default False
        Whether the gradient is taken where the momentum leads (Nesterov's method).
    weight_decay : float, default 0.0
        Is multiplied by the weights and added to their gradients.
    clip_norm : float, optional
        Gradients that are longer, all taken together, are shortened to this.

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.SGD(0.1, momentum=0.9, nesterov=True)
    SGD(clip_norm=None, learning_rate=0.1, momentum=0.9, nesterov=True, weight_decay=0.0)
    """

    learning_rate: float = 0.01
    _: KW_ONLY
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        as_bool(self.nesterov, "nesterov")

    def _state(self, n: int) -> dict[str, Array]:
        return {"velocity": np.zeros(n, np.float32)}

    def _update(
        self,
        values: Array,
        gradients: Array,
        state: dict[str, Array],
        step: int,  # noqa: ARG002 - of no use here
        factor: float,
    ) -> None:
        _core.nn.sgd(
            values,
            gradients,
            state["velocity"],
            self.learning_rate * factor,
            self.momentum,
            self.nesterov,
            self.weight_decay,
        )


@dataclass(frozen=True)
class Adam(Optimizer):
    """Steps whose size each weight's past gradients set (Kingma and Ba).

    Parameters
    ----------
    learning_rate : float, default 0.001
    beta1, beta2 : float, default 0.9, 0.999
        How much is kept, at each step, of the means of gradients and of their squares.
    epsilon : float, default 1e-8
        Is added to the root of the squares.
    weight_decay : float, default 0.0
        Is multiplied by the weights and added to their gradients.
    clip_norm : float, optional
        Gradients that are longer, all taken together, are shortened to this.

    References
    ----------
    .. [1] D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.
       https://arxiv.org/abs/1412.6980

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.Adam(0.002).learning_rate
    0.002
    """

    learning_rate: float = 1e-3
    _: KW_ONLY
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0

    def _state(self, n: int) -> dict[str, Array]:
        return {"first": np.zeros(n, np.float32), "second": np.zeros(n, np.float32)}

    def _update(
        self, values: Array, gradients: Array, state: dict[str, Array], step: int, factor: float
    ) -> None:
        _core.nn.adam(
            values,
            gradients,
            state["first"],
            state["second"],
            step,
            self.learning_rate * factor,
            self.beta1,
            self.beta2,
            self.epsilon,
            self.weight_decay,
            isinstance(self, AdamW),
        )


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam whose weight decay does not pass through the means (Loshchilov and Hutter).

    Parameters
    ----------
    learning_rate : float, default 0.001
    beta1, beta2 : float, default 0.9, 0.999
    epsilon : float, default 1e-8
        As for `Adam`.
    weight_decay : float, default 0.01
        Each step takes ``learning_rate * weight_decay`` of every weight away.
    clip_norm : float, optional
        As for `Adam`.

    References
    ----------
    .. [1] I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
       https://arxiv.org/abs/1711.05101

    Examples
    --------
    >>> import imgmine as im
    >>> im.nn.AdamW(0.002, weight_decay=0.05).weight_decay
    0.05
    """

    _: KW_ONLY
    weight_decay: float = 0.01


OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "adam": Adam, "adamw": AdamW}


def as_optimizer(value: Any) -> Any:
    """Return an optimizer, or the one of that name as it is by default."""
    if isinstance(value, Optimizer):
        return value
    made = OPTIMIZERS.get(as_name(value, "optimizer"))
    if made is None:
        raise ValueError(f"optimizer must be one of {list(OPTIMIZERS)} or made, got {value!r}")
    return made()
