import contextlib
import errno
import json
import os
import shutil
from pathlib import Path

import imgmine as im
import numpy as np
import pytest
from imgmine.collection import find_duplicates, restore_from_trash

LOG = "imgmine-trash.jsonl"


@pytest.fixture
def folder(tmp_path):
    """Make a folder with two pictures and copies of them, some in folders below."""
    root = tmp_path / "photos"
    for i, names in enumerate((("a.png", "x/a.png", "x/y/a2.png"), ("b.png", "x/b.png"))):
        image = np.random.default_rng(i).integers(0, 256, (30, 40), np.uint8)
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            im.io.imwrite(root / name, image)
            os.utime(root / name, (1e9 + len(name), 1e9 + len(name)))
    return root


def tree(root):
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file()
    }


def test_moves_and_restores(folder, tmp_path):
    before, trash = tree(folder), tmp_path / "trash"
    report = find_duplicates(folder).move_to_trash(trash)
    assert (len(report.moved), report.skipped) == (3, [])
    assert set(tree(folder)) == {"a.png", "b.png"}
    assert set(tree(trash)) == {LOG, "x/a.png", "x/y/a2.png", "x/b.png"}
    assert str(report) == "3 files moved"
    assert len(find_duplicates(folder)) == 0
    lines = [json.loads(line) for line in (trash / LOG).read_text().splitlines()]
    assert lines[0] == {
        "from": str(folder / "x/a.png"),
        "to": "x/a.png",
        "kept": str(folder / "a.png"),
    }

    back = restore_from_trash(trash)
    assert (len(back.moved), back.skipped) == (3, [])
    assert tree(folder) == before
    assert not trash.exists()


def test_trash_in_the_folder_is_not_searched(folder):
    find_duplicates(folder).move_to_trash(folder / "trash")
    found = find_duplicates(folder)
    assert (len(found), found.n_files) == (0, 2)
    restore_from_trash(folder / "trash")
    assert find_duplicates(folder).n_files == 5


def test_never_takes_the_place_of_another(folder, tmp_path):
    before, trash = tree(folder), tmp_path / "trash"
    (trash / "x").mkdir(parents=True)
    (trash / "x/a.png").write_text("mine")
    find_duplicates(folder).move_to_trash(trash)
    assert (trash / "x/a.png").read_text() == "mine"
    assert (trash / "x/a (2).png").exists()

    (folder / "x").mkdir(exist_ok=True)
    (folder / "x/b.png").write_text("new")
    report = restore_from_trash(trash)
    assert [why for _, why in report.skipped] == [f"{folder / 'x/b.png'} is taken"]
    assert (folder / "x/b.png").read_text() == "new"
    assert (trash / "x/b.png").exists()

    (folder / "x/b.png").unlink()
    assert restore_from_trash(trash).skipped == []
    assert tree(folder) == before
    assert (trash / "x/a.png").read_text() == "mine"


def test_twice_into_one_folder(folder, tmp_path):
    trash = tmp_path / "trash"
    for _ in range(3):
        find_duplicates(folder).move_to_trash(trash)
        (folder / "x").mkdir(exist_ok=True)
        shutil.copy(folder / "a.png", folder / "x/a.png")
    (folder / "x/a.png").unlink()
    assert {"x/a.png", "x/a (2).png", "x/a (3).png"} <= set(tree(trash))
    report = restore_from_trash(trash)
    assert len(report.skipped) == 2
    assert find_duplicates(folder).n_files == 5


def test_changed_and_vanished_files_stay(folder, tmp_path):
    found = find_duplicates(folder)
    (folder / "x/a.png").write_text("edited")
    (folder / "x/y/a2.png").unlink()
    (folder / "b.png").unlink()
    report = found.move_to_trash(tmp_path / "trash")
    why = {path.name: reason for path, reason in report.skipped}
    assert why["a.png"] == "changed since it was looked at"
    assert why["a2.png"] == os.strerror(errno.ENOENT)
    assert why["b.png"].endswith("b.png, which was to be kept, is gone")
    assert report.moved == []
    assert not (tmp_path / "trash").exists()


