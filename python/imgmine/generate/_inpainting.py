"""Filling gaps: codes are sought whose pictures look like what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._validate import Array, as_int, to_array
from ._coder import Coder
from ._images import as_images, from_unit, to_unit

if TYPE_CHECKING:
    import numpy.typing as npt

_ROUNDS = 4  # of filling gaps by reconstructions, to begin with
_RATE = 0.05  # of Adam's steps, falling evenly to 0
_AT_ONCE = 256  # pictures


class Inpainting(Coder):
    """An autoencoder that fills gaps."""

    mean_image_: Array

    _prior: float = 0.0  # how much a code's square counts beside its picture's squared error

    def inpaint(
        self, images: npt.ArrayLike, mask: npt.ArrayLike, y: Any = None, *, n_iter: int = 100
    ) -> Array:
        """Fill in the pixels of pictures that are not known.

        The gaps are filled by the mean of the pictures the model learned from, then several times
        by the reconstruction of the result. From its code, gradient descent (Adam) leads to one
        whose picture differs least from the known pixels; for a `VAE`, codes far from 0 count as
        differences, too, by `beta`. Of all steps the best is taken.

        Parameters
        ----------
        images : array_like of shape (n, *image_shape_), uint8 or float32
            What stands in the gaps does not matter.
        mask : array_like of shape (H, W) or (n, H, W), bool or uint8
            Not 0 where a pixel is to be filled in.
        y : label or array_like of shape (n,), optional
            As for `encode`.
        n_iter : int, default 100
            Steps of gradient descent, >= 0.

        Returns
        -------
        ndarray of the shape and dtype of `images`
            Pixels outside the mask are as they were.

        Raises
        ------
        NotFittedError
            Before `fit`.
        TypeError, ValueError
            As by `encode`, or if `mask` is neither bool nor uint8, of another shape, or `n_iter`
            is negative.

        Notes
        -----
        Unlike other methods not to be called from several threads at once for one model: the
        decoder keeps the gradients.
        """
        self._require_fitted("encoder_")
        if as_int(n_iter, "n_iter") < 0:
            raise ValueError(f"n_iter must not be negative, got {n_iter}")
        pictures = as_images(images, self.image_shape_)
        gaps = _as_gaps(mask, len(pictures), self._shape)
        condition = self._condition(y, len(pictures))
        filled: Array = pictures.copy()
        for i in range(0, len(pictures), _AT_ONCE):
            part = slice(i, i + _AT_ONCE)
            given = [rows[part] for rows in condition]
            known = np.where(gaps[part], self.mean_image_, to_unit(pictures[part], self._shape))
            made = self._made(self._code_of_known(known, gaps[part], given, n_iter), given)
            result = from_unit(made, self.image_shape_, pictures.dtype)
            holes = np.broadcast_to(gaps[part], known.shape).reshape(result.shape)
            filled[part] = np.where(holes, result, pictures[part])
        return filled

    def _code_of_known(self, image: Array, gaps: Array, given: list[Array], n_iter: int) -> Array:
        filled = image
        for _ in range(_ROUNDS):
            codes = self._encode(from_unit(filled, self.image_shape_, filled.dtype), given)
            filled = np.where(gaps, self._made(codes, given), image)
        search = _Search(self, codes, image, gaps, given)
        for i in range(n_iter):
            search.step(_RATE * (1 - i / n_iter))
        search.judge()
        best: Array = search.best
        return best


class _Search:
    """Gradient descent from some codes."""

    def __init__(
        self, coder: Inpainting, codes: Array, image: Array, gaps: Array, given: list[Array]
    ) -> None:
        self.coder, self.image, self.gaps, self.given = coder, image, gaps, given
        self.codes, self.best = codes.copy(), codes.copy()
        self.least = np.full(len(codes), np.inf)
        self.state = np.zeros((2, codes.size), np.float32)
        self.n_steps = 0

    def judge(self) -> Array:
        """Keep the codes that are better than all before; return the pictures' differences."""
        core, prior = self.coder.decoder_._core, self.coder._prior
        (made,) = core.forward([self.codes, *self.given], True, 0)
        difference: Array = np.where(self.gaps, np.float32(0), made - self.image)
        loss = np.square(difference).sum(axis=(1, 2, 3), dtype=np.float64)
        loss += prior / 2 * np.square(self.codes).sum(axis=1, dtype=np.float64)
        better = loss < self.least
        self.best[better], self.least[better] = self.codes[better], loss[better]
        return difference

    def step(self, rate: float) -> None:
        difference = self.judge()
        core = self.coder.decoder_._core
        gradient = core.backward([2 * difference], True)[0] + self.coder._prior * self.codes
        self.n_steps += 1
        _core.nn.adam(
            self.codes.reshape(-1), np.ascontiguousarray(gradient, np.float32).reshape(-1),
            self.state[0], self.state[1], self.n_steps, rate, 0.9, 0.999, 1e-8, 0.0, False,
        )  # fmt: skip


def _as_gaps(mask: npt.ArrayLike, n: int, shape: tuple[int, ...]) -> Array:
    """Return where gaps are, of shape (n, H, W, 1)."""
    array = to_array(mask, "mask")
    if array.dtype not in (np.dtype(bool), np.dtype(np.uint8)):
        raise TypeError(f"mask must be bool or uint8, got {array.dtype}")
    if array.shape not in (shape[:2], (n, *shape[:2])):
        raise ValueError(
            f"mask must have shape {shape[:2]} or {(n, *shape[:2])}, got {array.shape}"
        )
    return np.broadcast_to(array != 0, (n, *shape[:2]))[..., np.newaxis]
