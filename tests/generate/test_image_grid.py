import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.generate import image_grid


@given(
    st.integers(1, 11),
    st.one_of(st.none(), st.integers(1, 5)),
    st.integers(0, 3),
    st.sampled_from([(), (1,), (3,)]),
    st.sampled_from([np.uint8, np.float32]),
)
def test_each_picture_is_in_its_place(n, columns, gap, channels, dtype):
    rng = np.random.default_rng(n)
    images = rng.integers(0, 2, (n, 4, 3, *channels)).astype(dtype)
    grid = image_grid(images, columns=columns, gap=gap, background=0.0)
    across = columns or int(np.ceil(np.sqrt(n)))
    down = -(-n // across)
    assert grid.shape == (down * (4 + gap) + gap, across * (3 + gap) + gap, *channels)
    assert grid.dtype == dtype
    for i, image in enumerate(images):
        row, column = divmod(i, across)
        top, left = gap + row * (4 + gap), gap + column * (3 + gap)
        np.testing.assert_array_equal(grid[top : top + 4, left : left + 3], image)
    assert grid.astype(int).sum() == images.astype(int).sum()


def test_background():
    assert image_grid(np.zeros((1, 1, 1), np.uint8), gap=1, background=0.4).tolist() == [
        [102] * 3,
        [102, 0, 102],
        [102] * 3,
    ]
    assert image_grid(np.zeros((1, 1, 1), np.float32), gap=1)[0, 0] == 1


@pytest.mark.parametrize(
    ("images", "options", "message"),
    [
        (np.zeros((0, 4, 4), np.uint8), {}, "images must be at least one"),
        (np.zeros((2, 4, 4), np.uint8), {"columns": 0}, "columns above 0"),
        (np.zeros((2, 4, 4), np.uint8), {"gap": -1}, "gap not negative"),
        (np.zeros((2, 4, 4), np.uint8), {"background": 2}, "background from 0 to 1"),
        (np.zeros((4, 4), np.uint8), {}, "images must have shape"),
        (np.full((1, 4, 4), 3, np.float32), {}, "must be from 0 to 1"),
    ],
)
def test_errors(images, options, message):
    with pytest.raises(ValueError, match=message):
        image_grid(images, **options)
