"""The database of a catalogue: damaged, foreign, locked, or where nobody may write."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import imgmine
import numpy as np
import pytest
from imgmine import FormatError, ImageIndex
from imgmine.collection import _database, _schema

FILE = "catalogue.sqlite"


@pytest.fixture(scope="session")
def sound(tmp_path_factory):
    """Make a closed catalogue of some pages; also tell what it holds."""
    folder = tmp_path_factory.mktemp("sound")
    rng = np.random.default_rng(0)
    images = {f"picture {i}": rng.integers(0, 256, (8, 8, 3), np.uint8) for i in range(40)}
    with ImageIndex.open(folder) as index:
        index.add(images, labels=[None if i % 3 else f"label {i}" for i in range(40)])
        rows = contents(index)
    assert sorted(path.name for path in folder.iterdir()) == [FILE]
    return (folder / FILE).read_bytes(), rows


def contents(index):
    vectors = [row.tobytes() for row in index.vectors()]
    return list(zip(index.paths(), index.labels(), vectors, strict=True))


def read(folder):
    """Everything a catalogue tells, in the two ways of opening it."""
    for mode in ("r", "a"):
        with ImageIndex.open(folder, mode=mode) as index:
            rows = contents(index)
            index.failures()
            index.search(np.zeros((4, 4), np.uint8))
    return rows


def test_truncated_anywhere(sound, tmp_path):
    data, _ = sound
    sizes = {*range(0, len(data), 512), *range(100), len(data) - 1, len(data) - 100}
    for size in sorted(sizes):
        (tmp_path / FILE).write_bytes(data[:size])
        with pytest.raises(FormatError, match=FILE):
            read(tmp_path)


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_flipped_bits_are_noticed_or_harmless(sound, tmp_path, first):
    """One bit or some of them, anywhere; every other time in the schema, which tells most."""
    data, rows = sound
    schema = data.index(b"indexby_revision"), data.index(b"CREATE TABLE meta") + 80
    for seed in range(first, first + 50):
        rng = random.Random(seed)
        damaged = bytearray(data)
        for _ in range(rng.choice([1, 1, 2, 4])):
            position = rng.randrange(*schema) if seed % 2 else rng.randrange(len(data))
            damaged[position] ^= 1 << rng.randrange(8)
        folder = tmp_path / str(seed)
        folder.mkdir()
        (folder / FILE).write_bytes(damaged)
        try:
            same = read(folder) == rows
        except FormatError as error:
            same = str(folder) in str(error)
        assert same, seed


def test_every_flipped_byte_of_the_vectors_is_noticed(sound, tmp_path):
    whole, rows = sound
    for _, _, vector in rows[::8]:
        start = whole.index(vector)
        for offset in range(0, len(vector), 37):
            damaged = bytearray(whole)
            damaged[start + offset] ^= 0x10
            (tmp_path / FILE).write_bytes(damaged)
            with pytest.raises(FormatError, match="checksum of 'picture"):
                read(tmp_path)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"no database at all" * 500])
def test_something_else(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    for mode in ("r", "a"):
        with pytest.raises(FormatError, match=FILE):
            ImageIndex.open(tmp_path, mode=mode)
    assert (tmp_path / FILE).read_bytes() == content


def test_another_programs_database(tmp_path):
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("CREATE TABLE images (path TEXT)")
    connection.close()
    with pytest.raises(FormatError, match="another program's"):
        ImageIndex.open(tmp_path)


CHANGES = {
    "newer version": ("PRAGMA user_version = 3", "newer imgmine: it has version 3"),
    "trigger": (
        "CREATE TRIGGER t AFTER INSERT ON images BEGIN DELETE FROM images; END",
        "tables are not those",
    ),
    "view": ("CREATE VIEW v AS SELECT 1", "tables are not those"),
    "other column": ("ALTER TABLE images ADD COLUMN more", "tables are not those"),
    "missing table": ("DROP TABLE failures", "tables are not those"),
    "no recipe": ("DELETE FROM meta WHERE key = 'recipe'", "recipe"),
    "bad recipe": ("UPDATE meta SET value = '{}' WHERE key = 'recipe'", "not a recipe"),
    "recipe of bytes": ("UPDATE meta SET value = x'00' WHERE key = 'recipe'", "damaged"),
    "bad metric": ("UPDATE meta SET value = 'odd' WHERE key = 'metric'", "odd"),
    "other recipe": (
        """UPDATE meta SET value = '{"format": 1, "preprocess": [], "min_side": null,
        "descriptors": [{"type": "Histogram", "bins": 7}]}' WHERE key = 'recipe'""",
        "numbers",
    ),
    "no revision": ("DELETE FROM meta WHERE key = 'revision'", "revision"),
    "short vector": ("UPDATE images SET vector = x'00000000' WHERE id = 7", "'picture 6' has not"),
    "vector of text": ("UPDATE images SET vector = 'abcd' WHERE id = 7", "'picture 6' has not"),
    "path of a number": ("UPDATE images SET path = 7 WHERE id = 7", "proper path"),
    "label of a fraction": ("UPDATE images SET label = 0.5 WHERE id = 7", "proper path or label"),
    "path of no text": ("UPDATE images SET path = x'FF' WHERE id = 7", "is no text"),
    "path of bad UTF-8": (
        "UPDATE images SET path = CAST(x'FF41' AS TEXT) WHERE id = 7",
        "decode to UTF-8",
    ),
    "other label": ("UPDATE images SET label = 'x' WHERE id = 7", "checksum of 'picture 6'"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_sqlite_accepts_and_we_do_not(sound, tmp_path, change):
    statement, message = CHANGES[change]
    (tmp_path / FILE).write_bytes(sound[0])
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with pytest.raises(FormatError, match=message):
        read(tmp_path)


def set_back(connection):
    connection.execute("UPDATE images SET revision = 0 WHERE id < 10")
    connection.execute("DELETE FROM images WHERE id = 40")
    connection.execute("UPDATE meta SET value = 7 WHERE key = 'revision'")


def test_no_row_is_lost_by_a_wrong_revision(sound, tmp_path):
    """Revisions are what makes refreshing quick; what is there does not depend on them."""
    data, rows = sound
    (tmp_path / FILE).write_bytes(data)
    with ImageIndex.open(tmp_path, mode="r") as reader, ImageIndex.open(tmp_path) as writer:
        assert contents(reader) == rows
        writer._database.write(set_back)
        assert contents(reader) == contents(writer) == rows[:-1]
    with ImageIndex.open(tmp_path, mode="r") as index:
        assert contents(index) == rows[:-1]


def test_a_writer_that_does_not_finish(tmp_path, monkeypatch):
    monkeypatch.setattr(_database, "BUSY_SECONDS", 0.3)
    image = {"a": np.zeros((4, 4), np.uint8)}
    with ImageIndex.open(tmp_path) as index:
        other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RuntimeError, match="another process has been writing"):
            index.add(image)
        assert len(index) == 0
        other.execute("ROLLBACK")
        other.close()
        assert index.add(image).added == 1


