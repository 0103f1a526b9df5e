import shutil

import imgmine
import numpy as np
import pytest


@pytest.fixture
def scenes(tmp_path):
    """Make a folder with four pictures, a copy of the first, and a mirrored one of the second."""
    root = tmp_path / "scenes"
    root.mkdir()
    for i in range(4):
        noise = np.random.default_rng(i).integers(0, 256, (60, 80, 3), np.uint8)
        image = imgmine.filters.gaussian_blur(noise, 4)
        imgmine.io.imwrite(root / f"{i}.png", image)
        if i == 1:
            imgmine.io.imwrite(root / "mirrored.jpg", np.ascontiguousarray(image[:, ::-1]))
    shutil.copy(root / "0.png", root / "zero.png")
    return root


def test_prints_groups(run, scenes):
    done = run("duplicates", scenes)
    assert (done.status, done.err) == (0, "")
    first, *lines, last = done.out.splitlines()
    assert first.split() == ["bytes", "0.png"]
    assert [line.split()[0] for line in lines] == ["bytes", "near", "near"]
    assert lines[0].split()[-1] == "zero.png"
    assert last.startswith("2 duplicates in 2 groups among 6 files: ")
    assert len(list(scenes.iterdir())) == 6


def test_kinds_and_thresholds(run, scenes):
    assert len(run("duplicates", scenes, "--kind", "bytes", "--json").json["groups"]) == 1
    assert len(run("duplicates", scenes, "--radius", 64, "--json").json["groups"]) == 2
    assert len(run("duplicates", scenes, "--threshold", 1, "--json").json["groups"]) == 1


def test_page(run, scenes, tmp_path):
    done = run("duplicates", scenes, "--page", tmp_path / "page.html")
    assert done.out.endswith(f"Wrote {tmp_path / 'page.html'}.\n")
    assert (tmp_path / "page.html").read_text("utf-8").count("<img") == 4


def test_moves_only_when_told_twice(run, scenes, tmp_path):
    trash = tmp_path / "trash"
    done = run("duplicates", scenes, "--move-to-trash", trash)
    assert f"2 files would be moved to {trash}; --yes moves." in done.out
    assert not trash.exists()
    done = run("duplicates", scenes, "--move-to-trash", trash, "--yes")
    assert done.status == 0
    assert "2 files moved" in done.out
    assert len(list(scenes.iterdir())) == 4
    assert run("duplicates", scenes, "--json").json["groups"] == []
    done = run("duplicates", "--restore", trash)
    assert (done.status, done.out) == (0, "2 files moved\n")
    assert len(list(scenes.iterdir())) == 6


def test_json(run, scenes, tmp_path):
    trash, page = tmp_path / "trash", tmp_path / "page.html"
    done = run("duplicates", scenes, "--json", "--page", page, "--move-to-trash", trash, "--yes")
    document = done.json
    assert document["n_files"] == 6
    assert document["page"] == str(page)
    assert document["groups"][0]["best"] == str(scenes / "0.png")
    assert [file["kind"] for file in document["groups"][0]["files"]] == ["bytes", "bytes"]
    assert len(document["trash"]["moved"]) == 2
    assert run("duplicates", "--restore", trash, "--json").json["skipped"] == []


def test_files_that_cannot_be_read(run, scenes):
    (scenes / "text.jpg").write_text("no picture")
    done = run("duplicates", scenes)
    assert done.status == 1
    assert "text.jpg" in done.err
    assert "2 groups" in done.out
    assert run("duplicates", scenes, "--json").json["failures"][0]["path"].endswith("text.jpg")


def test_restore_that_finds_a_name_taken(run, scenes, tmp_path):
    trash = tmp_path / "trash"
    run("duplicates", scenes, "--move-to-trash", trash, "--yes")
    (scenes / "zero.png").write_text("new")
    done = run("duplicates", "--restore", trash)
    assert done.status == 1
    assert "is taken" in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["folder", "--threshold", "1.5"],
        ["folder", "--threshold", "0"],
        ["folder", "--kind", "alike"],
        ["folder", "--yes"],
        ["folder", "--restore", "trash"],
    ],
)
def test_wrong_use(run, arguments):
    assert run("duplicates", *arguments).status == 2


def test_missing_folder(run, tmp_path):
    done = run("duplicates", tmp_path / "none")
    assert done.status == 1
    assert "none" in done.err
