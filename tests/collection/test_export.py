"""A catalogue as one file that is only read."""

import json
import random

import imgmine
import numpy as np
import pytest
from imgmine import FormatError, ImageIndex, _core

HEADER = 64 + 128 * 4


def picture(seed):
    return np.random.default_rng(seed).integers(0, 256, (30, 40, 3), dtype=np.uint8)


@pytest.fixture
def index(tmp_path):
    with ImageIndex.open(tmp_path / "c", "histogram", metric="cosine") as opened:
        opened.add({f"\udcffpicture {i}": picture(i) for i in range(30)}, labels=[*range(29), "x"])
        opened.annotate([1, 2], tags=["t"], metadata={"k": 1.5, "good": True})
        opened.remove(5)
        yield opened


@pytest.fixture
def file(index, tmp_path):
    index.export(tmp_path / "out.imgmine")
    return tmp_path / "out.imgmine"


def contents(index):
    lists = index.ids.tolist(), index.paths(), index.labels(), index.tags(), index.metadata()
    return lists, index.vectors().tolist(), index.recipe, index.metric


def test_holds_the_same(index, file):
    with ImageIndex.open(file, mode="r") as exported:
        assert contents(exported) == contents(index)
        assert len(exported) == 29
        assert exported.path == file
        assert exported.failures() == []
        assert exported.thumbnail(1) is None
        assert exported.check().ok
        query = picture(99)
        for options in ({}, {"label": 3}, {"tags": "t"}, {"where": {"k": {">": 1}}}):
            assert exported.search(query, **options) == index.search(query, **options)
        assert exported.search_many([query], k=3) == index.search_many([query], k=3)


def test_needs_no_database(file, monkeypatch):
    monkeypatch.setattr("sqlite3.connect", None)
    with ImageIndex.open(file, mode="r") as exported:
        assert len(exported.search(picture(3))) == 10


def test_is_read_only_and_can_be_closed(file, tmp_path):
    exported = ImageIndex.open(file, mode="r")
    for call in (
        lambda: exported.add({}),
        lambda: exported.remove(1),
        lambda: exported.erase(1),
        lambda: exported.annotate(1, tags="t"),
        exported.rebuild,
    ):
        with pytest.raises(ValueError, match="mode='r'"):
            call()
    with pytest.raises(ValueError, match="read-only"):
        exported.vectors()[0] = 0
    exported.export(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == file.read_bytes()
    exported.close()
    for call in (lambda: exported.search(picture(0)), lambda: len(exported), exported.paths):
        with pytest.raises(ValueError, match="is closed"):
            call()
    with pytest.raises(NotADirectoryError):
        ImageIndex.open(file)


def test_empty(tmp_path):
    with ImageIndex.open(tmp_path / "c") as index:
        index.export(tmp_path / "e")
    with ImageIndex.open(tmp_path / "e", mode="r") as exported:
        assert len(exported) == 0
        assert len(exported.search(picture(0))) == 0


def test_truncated(file):
    data = file.read_bytes()
    rng = random.Random(0)
    for size in [*range(HEADER), *(rng.randrange(len(data)) for _ in range(200)), len(data) - 1]:
        file.write_bytes(data[:size])
        with pytest.raises(FormatError, match=r"out\.imgmine"):
            ImageIndex.open(file, mode="r")


def test_flipped_bits(file):
    data = file.read_bytes()
    rng = random.Random(0)
    for turn in range(1500):
        damaged = bytearray(data)
        position = rng.randrange(HEADER if turn % 2 else len(data))
        damaged[position] ^= 1 << rng.randrange(8)
        file.write_bytes(damaged)
        with pytest.raises(FormatError, match=r"out\.imgmine"):
            ImageIndex.open(file, mode="r")


def test_damage_after_opening_is_found_by_check(file):
    with ImageIndex.open(file, mode="r") as exported:
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(data)
        assert not exported.check().ok


CHANGES = {
    "newer": ({"format": 2}, "format 2, written by imgmine"),
    "no format": ({"format": "1"}, "no format"),
    "other entries": ({"more": 1}, "other entries"),
    "metric": ({"metric": "odd"}, "odd"),
    "metric of a number": ({"metric": 3}, "no metric"),
    "paths": ({"paths": [1] * 29}, "paths that are no texts"),
    "fewer paths": ({"paths": ["a"]}, "differ in length"),
    "paths of a text": ({"paths": "a" * 29}, "differ in length"),
    "labels": ({"labels": [1.5] * 29}, "labels must be texts"),
    "tags": ({"tags": [[1]] * 29}, "tags must be texts"),
    "tags of a number": ({"tags": [1] * 29}, "int"),
    "metadata": ({"metadata": [[]] * 29}, "metadata must be a dict"),
    "metadata of lists": ({"metadata": [{"a": []}] * 29}, "text, number or bool"),
}
SECTIONS = {
    "no ids": {"ids": None},
    "ids of another kind": {"ids": np.zeros(29, np.float32)},
    "ids that fall": {"ids": np.arange(29)[::-1].astype(np.int64)},
    "fewer ids": {"ids": np.arange(3)},
    "vectors of another length": {"vectors": np.zeros((29, 3), np.float32)},
    "vectors of another kind": {"vectors": np.zeros((29, 8), np.float64)},
    "vectors in a row": {"vectors": np.zeros(29 * 8, np.float32)},
    "no recipe": {"recipe": np.zeros(3, np.uint8)},
    "recipe of numbers": {"recipe": np.zeros(3, np.float32)},
    "entries that are no JSON": {"entries": np.full(10000, ord("["), np.uint8)},
    "entries of a list": {"entries": np.frombuffer(b"[]", np.uint8)},
    "more": {"more": np.zeros(1)},
}


def rewrite(file, entries, sections):
    """Write a sound container of other contents."""
    found = dict(_core.container.parse(file.read_bytes(), "catalogue"))
    changed = {**json.loads(found["entries"].tobytes()), **entries}
    found["entries"] = np.frombuffer(json.dumps(changed).encode(), np.uint8)
    found = {name: array for name, array in {**found, **sections}.items() if array is not None}
    file.write_bytes(_core.container.make("catalogue", found))


@pytest.mark.parametrize("change", CHANGES)
def test_hostile_entries(file, change):
    entries, message = CHANGES[change]
    rewrite(file, entries, {})
    with pytest.raises(FormatError, match=message):
        ImageIndex.open(file, mode="r")


@pytest.mark.parametrize("change", SECTIONS)
def test_hostile_sections(file, change):
    rewrite(file, {}, SECTIONS[change])
    with pytest.raises(FormatError, match=r"out\.imgmine"):
        ImageIndex.open(file, mode="r")


def test_something_else(file, tmp_path):
    classifier = imgmine.ImageClassifier("histogram")
    classifier.fit([picture(0), picture(1)], labels=["a", "b"])
    classifier.save(tmp_path / "model")
    for path in (tmp_path / "model", tmp_path / "c" / "catalogue.sqlite"):
        with pytest.raises(FormatError):
            ImageIndex.open(path, mode="r")
