"""Catalogues of older versions."""

import sqlite3

import imgmine
import numpy as np
import pytest
from imgmine import ImageIndex
from imgmine.collection import _schema


def picture(seed):
    return np.random.default_rng(seed).integers(0, 256, (12, 10, 3), dtype=np.uint8)


def contents(index):
    return index.ids.tolist(), index.paths(), index.labels(), index.vectors().tolist()


@pytest.fixture
def old(tmp_path, photos):
    """Make a catalogue as version 1 had it; also tell what it holds."""
    folder = tmp_path / "c"
    with ImageIndex.open(folder) as index:
        index.add(photos, labels="folder")
        index.remove(2)
        expected = contents(index)
    connection = sqlite3.connect(folder / _schema.FILE_NAME)
    for name in _schema.SCHEMA.keys() - _schema.SCHEMAS[1].keys():
        kind = "INDEX" if name.startswith("by_") else "TABLE"
        connection.execute(f"DROP {kind} {name}")
    connection.execute("DELETE FROM meta WHERE key = 'thumbnails'")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    return folder, expected


def version(index):
    return index._database.read(_schema.version_of)


def test_is_read_as_it_is(old, photos):
    folder, expected = old
    data = (folder / _schema.FILE_NAME).read_bytes()
    with ImageIndex.open(folder, mode="r") as index:
        assert contents(index) == expected
        assert index.tags() == [()] * 8
        assert index.metadata() == [{}] * 8
        assert index.thumbnail(1) is None
        assert len(index.search(photos / "town" / "8.jpg", label="town")) == 3
        assert version(index) == 1
    assert (folder / _schema.FILE_NAME).read_bytes() == data


def test_is_brought_up_to_date_when_written(old, photos):
    folder, expected = old
    with ImageIndex.open(folder) as index:
        assert version(index) == _schema.VERSION
        assert contents(index) == expected
        assert index.add(photos).added == 1
        index.annotate(1, tags=["t"])
    with ImageIndex.open(folder, mode="r") as index:
        assert index.tags()[0] == ("t",)
        assert index.ids.tolist() == [1, 3, 4, 5, 6, 7, 8, 9, 10]


def test_tables_are_those_of_a_new_one(old, tmp_path):
    ImageIndex.open(old[0]).close()
    ImageIndex.open(tmp_path / "new").close()

    def tables(folder):
        with sqlite3.connect(folder / _schema.FILE_NAME) as connection:
            rows = connection.execute("SELECT name, sql FROM sqlite_master").fetchall()
        connection.close()
        return set(rows)

    assert tables(old[0]) == tables(tmp_path / "new")


def test_readers_stay_while_another_process_brings_it_up_to_date(old):
    folder, expected = old
    with ImageIndex.open(folder, mode="r") as reader:
        assert contents(reader) == expected
        with ImageIndex.open(folder) as writer:
            writer.annotate(1, tags=["t"])
            assert reader.tags()[0] == ("t",)


def test_stays_as_it_was_where_that_fails(old, monkeypatch):
    folder, expected = old
    broken = {**_schema._NEW_IN_2, "more": "CREATE TABLE nonsense"}
    with monkeypatch.context() as patch:
        patch.setattr(_schema, "_NEW_IN_2", broken)
        with pytest.raises(imgmine.FormatError):
            ImageIndex.open(folder)
    with ImageIndex.open(folder, mode="r") as index:
        assert version(index) == 1
        assert contents(index) == expected


def test_two_at_once(old):
    with ImageIndex.open(old[0], mode="r") as first:
        ImageIndex.open(old[0]).close()
        first._database.read(lambda connection: _schema.check(connection, first.path))
    with ImageIndex.open(old[0]) as index:
        _schema.migrate(index._database)
        assert contents(index) == old[1]
