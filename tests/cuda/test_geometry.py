import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import geometry

few = settings(max_examples=8)
shapes = st.sampled_from([(1, 1), (1, 9), (8, 1), (7, 20), (5, 11, 3), (24, 3, 2)])
sizes = st.sampled_from([(1, 1), (3, 2), (7, 20), (12, 5), (2, 31)])


@pytest.mark.parametrize("method", ["area", "linear", "nearest"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_resize(gpu, dtype, method):
    @few
    @given(shapes, sizes)
    def run(shape, size):
        image = np.random.default_rng(0).integers(0, 256, shape).astype(dtype)
        atol = 3e-3 if dtype == "float32" and method != "nearest" else 0
        gpu.check(geometry.resize, image, size, method, atol=atol)

    run()


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((2, 1200), (1, 1)),  # wider than the column sums that are kept at once
        ((3, 350, 2), (2, 1)),
        ((300, 8), (2, 3)),  # rows of words, of which 256 are added up at once
        ((600, 8), (2, 4)),
        ((9, 16, 3), (4, 130)),  # more than a warp makes at once
    ],
)
@pytest.mark.parametrize("in_tiles", [True, False])
def test_means_of_many(gpu, monkeypatch, dtype, shape, size, in_tiles):
    if not in_tiles:
        if dtype == "float32":
            pytest.skip("only bytes are averaged in tiles")
        from imgmine.cuda import _resize

        monkeypatch.setattr(_resize, "IN_TILES", ())
    image = np.random.default_rng(2).integers(0, 256, shape).astype(dtype)
    gpu.check(geometry.resize, image, size, "area", atol=3e-3 if dtype == "float32" else 0)


def test_batch_and_out(gpu):
    batch = np.random.default_rng(1).integers(0, 256, (2, 6, 7, 3), np.uint8)
    out = gpu.put(np.zeros((2, 3, 4, 3), np.uint8))
    assert geometry.resize(gpu.put(batch), (3, 4), out=out) is out
    np.testing.assert_array_equal(gpu.get(out), [geometry.resize(x, (3, 4)) for x in batch])


def test_empty_and_errors(gpu):
    image = np.zeros((4, 5), np.uint8)
    gpu.check(geometry.resize, image, (0, 3))
    for size, method, message in [
        ((2, 2), "best", "method must be 'area', 'linear', 'cubic'"),
        ((2, 1 << 24), "area", "at most 8388608 pixels a side, got 16777216"),
    ]:
        with pytest.raises(ValueError, match=message):
            geometry.resize(gpu.put(image), size, method)
    with pytest.raises(ValueError, match="image must not be empty where size is not"):
        geometry.resize(gpu.put(image[:0]), (2, 2))
