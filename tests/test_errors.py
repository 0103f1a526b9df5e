"""What is no image, no number, no name: an error that begins with the argument's name."""

import imgmine
import numpy as np
import pytest
from imgmine import color, features, filters, geometry, similarity
from imgmine.features import Recipe

IMAGE = np.full((6, 8, 3), 100, np.uint8)
ROWS = np.ones((3, 4), np.float32)

# Each public function of images with everything it needs but the image.
OF_IMAGES = {
    "rgb2gray": color.rgb2gray,
    "gaussian_blur": lambda image: filters.gaussian_blur(image, 1),
    "resize": lambda image: geometry.resize(image, (2, 2)),
    "histogram": features.histogram,
    "color_histogram": features.color_histogram,
    "Recipe": Recipe.named("histogram"),
    "Histogram": features.Histogram(),
    "ColorHistogram": features.ColorHistogram(),
    "GaussianBlur": features.GaussianBlur(1),
    "Resize": features.Resize((2, 2)),
}

NO_IMAGES = {
    "None": None,
    "a number": 5,
    "text": "image.png",
    "bytes": b"\x00\x01",
    "a list": IMAGE.tolist(),
    "a ragged list": [[1, 2], [3]],
    "a dict": {"image": IMAGE},
    "an object": object(),
    "float64": IMAGE.astype(np.float64),
    "float16": IMAGE.astype(np.float16),
    "int8": IMAGE.astype(np.int8),
    "int32": IMAGE.astype(np.int32),
    "int64": IMAGE.astype(np.int64),
    "uint16": IMAGE.astype(np.uint16),
    "bool": IMAGE > 50,
    "complex": IMAGE * 1j,
    "big-endian": IMAGE.astype(">f4"),
    "objects": IMAGE.astype(object),
    "strings": IMAGE.astype(str),
    "dates": IMAGE.astype("M8[s]"),
    "a structure": np.zeros((6, 8), [("r", "u1"), ("g", "u1")]),
    "no dimension": np.uint8(3),
    "one dimension": IMAGE.ravel(),
    "four dimensions": IMAGE[np.newaxis],
    "no channels": IMAGE[..., :0],
}


def error_of(call, *args, **options):
    """Return the TypeError or ValueError that a call ends in."""
    with pytest.raises((TypeError, ValueError)) as caught:
        call(*args, **options)
    message = str(caught.value)
    assert "incompatible function arguments" not in message
    assert "pybind" not in message
    return message


@pytest.mark.parametrize("what", NO_IMAGES)
@pytest.mark.parametrize("name", OF_IMAGES)
def test_what_is_no_image(name, what):
    assert error_of(OF_IMAGES[name], NO_IMAGES[what]).startswith("image must ")


def test_the_message_says_what_came_and_what_to_do():
    message = error_of(features.histogram, IMAGE / 255)
    assert message == "image must be uint8 or float32, got float64; convert it with .astype()"
    assert "in foreign byte order" in error_of(features.histogram, IMAGE.astype(">f4"))


# Every other argument of every function, with a value that would do.
OTHERS = {
    ("gaussian_blur", "sigma"): (filters.gaussian_blur, (IMAGE,), 1.5),
    ("gaussian_blur", "ksize"): (filters.gaussian_blur, (IMAGE,), 5),
    ("gaussian_blur", "border"): (filters.gaussian_blur, (IMAGE, 1), "wrap"),
    ("gaussian_blur", "out"): (filters.gaussian_blur, (IMAGE, 1), np.empty_like(IMAGE)),
    ("rgb2gray", "out"): (color.rgb2gray, (IMAGE,), np.empty(IMAGE.shape[:2], np.uint8)),
    ("resize", "size"): (geometry.resize, (IMAGE,), (3, 4)),
    ("resize", "method"): (geometry.resize, (IMAGE, (3, 4)), "linear"),
    ("histogram", "bins"): (features.histogram, (IMAGE,), 5),
    ("histogram", "range"): (features.histogram, (IMAGE,), (0, 9)),
    ("histogram", "normalize"): (features.histogram, (IMAGE,), "l1"),
    ("color_histogram", "bins"): (features.color_histogram, (IMAGE,), (1, 2, 3)),
    ("color_histogram", "space"): (features.color_histogram, (IMAGE,), "lab"),
    ("color_histogram", "joint"): (features.color_histogram, (IMAGE,), False),
    ("color_histogram", "normalize"): (features.color_histogram, (IMAGE,), "l1"),
    ("pairwise", "metric"): (lambda **o: similarity.pairwise(ROWS, ROWS, **o), (), "l1"),
    ("top_k", "k"): (lambda **o: similarity.top_k(ROWS, ROWS, **o), (), 2),
    ("top_k", "metric"): (lambda **o: similarity.top_k(ROWS, ROWS, 2, **o), (), "l1"),
    ("ncc", "zero_mean"): (lambda **o: similarity.ncc(ROWS, ROWS, **o), (), True),
    ("transform", "n_jobs"): (lambda **o: Recipe.named("color").transform([IMAGE], **o), (), 2),
    ("Recipe", "min_side"): (lambda **o: Recipe([features.Histogram()], **o), (), 5),
    ("Recipe", "preprocess"): (lambda **o: Recipe([features.Histogram()], **o), (), []),
    ("Recipe", "descriptors"): (Recipe, (), [features.Histogram()]),
}
NEVER_RIGHT = [
    object(), b"1", {"a": 1}, 1j, "no such name", np.array(["x"]), ["a", "b"], lambda: None,
    np.zeros((2, 2, 2)), 2.5j, {1, 2}, 10**400, -(10**30), float("nan"), (), (None, None),
]  # fmt: skip


