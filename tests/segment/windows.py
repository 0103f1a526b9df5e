"""What the tests of thresholds by windows share."""

import numpy as np
from hypothesis import strategies as st

MODES = {"reflect101": "reflect", "reflect": "symmetric", "replicate": "edge", "wrap": "wrap"}

sides = st.integers(0, 20).map(lambda n: 2 * n + 1)
sizes = sides | st.tuples(sides, sides)
borders = st.sampled_from(sorted(MODES))


def both(size):
    return size if isinstance(size, tuple) else (size, size)


def windows(image, size, border):
    """Return the window of each pixel, in float64."""
    height, width = both(size)
    padded = np.pad(
        image.astype(np.float64), [(height // 2,) * 2, (width // 2,) * 2], MODES[border]
    )
    return np.lib.stride_tricks.sliding_window_view(padded, (height, width))


def mean_and_deviation(image, size, border="reflect101"):
    around = windows(image, size, border)
    return around.mean((2, 3)), around.std((2, 3))
