"""What a network says of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import as_name
from ._inputs import as_inputs
from ._losses import as_loss, as_targets, loss_of
from ._structure import Structure

if TYPE_CHECKING:
    from .._validate import Array

_SAID_BY = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}


class Inference(Structure):
    """A network that is used as it is."""

    def predict(self, x: Any) -> Any:
        """Return what the network makes of samples.

        Parameters
        ----------
        x : array_like of shape (n, H, W, C) or as `Input` has it, uint8 or float32
            (n, H, W) will do for one channel. A list of arrays if there are several inputs.

        Returns
        -------
        ndarray of shape (n, ...), float32
            A list of them if there are several outputs.
        """
        found = self._core.predict(as_inputs(x, self.input_shapes), self._outputs)
        return found[0] if len(found) == 1 else found

    def predict_labels(self, x: Any) -> Array:
        """Return the class of each sample, as it was called in `fit`.

        Parameters
        ----------
        x : array_like
            As for `predict`.

        Returns
        -------
        ndarray of shape (n,), or (n, H, W) where each pixel has a class
            The number of the largest output where the network has learned no labels.
        """
        outputs = self._logits(as_inputs(x, self.input_shapes), "binary_cross_entropy")
        if outputs.shape[-1] > 1:
            numbers = outputs.argmax(axis=-1)
        else:
            numbers = (outputs[..., 0] > 0).astype(np.int64)
        labels: Array = numbers if self.classes_ is None else self.classes_[numbers]
        return labels

    def embed(self, x: Any, layer: str) -> Array:
        """Return what comes out of a layer, as a vector for each sample.

        Parameters
        ----------
        x : array_like
            As for `predict`.
        layer : str
            Its name: see `layers` or `summary`.

        Returns
        -------
        ndarray of shape (n, size), float32
        """
        node = self._last[self._graph.place_of(as_name(layer, "layer"))]
        found = self._core.predict(as_inputs(x, self.input_shapes), [node])[0]
        return found.reshape(len(found), -1)

    def evaluate(self, x: Any, y: Any, *, loss: str = "cross_entropy") -> dict[str, float]:
        """Compare what the network says with what is right.

        Parameters
        ----------
        x : array_like
            As for `predict`.
        y : array_like
            As for `fit`.
        loss : {"cross_entropy", "mse", "binary_cross_entropy"}

        Returns
        -------
        dict
            ``loss``, and ``accuracy`` unless the loss is "mse".
        """
        inputs, loss = as_inputs(x, self.input_shapes), as_loss(loss)
        shape = self._only_output()
        targets = as_targets(y, loss, len(inputs[0]), shape, self.classes_)
        return self._judge(inputs, targets.values, loss)

    def _only_output(self) -> tuple[int, ...]:
        if len(self._outputs) != 1:
            raise ValueError(f"a network of {len(self._outputs)} outputs has no loss: it needs one")
        return self.output_shapes[0]

    def _judge(self, inputs: list[Array], targets: Array, loss: str) -> dict[str, float]:
        found, right = loss_of(self._logits(inputs, loss), targets, loss)
        return {"loss": found} if right is None else {"loss": found, "accuracy": right}

    def _logits(self, inputs: list[Array], loss: str) -> Array:
        """Return what softmax or sigmoid are given where the network ends in one."""
        node = self._outputs[0]
        if self._nodes[node]["op"] == _SAID_BY.get(loss):
            (node,) = self._nodes[node]["inputs"]
        return self._core.predict(inputs, [node])[0]
