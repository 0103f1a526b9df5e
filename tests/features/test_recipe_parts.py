import copy
import json
import pickle

import imgmine
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import ColorHistogram, GaussianBlur, Gray, Histogram, Recipe, Resize

from ..strategies import recipes


@given(recipes())
def test_written_down_and_read_again(recipe):
    text = recipe.to_json()
    for twin in (
        Recipe.from_json(text),
        pickle.loads(pickle.dumps(recipe)),
        copy.deepcopy(recipe),
        eval(repr(recipe), vars(imgmine.features)),
    ):
        assert twin == recipe
        assert hash(twin) == hash(recipe)
        assert twin.to_json() == text
        assert twin.size == recipe.size


def test_numbers_of_numpys_can_be_written_down():
    recipe = Recipe(
        [
            Histogram(np.int64(4), (np.float32(0), np.int16(9))),
            ColorHistogram(np.uint8(2), joint=np.bool_(0)),
        ],
        [Resize((np.int8(3), np.int64(4))), GaussianBlur(np.float64(1.5), ksize=np.int32(5))],
        min_side=np.int64(7),
    )
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_any_difference_makes_another_recipe():
    base = Recipe([Histogram(4)], [Gray()])
    others = [
        Recipe([Histogram(5)], [Gray()]),
        Recipe([Histogram(4), Histogram(4)], [Gray()]),
        Recipe([Histogram(4)]),
        Recipe([Histogram(4)], [Gray(), GaussianBlur(1)]),
        Recipe([Histogram(4)], [Gray()], min_side=9),
    ]
    assert all(other != base for other in others)
    assert len({base, *others}) == len(others) + 1
    assert base != base.to_json()


@given(st.data())
def test_damaged_json_is_a_format_error(data):
    """One character more, less or other: the result is a recipe, or FormatError, never else."""
    text = data.draw(recipes()).to_json()
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(
        st.sampled_from(["", "0", "9", "-", '"', "}", "]", ",", "null", "e9", "\0", "x"])
    )
    damaged = text[:at] + new + text[at + data.draw(st.integers(0, 3)) :]
    is_refused(damaged)


def is_refused(text):
    """Tell whether `text` is no recipe; what is one can be written down again."""
    try:
        recipe = Recipe.from_json(text)
    except imgmine.FormatError as error:
        message = str(error)
    else:
        assert Recipe.from_json(recipe.to_json()) == recipe
        return False
    assert message.startswith("not a recipe: ")
    return True


def places(container):
    """Yield where each value of a JSON document stands, at any depth."""
    keys = container if isinstance(container, dict) else range(len(container))
    for key in keys:
        yield container, key
        if isinstance(container[key], (dict, list)):
            yield from places(container[key])


VALUES = [None, True, 0, -1, 1.5, 1e400, 10**400, 2**40, "", "x", [], [1], [1, 2, 3], {}, {"a": 1}]


@pytest.mark.parametrize("wrong", VALUES, ids=lambda value: repr(value)[:12])
def test_wrong_values_in_json_are_format_errors(wrong):
    """Every value of a written recipe, replaced by what it cannot be or, some, by what it can."""
    recipe = Recipe(
        [Histogram(4, (0, 9)), ColorHistogram((2, 2, 2))], [Resize((3, 4)), GaussianBlur(1.5)]
    )

    document = json.loads(recipe.to_json())
    n_refused = 0
    for container, key in list(places(document)):
        right, container[key] = container[key], wrong
        n_refused += is_refused(json.dumps(document))
        container[key] = right
    assert n_refused >= 10


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", "1", '"x"', "{", "[" * 100000, '{"format": 2}', b"\xff", None, 7,
     '{"format": 1, "preprocess": [], "descriptors": [], "min_side": null}'],
)  # fmt: skip
def test_what_is_no_recipe(text):
    with pytest.raises(imgmine.FormatError, match=r"^not a recipe: "):
        Recipe.from_json(text)


