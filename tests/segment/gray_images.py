"""Gray images for the tests of thresholds."""

import numpy as np
from hypothesis import strategies as st
from scipy import ndimage

from ..strategies import LAYOUTS


@st.composite
def few_values(draw):
    """Draw an image of few different values, in any layout."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    values = rng.integers(0, 256, draw(st.integers(1, 30)))
    shape = draw(st.tuples(st.integers(1, 20), st.integers(1, 40)))
    image = values[rng.integers(0, len(values), shape)].astype(np.uint8)
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](image)


def scene(seed, shape=(240, 331)):
    """Return noise on light that falls off, with dark and light blobs."""
    rng = np.random.default_rng(seed)
    light = np.linspace(60, 190, shape[1]) + rng.normal(0, 8, shape)
    blobs = ndimage.gaussian_filter(rng.normal(size=shape), 5)
    light += 60 * (blobs > blobs.std()) - 50 * (blobs < -1.2 * blobs.std())
    return light.clip(0, 255).astype(np.uint8)
