import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.segment import annotate, find_boundaries
from imgmine.segment._colors import colors_of
from imgmine.segment._planes import compact, depth_of
from scipy import ndimage

from .small_regions import label_images

RED, BLUE = (230, 73, 45), (47, 127, 224)  # of labels 1 and 2


def picture(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def stripes(height, width):
    return np.arange(4)[:, None].repeat(height, 0).repeat(width, 1)


def two_boxes():
    labels = np.zeros((120, 200), np.int32)
    labels[10:110, 10:90] = 1
    labels[10:110, 110:190] = 2
    return labels


@given(label_images(), st.sampled_from([0.0, 0.35, 1.0]))
def test_tint(labels, fill):
    image = picture((*labels.shape, 3))
    drawn = annotate(image, labels, outlines=False, fill=fill)
    colors = colors_of(np.arange(labels.max() + 1))[labels].astype(float)
    wanted = np.where((labels > 0)[..., None], image * (1 - fill) + colors * fill, image)
    assert drawn.dtype == np.uint8
    assert np.abs(drawn - wanted).max() <= 1.5


@given(label_images())
def test_outlines_lie_inside(labels):
    image = picture((*labels.shape, 3))
    drawn = annotate(image, labels, fill=0)
    inner = find_boundaries(labels) & (labels > 0)
    np.testing.assert_array_equal(drawn[~inner], image[~inner])
    colors = colors_of(np.arange(labels.max() + 1))
    np.testing.assert_array_equal(drawn[inner], colors[labels[inner]])


@given(label_images())
def test_depth_is_the_distance_from_edges(labels):
    padded = np.pad(labels, 1, constant_values=-1)
    same = [np.roll(padded, step, axis) == padded for step in (1, -1) for axis in (0, 1)]
    inside = np.logical_and.reduce(same)[1:-1, 1:-1]
    np.testing.assert_allclose(
        depth_of(labels), ndimage.distance_transform_edt(inside), rtol=1e-6, atol=0
    )


@given(label_images(), st.sampled_from([1, 3, 2**24]))
def test_labels_that_there_are(labels, step):
    found, places = compact(labels * np.int32(step))
    np.testing.assert_array_equal(found, np.unique(labels * step))
    np.testing.assert_array_equal(found[places], labels * step)


@pytest.mark.parametrize("shape", [(40, 60), (40, 60, 1), (40, 60, 3), (40, 60, 4)])
def test_every_kind_of_image(shape):
    image, labels = picture(shape), np.pad(np.ones((20, 20), int), ((5, 15), (9, 31)))
    drawn = annotate(image, labels)
    assert drawn.shape == (40, 60, 3)
    assert tuple(drawn[5, 9]) == RED
    np.testing.assert_array_equal(
        drawn[30:, :, 0], image[30:] if image.ndim == 2 else image[30:, :, 0]
    )


def test_names_are_written_and_listed():
    image, labels = np.full((120, 200, 3), 100, np.uint8), two_boxes()
    plain = annotate(image, labels)
    named = annotate(image, labels, names=["left", "right"], legend=False)
    different = (plain != named).any(axis=2)
    for part in (labels == 1, labels == 2):
        rows, columns = np.nonzero(different & part)
        assert len(rows) > 30
        middle = np.argwhere(part).mean(axis=0)
        assert np.abs([rows.mean() - middle[0], columns.mean() - middle[1]]).max() < 8
    assert not (different & (labels == 0)).any()
    listed = annotate(image, labels, names=["left", "right"])
    np.testing.assert_array_equal(listed[:120], named)
    strip = listed[120:].reshape(-1, 3).tolist()
    assert list(RED) in strip
    assert list(BLUE) in strip


def test_one_name_has_one_color():
    image, labels = (
        np.zeros((40, 60, 3), np.uint8),
        np.arange(4)[:, None].repeat(10, 0).repeat(60, 1),
    )
    drawn = annotate(image, labels, names={1: "sky", 3: "sky", 2: "sea"}, fill=1, legend=False)
    assert tuple(drawn[12, 0]) == tuple(drawn[35, 0]) == RED
    assert tuple(drawn[25, 0]) == BLUE
    assert tuple(drawn[0, 0]) == (0, 0, 0)


def test_same_label_same_color():
    image = np.zeros((1, 3, 3), np.uint8)
    first = annotate(image, [[5, 900, 70000]], fill=1)
    again = annotate(image, [[2**31 - 1, 70000, 5]], fill=1)
    assert first[0, 2].tolist() == again[0, 1].tolist()
    assert first[0, 0].tolist() == again[0, 2].tolist()


def test_colors_are_apart():
    colors = colors_of(np.arange(1, 60)).astype(int)
    apart = np.abs(colors[:, None] - colors[None]).sum(axis=2) + 999 * np.eye(59, dtype=int)
    assert apart.min() >= 12
    assert apart[:16, :16].min() >= 60


def test_given_colors():
    image, labels = np.zeros((1, 2, 3), np.uint8), [[1, 2]]
    drawn = annotate(image, labels, colors=[(1, 2, 3)])
    assert drawn[0].tolist() == [[1, 2, 3], list(BLUE)]
    drawn = annotate(image, labels, names=["a", "b"], colors={"b": (9, 9, 9)}, legend=False)
    assert drawn[0].tolist() == [list(RED), [9, 9, 9]]


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (7, 9)])
def test_names_in_pictures_too_small_for_them(shape):
    labels = np.ones(shape, int)
    names = ["a name that is far too long to be written into such a picture" * 3]
    drawn = annotate(picture(shape), labels, names=names)
    assert drawn.shape[0] > shape[0]
    assert drawn.shape[1:] == (shape[1], 3)


