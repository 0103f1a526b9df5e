"""Label images to try things on."""

import numpy as np
from hypothesis import strategies as st


@st.composite
def label_images(draw, largest=14, most=4):
    """Label images of any small shape: noise, or blocks that hang together and have holes."""
    height, width = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = draw(st.sampled_from([1, 1, 3]))
    rows, columns = -(-height // scale), -(-width // scale)
    share = draw(st.sampled_from([0.2, 0.5, 0.9]))
    coarse = np.where(
        rng.random((rows, columns)) < share, rng.integers(1, most + 1, (rows, columns)), 0
    )
    return np.kron(coarse, np.ones((scale, scale), int))[:height, :width].astype(np.int32)
