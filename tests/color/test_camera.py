import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.color import nv12_to_rgb, yuyv_to_rgb

from ..strategies import LAYOUTS, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

layouts = st.sampled_from(sorted(LAYOUTS))
halves = st.integers(0, 9)
half_widths = st.sampled_from([0, 1, 2, 7, 8, 9, 16, 17, 31, 32, 33, 64, 65, 100])


def reference(y, u, v):
    """BT.601 in video range, chroma already at the luma's size."""
    y, u, v = (plane.astype(np.float64) for plane in (y, u, v))
    light, u, v = 1.164 * np.maximum(y - 16, 0), u - 128, v - 128
    rgb = np.stack([light + 1.596 * v, light - 0.391 * u - 0.813 * v, light + 2.018 * u], -1)
    return np.clip(rgb, 0, 255)


def rgb_of_nv12(frame):
    height = len(frame) // 3 * 2
    chroma = frame[height:].repeat(2, 0)
    u, v = chroma[:, 0::2].repeat(2, 1), chroma[:, 1::2].repeat(2, 1)
    return reference(frame[:height], u, v)


def rgb_of_yuyv(frame):
    u, v = frame[:, 0::2, 1].repeat(2, 1), frame[:, 1::2, 1].repeat(2, 1)
    return reference(frame[..., 0], u, v)


def check(convert, frame, expected, code):
    rgb = convert(frame)
    assert rgb.dtype == np.uint8
    assert rgb.shape == expected.shape
    assert np.abs(rgb - expected).max(initial=0) <= 0.55
    if frame.size:
        theirs = cv2.cvtColor(np.ascontiguousarray(frame), code)
        assert np.abs(rgb.astype(int) - theirs).max() <= 1


@settings(max_examples=25)
@given(halves, half_widths, st.integers(0, 2**32), layouts)
def test_nv12_matches_reference_and_opencv(half_height, half_width, seed, layout):
    shape = (3 * half_height, 2 * half_width)
    frame = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    frame = LAYOUTS[layout](frame)
    check(nv12_to_rgb, frame, rgb_of_nv12(frame), cv2.COLOR_YUV2RGB_NV12)


@settings(max_examples=25)
@given(halves, half_widths, st.integers(0, 2**32), layouts)
def test_yuyv_matches_reference_and_opencv(height, half_width, seed, layout):
    shape = (height, 2 * half_width, 2)
    frame = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    frame = LAYOUTS[layout](frame)
    check(yuyv_to_rgb, frame, rgb_of_yuyv(frame), cv2.COLOR_YUV2RGB_YUY2)


@pytest.mark.parametrize("luma", [0, 16, 17, 100, 235, 255])
def test_every_chroma(luma):
    frame = np.full((256, 512, 2), luma, np.uint8)
    frame[:, 0::2, 1], frame[:, 1::2, 1] = np.meshgrid(np.arange(256), np.arange(256))
    check(yuyv_to_rgb, frame, rgb_of_yuyv(frame), cv2.COLOR_YUV2RGB_YUY2)


def test_both_frames_of_a_picture_are_the_same():
    y, (u, v) = large((64, 100)), large((2, 32, 50))
    nv12 = np.concatenate([y, np.stack([u, v], -1).reshape(32, 100)])
    chroma = np.stack([u, v], -1).reshape(32, 100).repeat(2, 0)
    np.testing.assert_array_equal(nv12_to_rgb(nv12), yuyv_to_rgb(np.stack([y, chroma], -1)))


def test_threads_share_the_rows():
    frame = large((3 * 700, 1602))
    expected = rgb_of_nv12(frame)
    assert np.abs(nv12_to_rgb(frame) - expected).max() <= 0.55
    frame = large((1400, 1602, 2))
    assert np.abs(yuyv_to_rgb(frame) - rgb_of_yuyv(frame)).max() <= 0.55


@pytest.mark.parametrize(
    ("convert", "frame"), [(nv12_to_rgb, large((12, 70))), (yuyv_to_rgb, large((8, 70, 2)))]
)
def test_out_is_written_and_returned(convert, frame):
    larger = np.full((10, 80, 3), 99, np.uint8)
    out = larger[1:9, 5:75]
    assert convert(frame, out=out) is out
    np.testing.assert_array_equal(out, convert(frame))
    larger[1:9, 5:75] = 99
    assert (larger == 99).all()


@pytest.mark.parametrize(
    ("convert", "shape", "message"),
    [
        (nv12_to_rgb, (6, 4, 1), r"frame must have shape \(H \* 3 / 2, W\)"),
        (nv12_to_rgb, (4, 4), "frame must have a height divisible by 3"),
        (nv12_to_rgb, (3, 5), "frame must have an even width, got 5"),
        (nv12_to_rgb, (0, 5), "frame must have an even width, got 5"),
        (yuyv_to_rgb, (4, 4), r"frame must have shape \(H, W, 2\)"),
        (yuyv_to_rgb, (4, 4, 3), "frame must have 2 channels, got 3"),
        (yuyv_to_rgb, (4, 5, 2), "frame must have an even width, got 5"),
        (yuyv_to_rgb, (0, 5, 2), "frame must have an even width, got 5"),
    ],
)
def test_refuses_other_shapes(convert, shape, message):
    with pytest.raises(ValueError, match=message):
        convert(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("convert", [nv12_to_rgb, yuyv_to_rgb])
def test_refuses_other_dtypes(convert):
    with pytest.raises(TypeError, match="frame must be uint8, got float32"):
        convert(np.zeros((6, 4), np.float32))
