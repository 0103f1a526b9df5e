"""Files that have moved, and thumbnails."""

import os
import shutil

import numpy as np
import pytest
from imgmine import ImageIndex
from imgmine.io import imread


@pytest.fixture
def index(tmp_path, photos):
    with ImageIndex.open(tmp_path / "c", thumbnails=True) as opened:
        opened.add(photos, labels="folder")
        opened.annotate(photos / "town" / "8.jpg", tags=["old"], metadata={"k": 1})
        yield opened


@pytest.fixture
def no_decoding(monkeypatch):
    def refuse(*args, **options):
        raise AssertionError(f"a picture was read: {args}")

    monkeypatch.setattr("imgmine.collection._describing.read_file", refuse)


def test_moved_file_keeps_all_it_had(index, photos, no_decoding):
    old, new = photos / "town" / "8.jpg", photos / "forest" / "new.jpg"
    before = index.vectors().copy(), index.thumbnail(old)
    old.rename(new)
    report = index.add(photos)
    assert (report.moved, report.unchanged, report.added) == (1, 8, 0)
    assert str(report) == "0 added, 1 moved, 8 unchanged"
    assert index.paths()[8] == str(new)
    assert index.ids.tolist() == list(range(1, 10))
    assert (index.labels()[8], index.tags()[8], index.metadata()[8]) == ("town", ("old",), {"k": 1})
    np.testing.assert_array_equal(index.vectors(), before[0])
    assert index.thumbnail(new) == before[1]
    assert index.add(photos, prune=True).unchanged == 9


def test_whole_folder_with_other_times_and_labels(index, photos, no_decoding):
    shutil.copytree(photos, photos.with_name("elsewhere"), copy_function=shutil.copyfile)
    shutil.rmtree(photos)
    for path in photos.with_name("elsewhere").rglob("*.jpg"):
        os.utime(path, (0, 0))
    (photos.with_name("elsewhere") / "town").rename(photos.with_name("elsewhere") / "city")
    report = index.add(photos.with_name("elsewhere"), labels="folder")
    assert (report.moved, report.added) == (9, 0)
    assert index.labels() == ["beach"] * 3 + ["forest"] * 3 + ["city"] * 3
    assert index.add(photos.with_name("elsewhere")).unchanged == 9


def test_copy_is_another_picture(index, photos):
    shutil.copy(photos / "town" / "8.jpg", photos / "copy.jpg")
    report = index.add(photos)
    assert (report.moved, report.added) == (0, 1)


def test_one_of_two_copies_takes_the_place(index, photos):
    old = photos / "town" / "8.jpg"
    shutil.copy(old, photos / "one.jpg")
    old.rename(photos / "two.jpg")
    report = index.add(photos)
    assert (report.moved, report.added) == (1, 1)
    assert index.ids.tolist() == list(range(1, 11))


def test_same_size_but_other_bytes(index, photos):
    old = photos / "town" / "8.jpg"
    data = bytearray(old.read_bytes())
    data[-3] ^= 1
    old.unlink()
    (photos / "new.jpg").write_bytes(data)
    report = index.add(photos, prune=True)
    assert (report.moved, report.added + report.failed, report.removed) == (0, 1, 1)


def test_removed_picture_is_not_moved(index, photos):
    old = photos / "town" / "8.jpg"
    index.remove(old)
    old.rename(photos / "new.jpg")
    report = index.add(photos)
    assert (report.moved, report.added) == (0, 1)
    assert index.tags()[-1] == ()


def test_thumbnails(index, photos, tmp_path):
    rng = np.random.default_rng(0)
    images = {
        "wide": rng.integers(0, 256, (300, 900, 3), np.uint8),
        "gray": rng.integers(0, 256, (500, 200), np.uint8),
        "alpha": rng.integers(0, 256, (40, 60, 4), np.uint8),
        "thin": rng.integers(0, 256, (1, 900, 3), np.uint8),
    }
    index.add(images)
    shapes = {name: imread(index.thumbnail(name)).shape for name in images}
    assert shapes == {
        "wide": (53, 160, 3),
        "gray": (160, 64, 3),
        "alpha": (40, 60, 3),
        "thin": (1, 160, 3),
    }
    path = photos / "town" / "8.jpg"
    difference = imread(index.thumbnail(path)).astype(int) - imread(path)
    assert np.abs(difference).mean() < 8
    before = index.thumbnail("wide")
    index.add({"wide": images["wide"][::-1]})
    assert index.thumbnail("wide") != before
    assert index.thumbnail("nothing") is None
    with ImageIndex.open(index.path, mode="r") as reader:
        assert reader.thumbnail("gray") == index.thumbnail("gray")


def test_thumbnails_only_on_wish(tmp_path):
    with ImageIndex.open(tmp_path / "without") as index:
        index.add({"a": np.zeros((9, 9), np.uint8)})
        assert index.thumbnail("a") is None
    with pytest.raises(ValueError, match="thumbnails must be the catalogue's, False, got True"):
        ImageIndex.open(tmp_path / "without", thumbnails=True)
    ImageIndex.open(tmp_path / "without", thumbnails=False).close()
