"""What ``imgmine segment --method`` may be: each a few lines over `imgmine.segment`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import segment
from ..color import rgb2gray
from ..filters import gaussian_blur, sobel
from ._options import WrongUse

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from .._validate import Array


class Method(NamedTuple):
    """A way to regions, its options beside ``--method``, and a word about it."""

    run: Callable[[Array, argparse.Namespace], Array]
    options: tuple[str, ...]
    summary: str


def _slic(image: Array, options: argparse.Namespace) -> Array:
    return segment.slic(image, options.n or 300)


def _superpixels(image: Array, options: argparse.Namespace) -> Array:
    return segment.superpixels(image, options.n or 300)


def _felzenszwalb(image: Array, options: argparse.Namespace) -> Array:
    return segment.felzenszwalb(
        image, scale=options.scale or 100.0, min_size=options.min_size or 20
    )


def _kmeans(image: Array, options: argparse.Namespace) -> Array:
    return segment.kmeans_segment(image, min(options.n or 6, image[..., 0].size))[0]


def _watershed(image: Array, options: argparse.Namespace) -> Array:
    """Flood the gradient from a grid of about n places, each moved to the flattest pixel near."""
    steep = sobel(gaussian_blur(rgb2gray(image), 1.0), dtype=np.uint8)
    height, width = steep.shape
    step = max(1.0, (height * width / (options.n or 300)) ** 0.5)
    markers = np.zeros(steep.shape, np.int32)
    label = 0
    for y in np.arange(step / 2, height, step).astype(int).tolist() or [0]:
        for x in np.arange(step / 2, width, step).astype(int).tolist() or [0]:
            top, left = max(0, y - 1), max(0, x - 1)
            near = steep[top : y + 2, left : x + 2]
            row, column = np.unravel_index(near.argmin(), near.shape)
            label += 1
            markers[top + row, left + column] = label
    return segment.watershed(steep, markers)


def _otsu(image: Array, options: argparse.Namespace) -> Array:
    gray = rgb2gray(image)
    light = gray > segment.threshold_otsu(gray)
    labels, _ = segment.label(~light if options.dark else light)
    areas = np.bincount(labels.ravel())
    small = areas < (options.min_size or 1)
    small[0] = False
    return segment.relabel(np.where(small[labels], 0, labels))[0]


def _grabcut(image: Array, options: argparse.Namespace) -> Array:
    if options.box is None:
        raise WrongUse("--method grabcut needs --box X Y WIDTH HEIGHT around the object")
    x, y, width, height = options.box
    mask = segment.grabcut(image, (y, x, height, width))
    foreground: Array = (mask & 1).astype(np.int32)
    return foreground


METHODS = {
    "superpixels": Method(_superpixels, ("n",), "regions that end where things do"),
    "slic": Method(_slic, ("n",), "superpixels of about equal size"),
    "felzenszwalb": Method(
        _felzenszwalb, ("scale", "min_size"), "regions that differ from neighbors"
    ),
    "kmeans": Method(_kmeans, ("n",), "pixels of alike colors"),
    "watershed": Method(_watershed, ("n",), "basins between edges"),
    "otsu": Method(_otsu, ("dark", "min_size"), "connected parts lighter than the rest"),
    "grabcut": Method(_grabcut, ("box",), "an object in a box"),
}
_OPTIONS = ("n", "scale", "min_size", "dark", "box")


def regions_of(image: Array, options: argparse.Namespace) -> Array:
    """Return the label image that the options ask for."""
    method = METHODS[options.method]
    for name in _OPTIONS:
        given = getattr(options, name)
        if given is not None and given is not False and name not in method.options:
            option = name.replace("_", "-")
            raise WrongUse(f"--{option} does not go with --method {options.method}")
    return np.asarray(method.run(image, options))
