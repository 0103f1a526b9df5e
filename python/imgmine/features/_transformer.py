"""Vectors of many pictures, from files or arrays, several at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from .. import _core
from .._device_array import DeviceArray, is_on_gpu
from .._progress import Progress, reporter
from .._validate import Array, as_jobs, is_path
from ..io import imread
from ._batch import map_ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt


class Transformer(ABC):
    """What describes one image describes files, and many of them."""

    @property
    @abstractmethod
    def mode(self) -> str:
        """What files are decoded to."""

    @property
    @abstractmethod
    def min_side(self) -> int | None:
        """How small a file may be decoded."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Length of the vectors."""

    @abstractmethod
    def _require_fitted(self) -> None:
        """Raise NotFittedError where something has yet to be learned."""

    @abstractmethod
    def __call__(self, image: npt.ArrayLike) -> Array:
        """Describe one image."""

    def read(self, source: Any) -> Array:
        """Describe one picture given as a file's path or bytes, or as an image.

        Files are decoded by ``imread(source, mode=recipe.mode, min_side=recipe.min_side)``; in
        mode "L" a JPEG's own luma is taken, which can differ from `rgb2gray` by a level.

        Parameters
        ----------
        source : path, bytes or array_like

        Returns
        -------
        ndarray of shape (size,), float32

        Raises
        ------
        DecodeError
            If a file cannot be decoded.
        OSError
            If it cannot be read.
        """
        return self(self._decoded(source))

    def _decoded(self, source: Any) -> Any:
        if is_path(source) or isinstance(source, (bytes, bytearray, memoryview)):
            return imread(source, mode=self.mode, min_side=self.min_side)
        return source

    def iterate(
        self, images: Iterable[Any], n_jobs: int | None = None
    ) -> Iterator[Array | Exception]:
        """Yield the vector of each picture, or the exception it raised, in order.

        Parameters
        ----------
        images : iterable of paths, bytes or images
        n_jobs : int, optional
            Threads; default: all the process may use.

        Yields
        ------
        ndarray of shape (size,), float32, or an exception

        Raises
        ------
        NotFittedError
            At once, if a descriptor has no codebook yet.
        """
        self._require_fitted()
        return map_ordered(self.read, images, as_jobs(n_jobs, _core.num_threads()))

    def transform(
        self,
        images: Iterable[Any],
        n_jobs: int | None = None,
        progress: Progress = False,
    ) -> Array:
        """Describe many pictures, several at once.

        Parameters
        ----------
        images : iterable of paths, bytes or images, or an array of shape (N, H, W[, C])
            An array on a GPU is described there, as by calling the recipe.
        n_jobs : int, optional
            Threads; default: all the process may use.
        progress : bool or callable ``(done, total)``, default False

        Returns
        -------
        ndarray of shape (N, size), float32
            Of an array on a GPU one of its kind, there.

        Raises
        ------
        DecodeError, OSError, TypeError, ValueError
            What the first picture that could not be described raised; `iterate` goes on instead.

        Examples
        --------
        >>> import numpy as np
        >>> import imgmine as im
        >>> im.features.Recipe.named("histogram").transform(np.zeros((2, 4, 4), np.uint8)).shape
        (2, 8)
        """
        if is_on_gpu(images):
            return self._on_gpu(DeviceArray(images))
        items = list(images)
        if items and is_on_gpu(items[0]):
            raise TypeError("images on a GPU must be one array of shape (N, H, W, C), got several")
        vectors = np.empty((len(items), self.size), np.float32)
        report = reporter(progress)
        for i, result in enumerate(self.iterate(items, n_jobs)):
            if isinstance(result, Exception):
                raise result
            vectors[i] = result
            report(i + 1, len(items))
        return vectors

    def _on_gpu(self, batch: DeviceArray) -> Array:
        """Describe images of shape (N, H, W) or (N, H, W, C) that are on a GPU."""
        if batch.ndim not in (3, 4):
            raise ValueError(f"images must have shape (N, H, W) or (N, H, W, C), got {batch.shape}")
        return self(cast("Array", batch if batch.ndim == 4 else batch.of_one_channel()))
