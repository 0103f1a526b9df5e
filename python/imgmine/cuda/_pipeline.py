"""Pictures to rows: decoded by threads, uploaded and described while the next are decoded.

Each of three lanes has a stream, page-locked buffers and memory of its own on the GPU, and takes a
batch in turn. So one batch may be on its way up, one be worked on and one be collected. Pictures of
one size go together, whatever lies between them.
"""

from __future__ import annotations

import math
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda

from .._device_array import DeviceArray
from .._progress import Progress, reporter
from ._job import told
from ._pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .._validate import Array

N_LANES = 3
MOST_UPLOADED = 1 << 27  # bytes at a time
MOST_HELD = 1 << 28  # bytes of decoded pictures that wait for others of their size


class Lane:
    """A batch at a time, from pictures to rows."""

    def __init__(self, vectors: Array) -> None:
        self.vectors = vectors
        self.stream = cuda.stream()
        self.pool = Pool(self.stream)
        self.bytes = np.empty(0, np.uint8)
        self.rows = np.empty(0, np.float32)
        self.places: list[int] = []
        self.there: Any = None

    def start(self, describe: Callable[[Any], Any], places: list[int], group: list[Array]) -> None:
        """Queue a batch of pictures of one size: nothing is waited for."""
        shape = (len(group), *group[0].shape)
        with told():
            self.bytes = at_least(self.bytes, len(group) * group[0].nbytes)
            self.rows = at_least(self.rows, len(group) * self.vectors.shape[1])
            held = self.bytes[: len(group) * group[0].nbytes].reshape(shape)
            for picture, place in zip(group, held, strict=True):
                np.copyto(place, picture)
            batch = self.pool.empty(shape, held.dtype)
            if held.size:
                seen(batch).copy_to_device(held, stream=self.stream)
        found = describe(batch)
        with told():
            rows = self._rows(len(group))
            seen(found).copy_to_host(rows, stream=self.stream)
        self.places, self.there = places, found

    def _rows(self, n: int) -> Array:
        size = self.vectors.shape[1]
        return self.rows[: n * size].reshape(n, size)

    def finish(self) -> int:
        """Wait for the rows, put them where they belong, and tell how many they were."""
        n, places = len(self.places), self.places
        if not n:
            return 0
        with told():
            self.stream.synchronize()
        self.vectors[places] = self._rows(n)
        self.places, self.there = [], None
        return n


class Lanes:
    """Hands pictures to lanes in turn; leaving waits for what is queued, whose memory is in use."""

    def __init__(
        self,
        describe: Callable[[Any], Any],
        vectors: Array,
        batch: int,
        report: Callable[[int], object],
    ) -> None:
        self.describe, self.batch, self.report = describe, batch, report
        with told():
            self.lanes = [Lane(vectors) for _ in range(N_LANES)]
        self.groups: dict[tuple[int, ...], tuple[list[int], list[Array]]] = {}
        self.held = 0

    def take(self, place: int, picture: Array) -> None:
        """Put a picture to those of its size; start those that are enough."""
        places, group = self.groups.setdefault(picture.shape, ([], []))
        places.append(place)
        group.append(picture)
        self.held += picture.nbytes
        if len(group) == self.batch or len(group) * picture.nbytes >= MOST_UPLOADED:
            self.start(picture.shape)
        elif self.held >= MOST_HELD:
            self.start(max(self.groups, key=self.bytes_of))

    def bytes_of(self, shape: tuple[int, ...]) -> int:
        """Return what the pictures of one size take that wait."""
        return len(self.groups[shape][1]) * math.prod(shape)

    def start(self, shape: tuple[int, ...]) -> None:
        """Let the next lane have the pictures of one size."""
        places, group = self.groups.pop(shape)
        self.held -= len(group) * group[0].nbytes
        lane = self.lanes.pop(0)
        self.lanes.append(lane)
        self.report(lane.finish())
        lane.start(self.describe, places, group)

    def finish(self) -> None:
        """Start what is left, and collect everything."""
        for shape in list(self.groups):
            self.start(shape)
        for lane in self.lanes:
            self.report(lane.finish())

    def __enter__(self) -> Lanes:  # noqa: PYI034
        return self

    def __exit__(self, *_: object) -> None:
        for lane in self.lanes:
            with suppress(Exception):  # of which the first has been raised
                lane.stream.synchronize()
            lane.there = None


def seen(array: Any) -> Any:
    """Return an array as one of Numba's."""
    return cuda.as_cuda_array(DeviceArray(array), sync=False)


def at_least(buffer: Array, n: int) -> Array:
    """Return a page-locked buffer that holds n values, `buffer` if it does."""
    if buffer.size >= max(n, 1):
        return buffer
    larger: Array = cuda.pinned_array(max(n, 2 * buffer.size, 1), buffer.dtype)
    return larger


def transform(
    recipe: Any, images: Iterable[Any], batch: int, n_jobs: int | None, progress: Progress
) -> Array:
    items = list(images)
    pictures, described = recipe.pictures(items, n_jobs)
    vectors = np.empty((len(items), recipe.size), np.float32)
    tell, done = reporter(progress), [0]

    def report(n: int) -> None:
        done[0] += n
        if n:
            tell(done[0], len(items))

    with closing(pictures), Lanes(described, vectors, batch, report) as lanes:
        for place, picture in enumerate(pictures):
            if isinstance(picture, Exception):
                raise picture
            lanes.take(place, picture)
        lanes.finish()
    return vectors
