"""Erasing without a trace; verifying and repairing catalogues."""

import sqlite3
import threading

import numpy as np
import pytest
from imgmine import FormatError, ImageIndex
from imgmine.collection import _upkeep
from imgmine.collection._annotating import Notes, annotate
from imgmine.collection._database import Database
from imgmine.collection._schema import FILE_NAME


def picture(seed):
    return np.random.default_rng(seed).integers(0, 256, (30, 40, 3), dtype=np.uint8)


def all_bytes(folder):
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def traces_of(index, name):
    """Return what may be found of a picture: its name, parts of its vector, thumbnail, notes."""
    row = index.paths().index(name)
    vector, thumbnail = index.vectors()[row].tobytes(), index.thumbnail(name)
    return {
        "name": name.encode(),
        "vector": vector[:200],
        "end of the vector": vector[-200:],
        "thumbnail": thumbnail[-40:-8],
        "metadata": f"secret {name}".encode(),
        "tag": f"tag of {name}".encode(),
    }


@pytest.fixture
def index(tmp_path):
    images = {f"picture {i:03d}": picture(i) for i in range(120)}
    with ImageIndex.open(tmp_path / "c", thumbnails=True) as opened:
        opened.add(images)
        opened._database.write(lambda connection: annotate_all(connection, images))
        yield opened


def annotate_all(connection, names):
    """Do what `ImageIndex.annotate` does, in one commit."""
    for name in names:
        notes = Notes(None, (f"tag of {name}",), {"k": f"secret {name}"})
        annotate(connection, [name], notes)


def rows(index):
    lists = index.ids.tolist(), index.paths(), index.tags(), index.vectors().tolist()
    return list(zip(*lists, strict=True))


@pytest.mark.parametrize("chosen", [["picture 000"], [f"picture {i:03d}" for i in range(3, 99, 5)]])
def test_erased_pictures_leave_no_trace(index, chosen):
    old = traces_of(index, chosen[0])
    index.add({chosen[0]: picture(1000)})  # the one before must go, too
    traces = [old, *(traces_of(index, name) for name in chosen)]
    data = all_bytes(index.path)
    assert [what for trace in traces[1:] for what in trace if trace[what] not in data] == []
    left = [row for row in rows(index) if row[1] not in chosen]
    with ImageIndex.open(index.path, mode="r") as reader:
        assert len(reader.paths()) == 120
        assert index.erase(chosen) == len(chosen)
        data = all_bytes(index.path)
        assert [what for trace in traces for what in trace if trace[what] in data] == []
        assert rows(index) == rows(reader) == left
    assert index.check().ok
    index.close()
    data = all_bytes(index.path)
    assert [what for trace in traces for what in trace if trace[what] in data] == []


def test_removed_pictures_leave_traces(index):
    """What the test above looks for can be found."""
    traces = traces_of(index, "picture 007")
    index.remove("picture 007")
    data = all_bytes(index.path)
    assert any(trace in data for trace in traces.values())


def test_ids_of_erased_pictures_are_not_given_again(index):
    index.erase(index.ids[-3:])
    index.add({"new": picture(1)})
    assert index.ids.tolist() == [*range(1, 118), 121]


def test_erase_of_a_file_that_failed(index, tmp_path):
    (tmp_path / "very bad name.jpg").write_bytes(b"nothing")
    index.add([tmp_path / "very bad name.jpg"])
    assert b"very bad name" in all_bytes(index.path)
    assert index.erase(tmp_path / "very bad name.jpg") == 0
    assert b"very bad name" not in all_bytes(index.path)
    assert index.erase([]) == 0
    assert index.erase(["nothing"]) == 0


def test_interrupted_erase_is_ended_by_the_next_to_write(index, monkeypatch):
    traces = traces_of(index, "picture 007")

    def interrupt(database):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Database, "compact", interrupt)
        with pytest.raises(KeyboardInterrupt):
            index.erase("picture 007")
    assert "picture 007" not in index.paths()
    index.close()
    with ImageIndex.open(index.path, mode="r") as reader:
        assert any("interrupted" in problem for problem in reader.check().problems)
    with ImageIndex.open(index.path) as again:
        assert again.check().ok
        data = all_bytes(index.path)
        assert [what for what, trace in traces.items() if trace in data] == []


def test_what_hinders_an_erasure_does_not_hinder_opening(index, monkeypatch):
    def fail(database):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "compact", fail)
        with pytest.raises(OSError, match="No space"):
            index.erase("picture 007")
        index.close()
        with ImageIndex.open(index.path) as again:
            assert len(again) == 119
            assert not again.check().ok
    with ImageIndex.open(index.path) as again:
        assert again.check().ok
    assert b"picture 007" not in all_bytes(index.path)


