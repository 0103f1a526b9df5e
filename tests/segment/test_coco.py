import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine import FormatError
from imgmine.segment import from_coco, to_coco
from scipy import ndimage

from .small_regions import label_images

FORMATS = ["rle", "counts", "polygons"]
RING = np.array([[1, 1, 1, 1], [1, 0, 2, 1], [1, 1, 1, 1]])


def counts_reference(mask):
    """Count as COCO does: down the columns, outside first."""
    counts, inside = [], False
    for value, group in itertools.groupby(mask.ravel(order="F").tolist()):
        if not counts and value:
            counts.append(0)
        counts.append(len(list(group)))
        inside = value
    return counts if inside is not None else []


@given(label_images(), st.sampled_from(FORMATS))
def test_comes_back(labels, form):
    document = json.loads(json.dumps(to_coco(labels, format=form)))
    again, names = from_coco(document)
    np.testing.assert_array_equal(again, labels)
    assert again.dtype == np.int32
    assert names == {int(label): "region" for label in np.unique(labels) if label}


@given(label_images())
def test_counts_areas_and_boxes(labels):
    document = to_coco(labels, format="counts")
    for entry in document["annotations"]:
        mask = labels == entry["id"]
        assert entry["segmentation"]["counts"] == counts_reference(mask)
        assert entry["segmentation"]["size"] == list(labels.shape)
        rows, columns = np.nonzero(mask)
        x, y = columns.min(), rows.min()
        assert entry["bbox"] == [x, y, columns.max() + 1 - x, rows.max() + 1 - y]
        assert entry["area"] == mask.sum()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@given(label_images())
def test_equals_pycocotools(labels):
    coco = pytest.importorskip("pycocotools.mask")
    for form in FORMATS:
        for entry in to_coco(labels, format=form)["annotations"]:
            mask = np.asfortranarray(labels == entry["id"], np.uint8)
            theirs, ours = coco.encode(mask), entry["segmentation"]
            assert coco.area(theirs) == entry["area"]
            assert coco.toBbox(theirs).tolist() == entry["bbox"]
            if form == "rle":
                assert theirs["counts"].decode() == ours["counts"]
            else:
                found = coco.frPyObjects(ours, *labels.shape)
                found = coco.merge(found) if form == "polygons" else found
                np.testing.assert_array_equal(coco.decode(found), mask)


@given(label_images())
def test_a_polygon_for_each_piece_without_points_on_straight_lines(labels):
    for entry in to_coco(labels, format="polygons")["annotations"]:
        polygons = entry["segmentation"]
        assert len(polygons) == ndimage.label(labels == entry["id"])[1]
        for polygon in polygons:
            points = np.reshape(polygon, (-1, 2))
            going = np.roll(points, -1, axis=0) - points
            assert ((going != 0).sum(axis=1) == 1).all()
            assert (np.sign(going) != np.sign(np.roll(going, 1, axis=0))).any(axis=1).all()


def test_long_runs():
    """Numbers that take several letters, and differences below zero."""
    labels = np.zeros((300, 400), np.int32)
    labels[10:290, 5:390] = 1
    labels[20:30, 30:300] = 2
    labels[0, 0] = labels[299, 399] = 3
    for form in FORMATS:
        np.testing.assert_array_equal(from_coco(to_coco(labels, format=form))[0], labels)


def test_polygons_have_a_hole_by_a_cut():
    outside, inside = to_coco(RING, format="polygons")["annotations"]
    (line,) = outside["segmentation"]
    assert set(zip(line[::2], line[1::2], strict=True)) >= {(0, 0), (4, 0), (4, 3), (0, 3), (1, 1)}
    assert inside["segmentation"] == [[2, 1, 3, 1, 3, 2, 2, 2]]


def test_pieces_that_touch_at_a_corner_are_apart():
    (entry,) = to_coco(np.eye(2, dtype=int), format="polygons")["annotations"]
    assert entry["segmentation"] == [[0, 0, 1, 0, 1, 1, 0, 1], [1, 1, 2, 1, 2, 2, 1, 2]]


def test_names_become_categories():
    labels = np.array([[1, 2, 5, 7]])
    names = {5: "sky", 1: "cat", 2: "sky"}
    document = to_coco(labels, names=names, image_id=8, file_name="a.png")
    assert document["images"] == [{"id": 8, "width": 4, "height": 1, "file_name": "a.png"}]
    assert [entry["name"] for entry in document["categories"]] == ["cat", "sky", "region"]
    assert [entry["category_id"] for entry in document["annotations"]] == [1, 2, 2, 3]
    assert from_coco(document)[1] == {**names, 7: "region"}
    assert from_coco(document, image_id=8)[1] == {**names, 7: "region"}