def test_mode_follows_the_first_step():
    assert Recipe([Histogram()]).mode == "RGB"
    assert Recipe([Histogram()], [Gray()]).mode == "L"
    assert Recipe([Histogram()], [GaussianBlur(1), Gray()]).mode == "RGB"


def test_named_knows_no_other():
    with pytest.raises(
        ValueError, match=r"^name must be 'histogram' or 'color' or .*, got 'colour'"
    ):
        Recipe.named("colour")
    with pytest.raises(TypeError, match=r"^name must be a string, got list"):
        Recipe.named(["color"])


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: Recipe([]), ValueError, "^descriptors must not be empty"),
        (lambda: Recipe(Histogram()), TypeError, "^descriptors must be a sequence"),
        (lambda: Recipe([Gray()]), TypeError, "^descriptors must hold Histogram or"),
        (lambda: Recipe(["histogram"]), TypeError, "^descriptors must hold Histogram or"),
        (lambda: Recipe([Histogram()], [Histogram()]), TypeError, "^preprocess must hold Gray or"),
        (lambda: Recipe([Histogram()], Gray()), TypeError, "^preprocess must be a sequence"),
        (lambda: Recipe([ColorHistogram()], [Gray()]), ValueError, "cannot come after Gray"),
        (lambda: Recipe([Histogram(0)]), ValueError, "^bins must be between"),
        (lambda: Recipe([Histogram("8")]), TypeError, "^bins must be a whole number"),
        (lambda: Recipe([Histogram(normalize="l3")]), ValueError, "^normalize must be"),
        (lambda: Recipe([Histogram(range=(3, 2))]), ValueError, "^range must be"),
        (lambda: Recipe([ColorHistogram(300)]), ValueError, "^bins must be between"),
        (lambda: Recipe([ColorHistogram(space="x")]), ValueError, "^space must be"),
        (lambda: Recipe([ColorHistogram(space=1)]), TypeError, "^space must be a string"),
        (lambda: Recipe([ColorHistogram(joint="no")]), TypeError, "^joint must be True or False"),
        (lambda: Recipe([Histogram()], [GaussianBlur()]), ValueError, "^sigma or ksize"),
        (lambda: Recipe([Histogram()], [GaussianBlur("1")]), TypeError, "^sigma must be a number"),
        (lambda: Recipe([Histogram()], [Resize((1, 2, 3))]), ValueError, "^size must be"),
        (lambda: Recipe([Histogram()], [Resize((-1, 2))]), ValueError, "^size must not be neg"),
        (lambda: Recipe([Histogram()], [Resize((1, 2), "x")]), ValueError, "^method must be"),
        (
            lambda: Recipe([Histogram()], [GaussianBlur(ksize=2), Resize((9, 9))]),
            ValueError,
            "^ksize must be odd",
        ),
        (lambda: Recipe([Histogram()], min_side=0), ValueError, "^min_side must be at least 1"),
        (lambda: Recipe([Histogram()], min_side=1.5), TypeError, "^min_side must be a whole"),
    ],
)
def test_refuses_wrong_parts(build, error, message):
    """All of them when the recipe is made, not when it is used."""
    with pytest.raises(error, match=message):
        build()


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (
            np.zeros((4, 4, 1), np.uint8),
            ValueError,
            r"^image must have shape \(H, W\), \(H, W, 3\)",
        ),
        (
            np.zeros((4, 4, 2), np.uint8),
            ValueError,
            r"^image must have shape \(H, W\), \(H, W, 3\)",
        ),
        (np.zeros((4, 4), np.float32), TypeError, "^image must be uint8, got float32"),
    ],
)
def test_refuses_other_images(image, error, message):
    with pytest.raises(error, match=message):
        Recipe.named("histogram")(image)


def test_parts_cannot_be_changed():
    recipe = Recipe.named("histogram")
    with pytest.raises(AttributeError):
        recipe.size = 3
    with pytest.raises(AttributeError):
        recipe.descriptors[0].bins = 3