def test_disk_that_is_full(tmp_path):
    rng = np.random.default_rng(0)
    images = {f"{i}": rng.integers(0, 256, (4, 4, 3), np.uint8) for i in range(600)}
    with ImageIndex.open(tmp_path) as index:
        index.add({"a": images["0"]})
        index._database._connection.execute("PRAGMA max_page_count = 80")
        with pytest.raises(OSError, match="No space left"):
            index.add(images)
        assert index.paths() == ["a", *(f"{i}" for i in range(256))]
        index._database._connection.execute("PRAGMA max_page_count = 1000")
        assert index.add(images).added == 344


def test_creating_keeps_a_catalogue_that_has_just_appeared(tmp_path):
    """Of two that make a catalogue at one moment, the second uses what the first has made."""
    with ImageIndex.open(tmp_path, "histogram") as index:
        index.add({"a": np.zeros((4, 4), np.uint8)})
        meta = {"recipe": index.recipe.to_json(), "metric": "l1", "created_with": "0"}
        assert not _schema.create(tmp_path, meta)
        assert len(index) == 1
    with ImageIndex.open(tmp_path) as index:
        assert index.metric == "euclidean"
        assert len(index) == 1
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_without_hard_links(tmp_path, monkeypatch):
    def refuse(*args):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with ImageIndex.open(tmp_path / "c") as index:
        assert index.add({"a": np.zeros((4, 4), np.uint8)}).added == 1
    with ImageIndex.open(tmp_path / "c", mode="r") as index:
        assert index.paths() == ["a"]


