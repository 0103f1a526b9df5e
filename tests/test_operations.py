"""What every operation on images holds, whatever it does."""

import hashlib
import re

import imgmine
import numpy as np
import pytest

from .operations import OPERATIONS, SEGMENT, picture
from .strategies import LAYOUTS

CALLS = [
    pytest.param(operation, dtype, channels, id=f"{operation.name}, {dtype}, {channels}")
    for operation in [*OPERATIONS, *SEGMENT]
    for dtype in operation.dtypes
    for channels in operation.channels
]
every_call = pytest.mark.parametrize(("operation", "dtype", "channels"), CALLS)


def shape_of(size, channels):
    return size if channels is None else (*size, channels)


def values(result):
    """Return a result (an array, a number, a tuple of them) as a list of arrays."""
    return [np.asarray(part) for part in (result if isinstance(result, tuple) else (result,))]


def result_or_none(operation, image, reason=r"^(image|images|size|box|frame|reference|flat) "):
    """Return what an operation gives; None where it says why it cannot."""
    try:
        return operation(image)
    except ValueError as error:
        if not re.search(reason, str(error)):
            raise
    return None


def assert_same(actual, expected):
    for a, b in zip(values(actual), values(expected), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


@every_call
def test_layout_of_memory_does_not_matter(operation, dtype, channels):
    image = picture(shape_of((18, 34), channels), dtype)
    for name, layout in LAYOUTS.items():
        laid = layout(image)
        plain = np.array(laid, order="C")
        before = plain.copy()
        assert_same(operation(laid), operation(plain))
        np.testing.assert_array_equal(plain, before, err_msg=f"{name}: the input was changed")


@every_call
def test_images_of_any_size(operation, dtype, channels):
    """A result, or an error that says what was wrong."""
    sizes = [(0, 0), (0, 7), (7, 0), (1, 1), (1, 2), (2, 1), (1, 70), (70, 1), (2, 2), (3, 65)]
    for size in sizes:
        image = picture(shape_of(size, channels), dtype)
        result = result_or_none(operation, image)
        for part in values(result) if result is not None else ():
            if part.dtype.kind == "f" and "psnr" not in operation.name and image.size:
                assert np.isfinite(part).all(), size


@every_call
def test_foreign_byte_order_is_refused(operation, dtype, channels):
    if dtype == "uint8":
        pytest.skip("a byte has no byte order")
    image = picture(shape_of((18, 34), channels), dtype)
    with pytest.raises(TypeError, match="foreign byte order"):
        operation(image.astype(">f4"))


@every_call
def test_other_dtypes_are_refused(operation, dtype, channels):
    for other in operation.refuses:
        image = picture(shape_of((18, 34), channels), dtype).astype(other)
        with pytest.raises(TypeError, match=f"must (be|hold) .*, got {other}"):
            operation(image)


@every_call
def test_nan_and_infinity_do_no_harm(operation, dtype, channels):
    """No crash, no hang, no warning; a local operation's far pixels do not notice."""
    if dtype == "uint8":
        pytest.skip("every byte is finite")
    for value in (np.nan, np.inf, -np.inf):
        image = picture(shape_of((18, 34), channels), dtype)
        image[3, 5] = value
        result = result_or_none(operation, image, "finite|NaN")
        for part in values(result) if result is not None else ():
            assert part.dtype.kind in "fiub"


@every_call
def test_out_is_written_and_returned(operation, dtype, channels):
    if not operation.out:
        pytest.skip("the result has a form of its own")
    image = picture(shape_of((18, 34), channels), dtype)
    expected = operation(image)
    room = np.full(shape_of((20, 40), channels), 77, dtype)
    out = room[1:-1, 2:-4]
    assert operation(image, out=out) is out
    np.testing.assert_array_equal(out, expected)
    for edge in (room[0], room[-1], room[:, :2], room[:, -4:]):
        assert (edge == 77).all()
    with pytest.raises(ValueError, match="out must not overlap"):
        operation(image, out=image)
    with pytest.raises(ValueError, match="out must have shape"):
        operation(image, out=np.empty(shape_of((18, 33), channels), dtype))


@pytest.fixture
def any_level_and_threads():
    before = imgmine.cpu_level()
    yield
    imgmine.set_cpu_level(before)
    imgmine.set_num_threads(0)


def digest(result):
    return hashlib.sha256(b"".join(part.tobytes() for part in values(result))).hexdigest()


@every_call
def test_same_bits_everywhere(operation, dtype, channels, any_level_and_threads):
    """On every CPU level, with any number of threads (large enough to be shared among three)."""
    size = (300, 402) if operation.slow else (702, 902)
    image = picture(shape_of(size, channels), dtype)
    digests = {}
    for level in imgmine.cpu_levels():
        for n_threads in (1, 3):
            imgmine.set_cpu_level(level)
            imgmine.set_num_threads(n_threads)
            digests[level, n_threads] = digest(operation(image))
    assert len(set(digests.values())) == 1, digests
