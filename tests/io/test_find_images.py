import os
import sys
from pathlib import Path

import imgmine as im
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")


def make(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def names(root, **options):
    return [path.relative_to(root).as_posix() for path in im.io.find_images(root, **options)]


def test_suffixes_in_any_case(tmp_path):
    wanted = "a.jpg b.JPG c.jpeg d.png e.Bmp f.tif g.TIFF h.webp i.gif j.ppm k.pgm l.pbm m.tga"
    make(tmp_path, *wanted.split())
    make(tmp_path, "x.txt", "png", "x.jpg.bak", "x.pdf", "x.", ".png", "x.jpgx", "thumbs.db")
    assert names(tmp_path) == wanted.split()


def test_folders_below(tmp_path):
    make(tmp_path, "b/2.png", "b/1.png", "a-b/3.png", "a/c/d/4.png", "a.png", "c/none.txt")
    expected = ["a/c/d/4.png", "a-b/3.png", "a.png", "b/1.png", "b/2.png"]
    assert names(tmp_path) == expected
    assert im.io.find_images(tmp_path) == sorted(im.io.find_images(tmp_path))
    assert names(tmp_path, recursive=False) == ["a.png"]


folder_names = st.sampled_from(["a", "b", "a-b", "a b", "A", "é", "10", "9"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sets(st.lists(folder_names, max_size=3).map("/".join), max_size=8))
def test_finds_what_a_plain_walk_finds(tmp_path_factory, folders):
    root = tmp_path_factory.mktemp("tree")
    for folder in folders:
        make(root / folder, "1.png", "a.jpg", "z.txt")
    expected = sorted(path for path in root.rglob("*") if path.suffix in (".png", ".jpg"))
    assert im.io.find_images(root) == expected


def test_hidden_names_are_left_out(tmp_path):
    make(tmp_path, ".hidden/a.png", "seen/.b.png", "seen/c.png", "._d.jpg")
    assert names(tmp_path) == ["seen/c.png"]
    assert names(tmp_path / ".hidden") == ["a.png"]


def test_folders_with_the_suffix_of_a_picture_are_folders(tmp_path):
    make(tmp_path, "album.png/a.png")
    assert names(tmp_path) == ["album.png/a.png"]
    assert names(tmp_path, recursive=False) == []


@needs_links
def test_links(tmp_path):
    make(tmp_path, "root/a/1.png", "elsewhere/2.png")
    root = tmp_path / "root"
    (root / "a" / "up").symlink_to(root)
    (root / "b").symlink_to(root / "a")
    (root / "c").symlink_to(tmp_path / "elsewhere")
    (root / "d.png").symlink_to(tmp_path / "elsewhere" / "2.png")
    (root / "dangling.png").symlink_to(tmp_path / "absent")
    (root / "self").symlink_to(root / "self")
    (root / "self.png").symlink_to(root / "self.png")
    assert names(root) == ["a/1.png", "c/2.png", "d.png"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_only_regular_files_count(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    assert names(tmp_path) == []


def test_a_deep_tree(tmp_path):
    depth = 300
    path = tmp_path.joinpath(*["d"] * depth)
    path.mkdir(parents=True)
    make(path, "a.png")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(220)
    try:
        found = im.io.find_images(tmp_path)
    finally:
        sys.setrecursionlimit(limit)
    assert found == [path / "a.png"]


def test_root_that_is_a_file(tmp_path):
    make(tmp_path, "a.PNG", "b.txt")
    assert im.io.find_images(tmp_path / "a.PNG") == [tmp_path / "a.PNG"]
    with pytest.raises(NotADirectoryError, match=r"b\.txt"):
        im.io.find_images(tmp_path / "b.txt")


def test_root_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        im.io.find_images(tmp_path / "absent")


def test_paths_begin_with_root_as_given(tmp_path, monkeypatch):
    make(tmp_path, "a/1.png")
    monkeypatch.chdir(tmp_path)
    assert im.io.find_images(".") == [Path("a/1.png")]
    assert im.io.find_images("a") == [Path("a/1.png")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_folder_that_may_not_be_read(tmp_path):
    make(tmp_path, "a/1.png")
    (tmp_path / "a").chmod(0)
    try:
        with pytest.raises(PermissionError):
            im.io.find_images(tmp_path)
    finally:
        (tmp_path / "a").chmod(0o755)


def test_data(data_dir):
    assert len(im.io.find_images(data_dir / "corel1k")) == 500
    assert len(im.io.find_images(data_dir / "cats-dogs" / "cats")) == 540
