"""Label images for the tests of the judgements of segmentations."""

import numpy as np
from hypothesis import strategies as st
from scipy import ndimage

from ..strategies import LAYOUTS

DTYPES = [np.bool_, np.int8, np.uint8, np.uint16, np.int32, np.int64, np.uint64]


def blobs(seed, shape=(60, 80), n=9):
    """Return a picture of about `n` regions with crooked outlines."""
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).random(shape), 6)
    edges = np.quantile(noise, np.linspace(0, 1, n)[1:-1])
    return np.digitize(noise, edges)


PAIRS = {
    "blobs": (blobs(0), blobs(1)),
    "holes": (blobs(0) * 10**15 - 3, blobs(1) * 2**20),
    "many": (np.arange(4800).reshape(60, 80), blobs(2)),
    "close": (blobs(3), ndimage.median_filter(blobs(3), 5)),
}


@st.composite
def label_images(draw, shape=None):
    """Draw an image of few labels or many, close together or wide apart, some of them negative."""
    if shape is None:
        shape = draw(st.tuples(st.integers(1, 12), st.integers(1, 20)))
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    if dtype == np.bool_:
        labels = rng.random(shape) < 0.5
    else:
        limits = np.iinfo(dtype)
        names = rng.integers(limits.min, limits.max, draw(st.integers(1, 30)), dtype, endpoint=True)
        if draw(st.booleans()):
            names = np.arange(len(names)).astype(dtype) + dtype.type(draw(st.sampled_from([0, 90])))
        labels = names[rng.integers(0, len(names), shape)]
    coarse = np.repeat(np.repeat(labels, 3, 0), 3, 1)[: shape[0], : shape[1]]
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](draw(st.sampled_from([labels, coarse])))


@st.composite
def pairs_of_label_images(draw):
    """Draw two label images of one shape."""
    labels = draw(label_images())
    return labels, draw(st.just(labels) | label_images(labels.shape))
