"""Filling gaps: codes are sought whose pictures look like what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from .._validate import Array, as_int, to_array
from ._coder import Coder
from ._images import as_images, from_unit, to_unit

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._density import Density

_ROUNDS = 4  # of filling gaps by reconstructions
_STARTS = 4
_PRIOR = 0.05  # what a code's squared distance from its start counts beside squared errors
_RATE = 0.05  # of Adam's steps, falling evenly to 0
_AT_ONCE = 1 << 18  # values of pictures


class Inpainting(Coder):
    """An autoencoder that fills gaps."""

    mean_image_: Array

    _densities: list[Density]

    def inpaint(
        self, images: npt.ArrayLike, mask: npt.ArrayLike, y: Any = None, *, n_iter: int = 100
    ) -> Array:
        """Fill in the pixels of pictures that are not known.

        Of the components of the mixture that `sample` draws from, those four are taken whose
        centers' pictures differ least from the known pixels. From each, gradient descent (Adam)
        leads to a code whose picture differs less; to be far from the center, measured by the
        component's deviations, counts as a difference, too. A fifth descent begins at the code of
        the picture with its gaps filled by reconstructions; it is the only one where there is no
        mixture. The best of all steps is taken.

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
        step = max(1, _AT_ONCE // int(np.prod(self._shape)))
        for i in range(0, len(pictures), step):
            part = slice(i, i + step)
            given = [rows[part] for rows in condition]
            known = np.where(gaps[part], self.mean_image_, to_unit(pictures[part], self._shape))
            made = self._made(self._code_of_known(known, gaps[part], given, n_iter), given)
            result = from_unit(made, self.image_shape_, pictures.dtype)
            holes = np.broadcast_to(gaps[part], known.shape).reshape(result.shape)
            filled[part] = np.where(holes, result, pictures[part])
        return filled

    def _code_of_known(self, image: Array, gaps: Array, given: list[Array], n_iter: int) -> Array:
        """Return codes whose pictures look like `image` outside the gaps."""
        n, starts = len(image), self._starts(image, gaps, given)
        k = len(starts.codes) // n
        shown = [np.repeat(rows, k, axis=0) for rows in (image, gaps)]
        search = _Search(self, starts, shown[0], shown[1], [np.repeat(x, k, axis=0) for x in given])
        for i in range(n_iter):
            search.step(_RATE * (1 - i / n_iter))
        search.judge()
        chosen = search.least.reshape(n, k).argmin(axis=1)
        best: Array = search.best.reshape(n, k, -1)[np.arange(n), chosen]
        return best

    def _starts(self, image: Array, gaps: Array, given: list[Array]) -> _Starts:
        """Return for each picture its code, and the mixture's centers that look most like it."""
        codes = self._filled_by_rounds(image, gaps, given)
        if not self._densities:
            return _Starts(codes, np.zeros_like(codes), np.ones_like(codes))
        numbers = given[0].argmax(axis=1) if given else np.zeros(len(image), np.int64)
        k = min(_STARTS, *(len(density.means) for density in self._densities))
        found = np.empty((2, len(image), k, self._size), np.float32)
        for number in np.unique(numbers):
            density, of_class = self._densities[number], np.flatnonzero(numbers == number)
            condition = [np.repeat(x[of_class[:1]], len(density.means), axis=0) for x in given]
            made = self._made(density.means, condition)
            for i in of_class:
                difference = np.where(gaps[i], np.float32(0), made - image[i])
                error = np.square(difference).sum(axis=(1, 2, 3), dtype=np.float64)
                near = error.argsort(kind="stable")[:k]
                found[:, i] = density.means[near], _with_floor(density.deviations)[near]
        starts = np.concatenate([codes[:, np.newaxis], found[0]], axis=1)
        means, deviations = np.concatenate([found[:, :, :1], found], axis=2)
        return _Starts(*(x.reshape(-1, self._size) for x in (starts, means, deviations)))

    def _filled_by_rounds(self, image: Array, gaps: Array, given: list[Array]) -> Array:
        """Return codes of pictures whose gaps are filled by reconstructions, again and again."""
        filled = image
        for _ in range(_ROUNDS):
            codes = self._encode(from_unit(filled, self.image_shape_, filled.dtype), given)
            filled = np.where(gaps, self._made(codes, given), image)
        return codes


class _Starts(NamedTuple):
    """Where gradient descent begins, and the normal distributions that hold it there."""

    codes: Array
    means: Array
    deviations: Array


class _Search:
    """Gradient descent from some codes, which are counted from means in deviations."""

    def __init__(
        self, coder: Inpainting, starts: _Starts, image: Array, gaps: Array, given: list[Array]
    ) -> None:
        self.coder, self.starts = coder, starts
        self.image, self.gaps, self.given = image, gaps, given
        self.away = (starts.codes - starts.means) / starts.deviations
        self.best = starts.codes.copy()
        self.least = np.full(len(self.best), np.inf)
        self.state = np.zeros((2, self.best.size), np.float32)
        self.n_steps = 0

    def judge(self) -> Array:
        """Keep the codes that are better than all before; return the pictures' differences."""
        codes = self.starts.means + self.away * self.starts.deviations
        (made,) = self.coder.decoder_._core.forward([codes, *self.given], True, 0)
        difference: Array = np.where(self.gaps, np.float32(0), made - self.image)
        loss = np.square(difference).sum(axis=(1, 2, 3), dtype=np.float64)
        loss += _PRIOR / 2 * np.square(self.away).sum(axis=1, dtype=np.float64)
        better = loss < self.least
        self.best[better], self.least[better] = codes[better], loss[better]
        return difference

    def step(self, rate: float) -> None:
        difference = self.judge()
        of_codes = self.coder.decoder_._core.backward([2 * difference], True)[0]
        gradient = of_codes * self.starts.deviations + np.float32(_PRIOR) * self.away
        self.n_steps += 1
        _core.nn.adam(
            self.away.reshape(-1), gradient.reshape(-1),
            self.state[0], self.state[1], self.n_steps, rate, 0.9, 0.999, 1e-8, 0.0, False,
        )  # fmt: skip


def _with_floor(deviations: Array) -> Array:
    """Return deviations of which none is far below the largest, nor 0."""
    most = deviations.max()
    floor: Array = np.maximum(deviations, 0.05 * most if most > 0 else np.float32(1))
    return floor.astype(np.float32)


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