def test_strange_names():
    names = ["<b>\n\t\x00", "", "日本語 ✓"]
    drawn = annotate(
        picture((60, 90)), np.arange(4)[:, None].repeat(15, 0).repeat(90, 1), names=names
    )
    assert drawn.shape[1] == 90


def test_inputs_stay_as_they_are():
    image, labels = picture((30, 40, 3)), np.ones((30, 40), np.int64)
    before = image.copy()
    image.flags.writeable = labels.flags.writeable = False
    drawn = annotate(image[::-1], labels[:, ::-1])
    np.testing.assert_array_equal(image, before)
    assert not np.shares_memory(drawn, image)
    np.testing.assert_array_equal(annotate(image, np.zeros((30, 40), int)), image)


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"image": np.zeros((4, 5), np.float32)}, TypeError, "image must be uint8"),
        ({"image": np.zeros((4, 5, 2), np.uint8)}, ValueError, "image must have shape"),
        ({"image": np.zeros((0, 5), np.uint8)}, ValueError, "image must have at least one pixel"),
        ({"labels": np.zeros((5, 4), int)}, ValueError, r"labels must have shape \(4, 5\) as the"),
        ({"labels": np.full((4, 5), -1)}, ValueError, "labels must be from 0 to"),
        ({"labels": np.zeros((4, 5))}, TypeError, "labels must hold whole numbers"),
        ({"fill": 1.5}, ValueError, "fill must be from 0 to 1"),
        ({"fill": float("nan")}, ValueError, "fill must be from 0 to 1"),
        ({"fill": "half"}, TypeError, "fill must be a number"),
        ({"outlines": 2}, TypeError, "outlines must be True or False"),
        ({"legend": "yes"}, TypeError, "legend must be True or False"),
        ({"names": [3]}, TypeError, "names must be strings"),
        ({"colors": [(1, 2)]}, ValueError, "colors must be of three whole numbers"),
        ({"colors": [(1, 2, 256)]}, ValueError, "colors must be from 0 to 255"),
    ],
)
def test_errors(changes, error, match):
    arguments = {"image": np.zeros((4, 5), np.uint8), "labels": np.ones((4, 5), int), **changes}
    with pytest.raises(error, match=match):
        annotate(**arguments)