def test_readers_while_one_erases_and_annotates(index):
    """Whatever a reader sees, notes and names of a picture belong together."""
    errors, done, seen = [], threading.Event(), []

    def read():
        try:
            with ImageIndex.open(index.path, mode="r") as reader:
                while not done.is_set():
                    snapshot = reader._current()
                    for name, tags in zip(snapshot.paths, snapshot.tags, strict=True):
                        assert tags == (f"tag of {name}",) or tags == (f"new tag of {name}",)
                    seen.append(len(reader.search(picture(0), 200)))
        except Exception as error:  # noqa: BLE001 - shown by the main thread
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for i in range(0, 30, 3):
        index.annotate(f"picture {i:03d}", tags=[f"new tag of picture {i:03d}"])
        assert index.erase(f"picture {i + 1:03d}") == 1
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(seen, reverse=True)[0] <= 120
    assert len(set(seen)) > 2
    assert index.check().ok


def test_erase_needs_the_log_for_itself(index, monkeypatch):
    monkeypatch.setattr("imgmine.collection._database.BUSY_SECONDS", 0.3)
    other = sqlite3.connect(index.path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM images").fetchone()
    with pytest.raises(RuntimeError, match="another process"):
        index.erase("picture 007")
    other.execute("ROLLBACK")
    other.close()
    assert len(index) == 119
    traces = b"picture 007"
    assert index.erase([]) == 0
    assert traces not in all_bytes(index.path)


def test_sound_catalogue(index):
    report = index.check()
    assert report.ok
    assert (report.n_pictures, report.problems) == (120, ())
    assert str(report) == "120 pictures, nothing wrong"


DAMAGES = {
    "other vector": ("UPDATE images SET vector = zeroblob(512) WHERE id = 7", "picture 7: the che"),
    "no vector": ("UPDATE images SET vector = 3 WHERE id = 7", "picture 7: the vector"),
    "details": ("UPDATE details SET tags = '[]' WHERE id = 7", "details of picture 7"),
    "thumbnail": ("UPDATE thumbnails SET jpeg = x'00' WHERE id = 7", "picture 7 in thumbnails"),
    "orphan": ("DELETE FROM images WHERE id = 7", "thumbnails has a row of picture 7"),
    "sequence": ("DELETE FROM sqlite_sequence", "ids may be given twice"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found(index, damage):
    statement, problem = DAMAGES[damage]
    index._database.write(lambda connection: connection.execute(statement))
    report = index.check()
    assert not report.ok
    assert any(problem in line for line in report.problems), report
    assert "wrong" in str(report)


def test_many_problems_are_cut(index):
    index._database.write(lambda connection: connection.execute("UPDATE images SET checksum = 0"))
    assert len(index.check().problems) == 100


def test_rebuild_drops_what_belongs_to_nothing(index):
    (index.path / f".{FILE_NAME}-0123.tmp").write_bytes(b"half")
    index._database.write(lambda c: c.execute("DELETE FROM images WHERE id = 7"))
    assert len(index.check().problems) == 3  # two tables and the file
    report = index.rebuild()
    assert report.ok
    assert len(index.paths()) == 119
    assert [path.name for path in index.path.iterdir() if path.suffix == ".tmp"] == []


def test_rebuild_heals_damaged_indexes(tmp_path):
    """All entries of one index point to the wrong rows."""
    with ImageIndex.open(tmp_path, "histogram") as index:
        index.add({f"picture {i:03d}": picture(i) for i in range(50)})
        expected = rows(index)
        index._database.compact()
        (page,) = index._database.read(
            lambda c: c.execute("SELECT rootpage FROM sqlite_master WHERE name = 'by_revision'")
        ).fetchone()
    data = bytearray((tmp_path / FILE_NAME).read_bytes())
    data[4096 * page - 5] ^= 1
    (tmp_path / FILE_NAME).write_bytes(data)
    with ImageIndex.open(tmp_path) as index:
        assert not index.check().ok
        assert index.rebuild().ok
        assert rows(index) == expected


def test_damaged_pages_are_reported_not_raised(index):
    index.close()
    file = index.path / FILE_NAME
    whole = file.read_bytes()
    found = 0
    for start in range(4096, len(whole), 4096 * 7):
        file.write_bytes(whole[:start] + bytes([255] * 64) + whole[start + 64 :])
        try:
            with ImageIndex.open(index.path, mode="r") as reader:
                found += not reader.check().ok
        except FormatError:
            found += 1
    assert found == len(range(4096, len(whole), 4096 * 7))


def test_read_only(index):
    with ImageIndex.open(index.path, mode="r") as reader:
        assert reader.check().ok
        for call in (lambda: reader.erase("picture 001"), reader.rebuild):
            with pytest.raises(ValueError, match="mode='r'"):
                call()


def test_report():
    assert str(_upkeep.CheckReport(1, ("a",))) == "1 picture, 1 wrong:\na"
