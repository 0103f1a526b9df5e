import builtins

import cv2
import numpy as np
import pytest
from imgmine import MissingDependencyError
from imgmine.features import plot_matches, verify

from .scenes import scene, warped


@pytest.mark.parametrize("method", ["sift", "orb"])
def test_the_same_seen_otherwise(method):
    image = scene(240, 320)
    other, matrix = warped(image, 40, 0.8)
    found = verify(image, other, method=method)
    assert found.same
    assert found.n_inliers > 50
    assert found.inliers.shape == (len(found.pairs),)
    corners = np.array([[0, 0, 1], [319, 0, 1], [319, 239, 1], [0, 239, 1]])
    ours, expected = corners @ found.homography.T, corners @ matrix.T
    np.testing.assert_allclose(ours[:, :2] / ours[:, 2:], expected[:, :2], atol=2)
    assert repr(found) == (f"<Verification: {found.n_inliers} of {len(found.pairs)} matches agree>")


@pytest.mark.parametrize("method", ["sift", "orb"])
def test_something_else(method):
    found = verify(scene(240, 320), scene(240, 320, seed=1), method=method)
    assert not found.same
    assert found.n_inliers < 12


def test_colors_count_as_luma():
    image = scene(100, 120)
    found = verify(np.stack([image] * 3, -1), image)
    assert found.n_inliers == len(found.pairs) > 20


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (50, 60)])
def test_flat_images(shape):
    found = verify(np.zeros(shape, np.uint8), scene(100, 120))
    assert (found.homography, found.n_inliers, found.same) == (None, 0, False)
    assert len(found.keypoints[0]) == 0


def test_photographs(data_dir):
    first, second, other = (
        cv2.imread(str(data_dir / f"ukbench/ukbench{i:05}.jpg"), cv2.IMREAD_GRAYSCALE)
        for i in (0, 1, 16)
    )
    assert verify(first, second).same
    assert not verify(first, other).same


def test_errors():
    image = np.zeros((9, 9), np.uint8)
    with pytest.raises(ValueError, match="method must be 'sift' or 'orb', got 'surf'"):
        verify(image, image, method="surf")
    with pytest.raises(TypeError, match="must be uint8"):
        verify(image, image.astype(np.float32))


def test_plot():
    image = scene(100, 120)
    other, _ = warped(image, 40, 0.8)
    found = verify(image, other)
    figure = plot_matches(image, np.stack([other] * 3, -1), found, most=7)
    (axes,) = figure.axes
    agreeing = [line for line in axes.lines if line.get_color() == "lime"]
    assert len(agreeing) == 7
    assert all(line.get_xdata()[1] >= 119.5 for line in agreeing)
    assert axes.get_title() == f"{found.n_inliers} of {len(found.pairs)} matches agree"


def test_plot_of_nothing():
    flat = np.zeros((20, 30), np.uint8)
    (axes,) = plot_matches(flat, flat, verify(flat, flat)).axes
    assert axes.get_title() == "0 of 0 matches agree"


def test_plot_without_matplotlib(monkeypatch):
    real = builtins.__import__

    def fail(name, *args, **kwargs):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", fail)
    flat = np.zeros((20, 30), np.uint8)
    found = verify(flat, flat)
    with pytest.raises(MissingDependencyError, match=r"imgmine\[plot\]"):
        plot_matches(flat, flat, found)
