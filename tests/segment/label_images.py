"""Masks and label images that the property tests draw."""

import numpy as np
from hypothesis import strategies as st

from ..strategies import LAYOUTS

SHAPES = st.tuples(st.integers(0, 20), st.sampled_from([0, 1, 2, 7, 16, 17, 63, 64, 65, 130]))
connectivities = st.sampled_from([4, 8])


@st.composite
def masks(draw, dtypes=(bool, np.uint8), shapes=SHAPES):
    """Draw a mask of noise, sparse or dense, or all the same."""
    shape = draw(shapes)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    mask = rng.random(shape) < draw(st.sampled_from([0.1, 0.4, 0.6, 0.9, 0, 1]))
    dtype = draw(st.sampled_from(dtypes))
    mask = mask if dtype is bool else mask * rng.integers(1, 256, shape).astype(dtype)
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](mask)


@st.composite
def label_images(draw, dtypes=(np.int32,), values=(0, 1, 2, 3, 7, 100), min_side=0):
    """Draw regions: patches of a few labels with noise on them, some of them in pieces."""
    shape = draw(SHAPES.filter(lambda s: min(s) >= min_side))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    chosen = rng.choice(values, draw(st.integers(1, len(values))))
    size = draw(st.integers(1, 5))
    coarse = rng.choice(chosen, [extent // size + 1 for extent in shape])
    image = np.kron(coarse, np.ones((size, size), int))[: shape[0], : shape[1]]
    noisy = rng.random(shape) < draw(st.sampled_from([0, 0.1]))
    image = np.where(noisy, rng.choice(chosen, shape), image)
    image = image.astype(draw(st.sampled_from(dtypes)))
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](image)


def blobs(shape, seed=0, density=0.5):
    """Return a mask large enough for threads, with components that cross their bands."""
    rng = np.random.default_rng(seed)
    coarse = rng.random([extent // 6 + 1 for extent in shape]) < density
    mask = np.kron(coarse, np.ones((6, 6), bool))[: shape[0], : shape[1]]
    return mask ^ (rng.random(shape) < 0.05)


def spiral(side):
    """Return one component that winds around itself, and never touches."""
    mask = np.zeros((side, side), bool)
    y, x, dy, dx = 0, 0, 0, 1
    for length in [side - 1, *np.repeat(np.arange(side - 1, 1, -2), 2)]:
        for _ in range(length):
            mask[y, x] = True
            y, x = y + dy, x + dx
        dy, dx = dx, -dy
    return mask