UNPRIVILEGED = """
import concurrent.futures.thread, os, sys
import numpy as np
from imgmine import ImageIndex  # and all that it needs: later nothing can be imported
if os.getuid() == 0:
    os.setuid(65534)
folder, image = sys.argv[1], np.zeros((4, 4), np.uint8)
"""

READ = """
input()
with ImageIndex.open(folder, mode="r") as index:
    print(index.paths(), index.search(image)[0].path, flush=True)
    input()
    print(index.paths(), flush=True)
try:
    with ImageIndex.open(folder) as index:
        index.add({"x": image})
except OSError as error:
    print(type(error).__name__)
"""

TRY_TO_READ = """
try:
    ImageIndex.open(folder, mode="r")
except OSError as error:
    print(type(error).__name__)
"""


@pytest.fixture
def shared_folder():
    """Make a folder that other users can reach, as they cannot `tmp_path`."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def unprivileged(script, folder):
    """Start a Python that may not write to `folder`."""
    with subprocess.Popen(
        [sys.executable, "-c", UNPRIVILEGED + script, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def protected(folder):
    """Take away the right to write to a catalogue."""
    files = list(folder.iterdir())
    for path, mode in [*((file, 0o444) for file in files), (folder, 0o555)]:
        path.chmod(mode)
    yield
    for path, mode in [(folder, 0o755), *((file, 0o644) for file in files)]:
        path.chmod(mode)


def test_folder_that_may_not_be_written_to(shared_folder):
    """There SQLite cannot share memory with writers; still, what they do is seen."""
    folder = shared_folder / "c"
    image = np.zeros((4, 4), np.uint8)
    with ImageIndex.open(folder) as index:
        index.add({"a": image})
    with unprivileged(READ, folder) as process:
        with protected(folder):
            print(file=process.stdin, flush=True)
            assert process.stdout.readline() == "['a'] a\n"
        with ImageIndex.open(folder) as index:
            index.add({"b": image})
        with protected(folder):
            output, _ = process.communicate("\n", timeout=60)
    assert output.splitlines() == ["['a', 'b']", "PermissionError"]


def test_writer_beside_a_reader_that_may_not_write(shared_folder):
    folder = shared_folder / "c"
    image = np.zeros((4, 4), np.uint8)
    with ImageIndex.open(folder) as index, unprivileged(READ, folder) as process:
        index.add({"a": image})
        with protected(folder):
            print(file=process.stdin, flush=True)
            assert process.stdout.readline() == "['a'] a\n"
        index.add({"b": image})
        with protected(folder):
            output, _ = process.communicate("\n", timeout=60)
    assert output.splitlines() == ["['a', 'b']", "PermissionError"]


def test_commits_that_only_a_writer_can_bring_home(shared_folder):
    """Rather an error than a catalogue without its last pictures."""
    folder, copy = shared_folder / "c", shared_folder / "copy"
    with ImageIndex.open(folder) as index:
        index.add({"a": np.zeros((4, 4), np.uint8)})
        shutil.copytree(folder, copy)  # as after a crash
    (copy / f"{FILE}-shm").unlink()
    assert (copy / f"{FILE}-wal").stat().st_size > 0
    with protected(copy), unprivileged(TRY_TO_READ, copy) as process:
        output, _ = process.communicate(timeout=60)
    assert output == "PermissionError\n"
    with ImageIndex.open(copy, mode="r") as index:
        assert index.paths() == ["a"]


def test_settings_of_the_connection(tmp_path):
    def settings(connection):
        return {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "trusted_schema", "application_id")
        }

    with ImageIndex.open(tmp_path) as index:
        found = index._database.read(settings)
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "trusted_schema": 0,
        "application_id": _schema.APPLICATION_ID,
    }


def test_version_is_noted(tmp_path):
    with ImageIndex.open(tmp_path) as index:
        meta = _schema.read_meta(index._database)
    assert meta["created_with"] == imgmine.__version__
