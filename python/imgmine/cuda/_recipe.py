"""Recipes on whole batches: what several parts need is made once, and all write into one result."""

from __future__ import annotations

import math
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64

from .. import _core
from .._device_array import DeviceArray
from .._errors import CudaError
from . import _hsv, _lab
from ._job import Job, on_device_of
from ._separable import MOST_IMAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Part = Any  # steps and descriptors: they call the public functions
    Plan = Any

THREADS = 32
CONVERTERS = {"hsv": _hsv.rgb2hsv, "lab": _lab.rgb2lab}


@cuda.jit(cache=True)
def place_part(src, dst, first, length):
    """Columns of dst from `first` on = src, a block an image, its rows brought to a length >= 0."""
    sums = cuda.shared.array(THREADS, dtype=float64)
    me, image, n = cuda.threadIdx.x, cuda.blockIdx.x, src.shape[1]
    sums[me] = 0.0
    if length >= 0.0:
        for i in range(me, n, THREADS):
            sums[me] += float64(src[image, i]) * float64(src[image, i])
    cuda.syncthreads()
    half = THREADS // 2
    while half > 0:
        if me < half:
            sums[me] += sums[me + half]
        cuda.syncthreads()
        half //= 2
    factor = 1.0
    if sums[0] > 0.0:
        factor = length / math.sqrt(sums[0])
    for i in range(me, n, THREADS):
        dst[image, first + i] = float32(float64(src[image, i]) * factor)


def describe(
    image: DeviceArray,
    plan: Plan,
    descriptors: Sequence[Part],
    sizes: Sequence[int],
    weights: Sequence[float] | None,
) -> Any:
    """Run `imgmine.features.Recipe`: as its parts do; with `weights` within 2e-7 of the value.

    Of a batch the result has shape (N, size). It is worked on as many images at a time as have
    room for what the parts share.
    """
    lengths = [-1.0] * len(sizes) if weights is None else weights
    with on_device_of(image) as job:
        batch = job.worked_on(image).as_batch()
        n, size = batch.shape[0], sum(sizes)
        vectors = job.empty((n, size) if image.ndim == 4 else (size,), np.float32)
        rows = job.view(vectors, (n, size))
        if not batch.size:
            described_empty(job, batch.shape, (plan, descriptors, sizes, weights), rows)
            return job.result(vectors)
        many = min(job.at_once(n, bytes_held(batch.shape, plan, descriptors)), MOST_IMAGES)
        for first in range(0, n, many):
            some = batch.rows(first, min(many, n - first))
            seen, gray = shared(job, prepared(job, some, plan), descriptors)
            place = 0
            for part, of, length in zip(descriptors, sizes, lengths, strict=True):
                with named(part):
                    found = DeviceArray(part(gray if part.of_gray else seen))
                columns = job.view(found, (some.shape[0], of))
                into = rows[first : first + some.shape[0]]
                job.launch(place_part, some.shape[0], THREADS, columns, into, place, float(length))
                place += of
        return job.result(vectors)


def described_empty(job: Job, shape: tuple[int, ...], parts: Any, rows: Any) -> None:
    """Put down what the core says of images without pixels."""
    plan, descriptors, sizes, weights = parts
    image = np.empty(shape[1:3] if plan.is_gray else (*shape[1:3], 3), np.uint8)
    if rows.size:
        vector = plan.describe(plan.prepared(image), descriptors, sizes)
        if weights is not None:
            _core.features.scale_parts(vector, sizes, weights)
        vectors = np.tile(vector, (shape[0], 1))
        rows.copy_to_device(vectors, stream=job.stream)


def prepared(job: Job, batch: DeviceArray, plan: Plan) -> DeviceArray:
    """Return images of the channels that the descriptors want, after the steps."""
    n, height, width, channels = batch.shape
    if channels != 3 and not plan.is_gray:
        step = 0 if channels == 1 else batch.strides[3]
        batch = job.copied(batch.seen_as((n, height, width, 3), (*batch.strides[:3], step)))
    for step in plan.steps:
        with named(step):
            batch = as_batch(step(batch))
    return batch


def as_batch(images: Any) -> DeviceArray:
    """Return what a step made as images of shape (N, H, W, C)."""
    array = images if isinstance(images, DeviceArray) else DeviceArray(images)
    return array if array.ndim == 4 else array.of_one_channel()


def shared(
    job: Job, batch: DeviceArray, descriptors: Sequence[Part]
) -> tuple[DeviceArray, DeviceArray]:
    """Return the images, with the color spaces that several parts see, and their luma."""
    if not batch.is_contiguous:
        batch = job.copied(batch)
    for space in spaces_shared(descriptors):
        batch.converted[space] = DeviceArray(CONVERTERS[space](batch))
    gray = batch
    if batch.shape[3] != 1 and any(part.of_gray for part in descriptors):
        from ._rgb2gray import rgb2gray

        gray = as_batch(rgb2gray(batch))
    return batch, gray


def spaces_shared(descriptors: Sequence[Part]) -> list[str]:
    """Return the color spaces that more than one part sees: others are made on the way."""
    seen = Counter(getattr(part, "space", None) for part in descriptors)
    return [space for space in CONVERTERS if seen[space] > 1]


def bytes_held(shape: tuple[int, ...], plan: Plan, descriptors: Sequence[Part]) -> int:
    """Return how many bytes an image's stages take before its parts look at it."""
    seen = (*shape[1:3], shape[3] if plan.is_gray else 3)
    stages = [seen]
    for step in plan.steps:
        seen = step.shape(seen)
        stages.append(seen)
    stages += [(*seen[:2], 1 + 3 * len(spaces_shared(descriptors)))]
    return sum(math.prod(stage) for stage in stages)


@contextmanager
def named(part: Part) -> Iterator[None]:
    """Say which part has no CUDA version, or none for its parameters, which are legal by now."""
    try:
        yield
    except CudaError:
        raise
    except (TypeError, ValueError) as error:
        raise TypeError(f"{part!r} of the recipe cannot run on a GPU: {error}") from error