def test_links_stay(folder, tmp_path):
    (folder / "link.png").symlink_to(folder / "x/a.png")
    os.link(folder / "x/b.png", folder / "x/hard.png")
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.copy(folder / "a.png", outside / "a.png")
    (folder / "z").symlink_to(outside)
    report = find_duplicates(folder).move_to_trash(tmp_path / "trash")
    why = {path.relative_to(folder).as_posix(): reason for path, reason in report.skipped}
    assert why["x/a.png"] == f"{folder / 'link.png'} is the same file, by a link"
    assert why["x/b.png"] == f"{folder / 'x/hard.png'} is the same file, by a link"
    assert why["z/a.png"] == "reached through a link that leads out of the folder"
    assert [path.name for path, _ in report.moved] == ["a2.png"]
    assert (outside / "a.png").exists()


def test_the_folder_itself_is_no_trash(folder):
    with pytest.raises(ValueError, match="folder must not be the pictures' own"):
        find_duplicates(folder).move_to_trash(folder)


class Stop(BaseException):
    """As an interrupt, or the end of the process."""


@pytest.mark.parametrize("at", range(12))
@pytest.mark.parametrize("after", [False, True])
def test_stopped_at_any_step_nothing_is_lost(folder, tmp_path, monkeypatch, at, after):
    before, trash = tree(folder), tmp_path / "trash"
    found = find_duplicates(folder)
    left = [at]

    def stopping(function):
        def call(*arguments, **options):
            left[0] -= 1
            if left[0] == -1 and not after:
                raise Stop
            result = function(*arguments, **options)
            if left[0] == -1:
                raise Stop
            return result

        return call

    with monkeypatch.context() as patch:
        for name in ("link", "fsync"):
            patch.setattr(os, name, stopping(getattr(os, name)))
        for name in ("unlink", "mkdir"):
            patch.setattr(Path, name, stopping(getattr(Path, name)))
        with contextlib.suppress(Stop):
            found.move_to_trash(trash)
    assert left[0] < 0
    # Every picture is still where it was or in the trash folder.
    contents = sorted({data for data, _ in before.values()})
    assert sorted({data for data, _ in tree(folder).values()}) == contents
    for name, (data, _) in before.items():
        at_home = folder / name
        assert (at_home if at_home.exists() else trash / name).read_bytes() == data
    if (trash / LOG).exists():
        assert restore_from_trash(trash).skipped == []
    assert tree(folder) == before


def test_a_line_cut_off_by_a_crash(folder, tmp_path):
    before, trash = tree(folder), tmp_path / "trash"
    trash.mkdir()
    (trash / LOG).write_text('{"from": "/some')
    find_duplicates(folder).move_to_trash(trash)
    assert restore_from_trash(trash).skipped == []
    assert tree(folder) == before


def test_a_log_that_leads_elsewhere_is_not_followed(tmp_path):
    (tmp_path / "file").write_text("not in the trash")
    trash = tmp_path / "trash"
    trash.mkdir()
    entry = {"from": str(tmp_path / "stolen"), "to": "../file", "kept": ""}
    (trash / LOG).write_text(json.dumps(entry) + "\n")
    assert restore_from_trash(trash).moved == []
    assert (tmp_path / "file").exists()


def test_to_another_file_system(folder, tmp_path, monkeypatch):
    """Where links do not reach, files are copied whole before they go."""
    before, trash = tree(folder), tmp_path / "trash"
    link = os.link

    def only_near(source, target):
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        link(source, target)

    monkeypatch.setattr(os, "link", only_near)
    assert len(find_duplicates(folder).move_to_trash(trash).moved) == 3
    assert set(tree(trash)) == {LOG, "x/a.png", "x/y/a2.png", "x/b.png"}
    assert len(restore_from_trash(trash).moved) == 3
    assert tree(folder) == before


def test_no_log():
    with pytest.raises(FileNotFoundError):
        restore_from_trash("there is no such folder")