@pytest.mark.parametrize("argument", OTHERS, ids=" ".join)
def test_what_is_no_such_argument(argument):
    """The wrong values of an argument differ only in what they are, never in how they fail."""
    function, args, right = OTHERS[argument]
    function(*args, **{argument[1]: right})
    for wrong in NEVER_RIGHT:
        if argument[1] == "preprocess" and isinstance(wrong, tuple) and not wrong:
            continue  # no steps are steps, too
        message = error_of(function, *args, **{argument[1]: wrong})
        assert message.startswith(f"{argument[1]} "), (wrong, message)


@pytest.mark.parametrize("wrong", [True, "5", 5.0, None, [5], np.float32(5)], ids=repr)
def test_whole_numbers_are_whole(wrong):
    """A number that only looks whole, or a truth value, is a mistake more often than not."""
    for function, argument in (
        (lambda k: similarity.top_k(ROWS, ROWS, k), "k"),
        (lambda bins: features.histogram(IMAGE, bins), "bins"),
        (lambda size: geometry.resize(IMAGE, (size, 3)), "size"),
    ):
        message = error_of(function, wrong)
        assert message.startswith(f"{argument} must be a whole number, got ")


OUTS = {
    "a list": (IMAGE.tolist(), "^out must be a NumPy array, got list"),
    "another dtype": (np.empty(IMAGE.shape, np.float32), "^out must be uint8 as the image is"),
    "another shape": (np.empty((6, 9, 3), np.uint8), r"^out must have shape \(6, 8, 3\)"),
    "fewer dimensions": (np.empty((6, 8), np.uint8), r"^out must have shape \(6, 8, 3\)"),
    "read-only": (np.broadcast_to(np.uint8(0), IMAGE.shape), "^out must be writable"),
    "scattered": (np.empty((6, 16, 3), np.uint8)[:, ::2], "^out must have contiguous, aligned"),
    "upside down": (np.empty(IMAGE.shape, np.uint8)[::-1], "^out must have contiguous, aligned"),
    "the image": (IMAGE, "^out must not overlap the image"),
}


@pytest.mark.parametrize("name", OUTS)
def test_where_nothing_can_be_written(name):
    out, message = OUTS[name]
    with pytest.raises((TypeError, ValueError), match=message):
        filters.gaussian_blur(IMAGE, 1, out=out)
    assert (IMAGE == 100).all()


def test_overlap_is_found_where_only_bytes_are_shared():
    frame = np.zeros((9, 8, 3), np.uint8)
    with pytest.raises(ValueError, match=r"^out must not overlap the image"):
        filters.gaussian_blur(frame[:6], 1, out=frame[3:])


@pytest.mark.parametrize("wrong", [None, "2", 1.5, [1], object(), 2**40], ids=type)
def test_threads_and_levels_say_what_they_want(wrong):
    assert error_of(imgmine.set_num_threads, wrong).startswith("n must be ")
    if not isinstance(wrong, str):
        assert error_of(imgmine.set_cpu_level, wrong).startswith("name must be ")
