import numpy as np
import pytest
from imgmine.features import histogram, plot_histogram

pytest.importorskip("matplotlib")


def test_bars_of_a_vector():
    vector = histogram(np.arange(256, dtype=np.uint8)[None], 8, normalize="l1")
    axes = plot_histogram(vector).axes[0]
    assert [bar.get_height() for bar in axes.patches] == [0.125] * 8


@pytest.mark.parametrize(("shape", "curves"), [((4, 5), 1), ((4, 5, 3), 3), ((4, 5, 2), 2)])
def test_a_curve_a_channel(shape, curves):
    axes = plot_histogram(np.full(shape, 100, np.uint8), 16).axes[0]
    assert len(axes.patches) == curves
    for curve in axes.patches:
        np.testing.assert_allclose(curve.get_data().values, np.arange(16) == 6)


def test_saves(tmp_path):
    path = tmp_path / "histogram.png"
    plot_histogram(np.zeros((4, 4, 3), np.uint8), path=path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_refuses_what_histogram_refuses():
    with pytest.raises(TypeError, match=r"^image must be uint8 or float32"):
        plot_histogram(np.zeros((4, 4)))
