"""A pair of networks that has learned: pictures to codes and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._estimator import Estimator
from .._validate import Array, as_rows, require_finite
from ._images import as_images, as_one, from_unit, parts, to_unit
from ._labels import numbers_of
from ._training import one_hot

if TYPE_CHECKING:
    import numpy.typing as npt

    from ..nn import Network

_CODES_AT_ONCE = 1024


class Coder(Estimator):
    """What an autoencoder does once it has learned."""

    encoder_: Network
    decoder_: Network
    image_shape_: tuple[int, ...]
    dtype_: np.dtype[Any]
    classes_: Array | None

    code_size: int

    def encode(self, images: npt.ArrayLike, y: Any = None) -> Array:
        """Return the codes of pictures.

        Parameters
        ----------
        images : array_like of shape (n, *image_shape_), uint8 or float32
            uint8, or float32 from 0 to 1.
        y : label or array_like of shape (n,), optional
            The class of all, or of each. Needed where the model learned with labels.

        Returns
        -------
        ndarray of shape (n, code_size), float32

        Raises
        ------
        NotFittedError
            Before `fit`.
        TypeError
            If images are neither uint8 nor float32.
        ValueError
            If images are of another shape, float32 outside 0 to 1 or NaN, or `y` does not fit.
        """
        self._require_fitted("encoder_")
        pictures = as_images(images, self.image_shape_)
        return self._encode(pictures, self._condition(y, len(pictures)))

    def decode(self, codes: npt.ArrayLike, y: Any = None) -> Array:
        """Return the pictures that codes stand for.

        Parameters
        ----------
        codes : array_like of shape (n, code_size), float32
        y : label or array_like of shape (n,), optional
            The class of all, or of each. Needed where the model learned with labels.

        Returns
        -------
        ndarray of shape (n, *image_shape_), of the dtype of the pictures it learned from

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If codes are of another size or not finite, or `y` does not fit.
        """
        self._require_fitted("decoder_")
        rows = np.ascontiguousarray(as_rows(codes, "codes"))
        require_finite(rows, "codes")
        if rows.shape[1] != self._size:
            raise ValueError(f"codes must have shape (n, {self._size}), got {rows.shape}")
        return self._decode(rows, self._condition(y, len(rows)), self.dtype_)

    def reconstruct(self, images: npt.ArrayLike, y: Any = None) -> Array:
        """Return what the decoder makes of the codes of pictures.

        Parameters
        ----------
        images : array_like of shape (n, *image_shape_), uint8 or float32
        y : label or array_like of shape (n,), optional
            As for `encode`.

        Returns
        -------
        ndarray of the shape and dtype of `images`

        Raises
        ------
        NotFittedError, TypeError, ValueError
            As by `encode`.
        """
        self._require_fitted("encoder_")
        pictures = as_images(images, self.image_shape_)
        condition = self._condition(y, len(pictures))
        return self._decode(self._encode(pictures, condition), condition, pictures.dtype)

    def denoise(self, images: npt.ArrayLike, y: Any = None) -> Array:
        """Return pictures without what does not look like the pictures it learned from.

        It is `reconstruct`, and best by a model that was trained with `noise` as strong as theirs.

        Parameters
        ----------
        images : array_like of shape (n, *image_shape_), uint8 or float32
        y : label or array_like of shape (n,), optional
            As for `encode`.

        Returns
        -------
        ndarray of the shape and dtype of `images`

        Raises
        ------
        NotFittedError, TypeError, ValueError
            As by `encode`.
        """
        return self.reconstruct(images, y)

    def score(self, images: npt.ArrayLike, y: Any = None) -> float:
        """Return the mean squared error of reconstructions, the smaller the better.

        Parameters
        ----------
        images : array_like of shape (n, *image_shape_), uint8 or float32
        y : label or array_like of shape (n,), optional
            As for `encode`.

        Returns
        -------
        float
            Per pixel and channel, of values from 0 to 1, before they are rounded to uint8. NaN of
            no images.

        Raises
        ------
        NotFittedError, TypeError, ValueError
            As by `encode`.
        """
        self._require_fitted("encoder_")
        pictures = as_images(images, self.image_shape_)
        condition, error = self._condition(y, len(pictures)), 0.0
        for part in parts(len(pictures), self.image_shape_):
            unit, given = pictures[part], [rows[part] for rows in condition]
            difference = self._made(self._encode(unit, given), given)
            difference -= to_unit(unit, self._shape)
            error += float(np.square(difference).sum(dtype=np.float64))
        return error / pictures.size if pictures.size else float("nan")

    def interpolate(
        self, a: npt.ArrayLike, b: npt.ArrayLike, n: int = 8, *, labels: Any = None
    ) -> Array:
        """Return pictures on the straight way from the code of one picture to that of another.

        Parameters
        ----------
        a, b : array_like of shape image_shape_, uint8 or float32
        n : int, default 8
            How many, the reconstructions of `a` and `b` included, at least 2.
        labels : (label, label), optional
            The classes of `a` and `b`. Needed where the model learned with labels; of different
            ones, the pictures between are of both in part.

        Returns
        -------
        ndarray of shape (n, *image_shape_), of the dtype of the pictures it learned from

        Raises
        ------
        NotFittedError, TypeError, ValueError
            As by `encode`; ValueError if `n` is below 2.
        """
        self._require_fitted("encoder_")
        if n < 2:
            raise ValueError(f"n must be at least 2, got {n}")
        ends = [as_one(image, self.image_shape_, name) for image, name in ((a, "a"), (b, "b"))]
        condition = self._condition(labels, 2, "labels")
        given = [[rows[i : i + 1] for rows in condition] for i in range(2)]
        codes = np.concatenate([self._encode(x, y) for x, y in zip(ends, given, strict=True)])
        share = (np.arange(n, dtype=np.float64) / (n - 1)).astype(np.float32)[:, np.newaxis]
        between = [rows[:1] * (1 - share) + rows[1:] * share for rows in (codes, *condition)]
        return self._decode(between[0], between[1:], self.dtype_)

    # What the others need

    @property
    def _size(self) -> int:
        return int(self.decoder_.input_shapes[0][0])

    @property
    def _shape(self) -> tuple[int, ...]:
        return self.encoder_.input_shapes[0]

    def _condition(self, y: Any, n: int, name: str = "y") -> list[Array]:
        """Return the classes of n pictures as the networks take them: an array, or none."""
        if self.classes_ is None:
            if y is not None:
                raise ValueError(f"{name} must be None: the model learned without labels")
            return []
        return [one_hot(numbers_of(y, self.classes_, n, name), len(self.classes_))]

    def _encode(self, pictures: Array, condition: list[Array]) -> Array:
        """Return codes: the first `code_size` numbers that the encoder says."""
        size = self._size
        codes = np.empty((len(pictures), size), np.float32)
        for part in parts(len(pictures), self.image_shape_):
            given = [to_unit(pictures[part], self._shape), *(rows[part] for rows in condition)]
            codes[part] = _said(self.encoder_, given)[:, :size]
        return codes

    def _made(self, codes: Array, condition: list[Array]) -> Array:
        return _said(self.decoder_, [codes, *condition])

    def _decode(self, codes: Array, condition: list[Array], dtype: np.dtype[Any]) -> Array:
        made = np.empty((len(codes), *self.image_shape_), dtype)
        for i in range(0, len(codes), _CODES_AT_ONCE):
            part = slice(i, i + _CODES_AT_ONCE)
            unit = self._made(codes[part], [rows[part] for rows in condition])
            made[part] = from_unit(unit, self.image_shape_, dtype)
        return made


def _said(network: Network, inputs: list[Array]) -> Array:
    found: Array = network._core.predict(inputs, network._outputs)[0]
    return found
