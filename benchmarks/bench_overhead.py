"""What a call costs when there is next to nothing to do: 16 x 16 pixels."""

import imgmine as im
import numpy as np
import pytest

IMAGE = np.zeros((16, 16), np.uint8)
COLOR = np.zeros((16, 16, 3), np.uint8)
OUT = np.empty_like(IMAGE)
CALLS = {
    "rgb2gray": lambda: im.color.rgb2gray(COLOR),
    "rgb2gray out": lambda: im.color.rgb2gray(COLOR, out=OUT),
    "histogram": lambda: im.features.histogram(IMAGE),
}


@pytest.mark.parametrize("call", CALLS)
def bench_overhead(race, call):
    race(
        CALLS[call],
        {"np.add": lambda: np.add(IMAGE, 1), "np.invert": lambda: np.invert(IMAGE)},
        lambda ours, theirs: None,
    )
