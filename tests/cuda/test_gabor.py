"""Gabor filters, whose statistics are the core's bits."""

import os

import numpy as np
import pytest
from imgmine import features


@pytest.fixture(autouse=True, scope="module")
def blocks():
    """Make the simulator's blocks smaller: each of their threads is a real one."""
    from imgmine.cuda import _waves

    patch = pytest.MonkeyPatch()
    if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
        for name, value in {"GROUPS": 1, "QUADS": 4, "WARPS": 2, "ROWS": 4, "CHUNK": 4}.items():
            patch.setattr(_waves, name, value)
    yield patch
    patch.undo()


def image_of(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("border", ["reflect101", "reflect", "replicate", "wrap", "constant"])
def test_borders(gpu, border):
    gpu.check(features.gabor_features, image_of((5, 9)), 3, 3, border=border)


@pytest.mark.parametrize("n", [1, 2, 5, 6])
def test_orientations(gpu, n):
    """Filters that are a factor times a real one, and slanted ones, in odd and even numbers."""
    gpu.check(features.gabor_features, image_of((7, 18)), (2, 3), n)
    gpu.check(features.gabor_features, image_of((7, 18)), 4, n, ksize=3, part="real")
