"""One pass through a network and back, for training loops of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import FLOAT32, as_bool, as_int
from ._inputs import as_inputs
from ._transfer import Transfer

if TYPE_CHECKING:
    from .._validate import Array


class Passes(Transfer):
    """A network whose results have gradients."""

    @property
    def gradients(self) -> dict[str, Array]:
        """Copies of the gradients that `backward` or `fit` left, by the names of `weights`.

        Those of what does not learn, as the running statistics of `BatchNorm` and layers that are
        frozen, are 0.
        """
        found = self._core.gradients
        return {
            name: found[part].reshape(shape).copy() for name, (part, shape) in self._parts().items()
        }

    def forward(self, x: Any, *, training: bool = True, seed: int = 0) -> Any:
        """Return what the network makes of a batch while it learns; `backward` is the way back.

        Parameters
        ----------
        x : array_like of shape (n, H, W, C) or as `Input` has it, uint8 or float32
            (n, H, W) will do for one channel. A list of arrays if there are several inputs.
        training : bool, default True
            Whether `Dropout` drops, and `BatchNorm`, unless frozen, looks at this batch and moves
            its running statistics. Otherwise results are those of `predict`, but for rounding, and
            there is no way back.
        seed : int, default 0
            Which inputs `Dropout` drops: another one in each step.

        Returns
        -------
        ndarray of shape (n, ...), float32
            A list of them if there are several outputs.

        Raises
        ------
        TypeError
            If `x` is neither uint8 nor float32.
        ValueError
            If `x` has another shape, there are no samples to learn from, or `seed` is negative.

        Examples
        --------
        >>> import numpy as np
        >>> import imgmine as im
        >>> network = im.nn.Sequential([im.nn.Dense(1)], input_shape=(2,))
        >>> optimizer = im.nn.SGD(0.1).start(network)
        >>> x = np.array([[0, 1], [1, 0], [1, 1]], np.float32)
        >>> y = np.array([[2], [3], [5]], np.float32)
        >>> for _ in range(600):
        ...     error = network.forward(x) - y
        ...     gradient = network.backward(2 * error / len(x))
        ...     optimizer.update()
        >>> network.predict(x).round(2).ravel()
        array([2., 3., 5.], dtype=float32)
        """
        inputs = as_inputs(x, self.input_shapes)
        if as_bool(training, "training") and not len(inputs[0]):
            raise ValueError("x must have at least one sample, got none")
        if not 0 <= as_int(seed, "seed") < 1 << 64:
            raise ValueError(f"seed must be at least 0 and below 2^64, got {seed}")
        found = self._core.forward(inputs, training, seed)
        return found[0] if len(found) == 1 else found

    def backward(self, gradient: Any, *, of_inputs: bool = True) -> Any:
        """Find gradients of the weights, and of the inputs, for the batch of the last `forward`.

        Parameters
        ----------
        gradient : array_like of the shape of the results, float32
            The slope of what is to be made small, at each number that `forward` returned. A list of
            arrays if there are several outputs. A mean over the batch is divided by n here: slopes
            of the samples are added up.
        of_inputs : bool, default True
            Whether slopes at the inputs are wanted as well.

        Returns
        -------
        ndarray of the shape of the inputs, float32, or None
            A list of arrays if there are several inputs.

        Raises
        ------
        TypeError
            If `gradient` is not float32.
        ValueError
            If it has another shape, or there was no `forward` to go back from.

        Notes
        -----
        Gradients of the weights replace those of the call before; `gradients` has them, and the
        optimizer's `update` uses them.
        """
        for each in gradient if isinstance(gradient, (tuple, list)) else [gradient]:
            if (dtype := np.asarray(each).dtype) != FLOAT32:
                raise TypeError(f"gradient must be float32, got {dtype}")
        slopes = as_inputs(gradient, self.output_shapes, "gradient")
        found = self._core.backward(slopes, as_bool(of_inputs, "of_inputs"))
        if not of_inputs:
            return None
        return found[0] if len(found) == 1 else found