def test_no_regions():
    document = to_coco(np.zeros((2, 3), np.uint8))
    assert document["annotations"] == []
    assert from_coco(document)[0].tolist() == [[0, 0, 0]] * 2


def test_large_numbers():
    labels = np.array([[2**31 - 1, 0, 70000]])
    np.testing.assert_array_equal(from_coco(to_coco(labels))[0], labels)


def test_numbers_that_are_no_labels_give_way_to_places():
    document = to_coco(np.array([[1, 2]]))
    document["annotations"][0]["id"] = 900100000000
    labels, names = from_coco(document)
    assert labels.tolist() == [[1, 2]]
    assert list(names) == [1, 2]


def test_polygons_of_others():
    """Centers decide, also of corners that are no whole numbers."""
    document = to_coco(np.ones((4, 4), int), format="polygons")
    document["annotations"][0]["segmentation"] = [[0.6, 0.6, 3.4, 0.6, 3.4, 2.6, 0.6, 2.6]]
    assert from_coco(document)[0].tolist() == [[0] * 4, [0, 1, 1, 0], [0, 1, 1, 0], [0] * 4]
    document["annotations"][0]["segmentation"] = [[-9, -9, 99, -9, 99, 99, -9, 99]]
    assert from_coco(document)[0].all()


def change(document, value, *keys):
    for key in keys[:-1]:
        document = document[key]
    document[keys[-1]] = value


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        ([], ("images", 0)),
        (2**40, ("images", 0, "width")),
        (0, ("images", 0, "height")),
        ("wide", ("images", 0, "width")),
        (9, ("annotations", 0, "category_id")),
        (None, ("annotations", 0, "segmentation")),
        ([[1, 2, 3]], ("annotations", 0, "segmentation")),
        ([[0, 0, float("nan"), 1]], ("annotations", 0, "segmentation")),
        ([[0, 0, 1e300, 1]], ("annotations", 0, "segmentation")),
        ("", ("annotations", 0, "segmentation", "counts")),
        ("ooooooooooooooooooooooo", ("annotations", 0, "segmentation", "counts")),
        ("0" * 99, ("annotations", 0, "segmentation", "counts")),
        ("é", ("annotations", 0, "segmentation", "counts")),
        ([12, -1, 1], ("annotations", 0, "segmentation", "counts")),
        ([2**70], ("annotations", 0, "segmentation", "counts")),
        ([5, 5], ("annotations", 0, "segmentation", "counts")),
        ([4, 3], ("annotations", 0, "segmentation", "size")),
        (3, ("categories",)),
        (None, ("annotations",)),
    ],
)
def test_damaged_documents_are_refused(value, keys):
    document = to_coco(RING)
    change(document, value, *keys)
    with pytest.raises(FormatError, match=r"document|COCO"):
        from_coco(document)


@given(st.binary(max_size=20), st.integers(0, 60))
def test_damaged_text_never_crashes(data, place):
    document = to_coco(RING)
    entry = document["annotations"][0]["segmentation"]
    entry["counts"] = entry["counts"].encode()[:place] + data
    try:
        labels, _ = from_coco(document)
    except FormatError:
        return
    assert labels.shape == RING.shape


def test_which_picture():
    document = to_coco(RING)
    with pytest.raises(ValueError, match="image_id must be one of"):
        from_coco(document, image_id=3)
    document["images"].append({**document["images"][0], "id": 2})
    with pytest.raises(ValueError, match="image_id must be one of"):
        from_coco(document)
    assert not from_coco(document, image_id=2)[0].any()


@pytest.mark.parametrize(
    ("labels", "error", "match"),
    [
        (np.zeros((2, 2)), TypeError, "labels must hold whole numbers, got float64"),
        (np.zeros((2, 2, 1), int), ValueError, r"labels must have shape \(H, W\)"),
        (np.zeros((0, 2), int), ValueError, "labels must have at least one pixel"),
        ([[-1]], ValueError, "labels must be from 0 to"),
        ([[2**31]], ValueError, "labels must be from 0 to"),
    ],
)
def test_wrong_labels(labels, error, match):
    with pytest.raises(error, match=match):
        to_coco(labels)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"format": "mask"}, ValueError, "format must be 'rle' or"),
        ({"format": 1}, TypeError, "format must be a string"),
        ({"image_id": "a"}, TypeError, "image_id must be a whole number"),
        ({"names": "abc"}, TypeError, "names must be a mapping or a sequence"),
        ({"names": {0: "a"}}, ValueError, "names must be of labels from 1 on"),
        ({"names": [1]}, TypeError, "names must be strings, got int"),
    ],
)
def test_wrong_options(options, error, match):
    with pytest.raises(error, match=match):
        to_coco(RING, **options)
