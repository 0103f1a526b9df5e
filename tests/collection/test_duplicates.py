import os
import shutil
import sys
from pathlib import Path

import imgmine as im
import numpy as np
import pytest
from imgmine.collection import DuplicateFile, find_duplicates, groups_of, keep_best


def scene(seed, size=(120, 160)):
    rng = np.random.default_rng(seed)
    return im.enhance.autocontrast(
        im.filters.gaussian_blur(rng.integers(0, 256, (*size, 3), np.uint8), 6)
    )


COPIES = {
    "jpeg": lambda image: im.io.imread(im.io.imencode(image, "jpeg", quality=30)),
    "half": lambda image: im.geometry.resize(image, (60, 80)),
    "blur": lambda image: im.filters.gaussian_blur(image, 2),
    "gamma": lambda image: im.enhance.adjust_gamma(image, 1.5),
    "crop": lambda image: np.ascontiguousarray(image[5:-5, 6:-6]),
    "flip": lambda image: np.ascontiguousarray(image[:, ::-1]),
    "turn": lambda image: np.rot90(image).copy(),
    "transpose": lambda image: image.swapaxes(0, 1).copy(),
}


@pytest.fixture
def folder(tmp_path):
    """Make a folder with six scenes: 0.png to 5.png."""
    root = tmp_path / "scenes"
    root.mkdir()
    for i in range(6):
        im.io.imwrite(root / f"{i}.png", scene(i))
    return root


def names(found):
    return [[path.name for path in group.paths] for group in found]


def test_no_duplicates(folder):
    found = find_duplicates(folder)
    assert (len(found), found.n_files, found.failures, found.root) == (0, 6, [], folder)
    assert str(found) == "no duplicates among 6 files"


@pytest.mark.parametrize("name", COPIES)
def test_altered_copies(folder, name):
    im.io.imwrite(folder / "copy.png", COPIES[name](scene(3)))
    (group,) = find_duplicates(folder)
    assert sorted(path.name for path in group.paths) == ["3.png", "copy.png"]
    assert group.kind == "near"
    assert group.scores[0] == 1
    assert 0.92 <= group.scores[1] <= 1
    assert find_duplicates(folder, kind="pixels").groups == ()


def test_kinds(folder):
    shutil.copy(folder / "0.png", folder / "bytes.png")
    im.io.imwrite(folder / "pixels.bmp", scene(0))
    im.io.imwrite(folder / "near.jpg", scene(0), quality=80)
    of_kind = {kind: find_duplicates(folder, kind=kind) for kind in ("bytes", "pixels", "near")}
    assert names(of_kind["bytes"]) == [["0.png", "bytes.png"]]
    (group,) = of_kind["pixels"]
    assert dict(zip((p.name for p in group.paths), group.kinds, strict=True)) == {
        "pixels.bmp": "bytes",
        "0.png": "pixels",
        "bytes.png": "pixels",
    }
    (group,) = of_kind["near"]
    assert group.best.name == "pixels.bmp"
    assert sorted(group.kinds) == ["bytes", "near", "pixels", "pixels"]
    assert group.paths[group.kinds.index("near")].name == "near.jpg"
    assert group.kind == "near"
    assert group.excess == sum(path.stat().st_size for path in group.others)


def test_same_for_any_threads(folder):
    for i in range(3):
        for name, copy in COPIES.items():
            im.io.imwrite(folder / f"{i}-{name}.png", copy(scene(i)))
    found = [find_duplicates(folder, n_jobs=n) for n in (1, 2, 3)]
    assert found[0].groups == found[1].groups == found[2].groups
    assert len(found[0]) == 3
    assert found[0].to_dict() == found[1].to_dict()


def test_keeps_the_best(folder, tmp_path):
    large = im.geometry.resize(scene(0), (240, 320))
    im.io.imwrite(folder / "large.jpg", large, quality=50)
    im.io.imwrite(folder / "large.png", large)
    assert names(find_duplicates(folder))[0][0] == "large.png"
    found = find_duplicates(folder, key=lambda file: -file.size)
    assert names(found)[0][0] == "large.jpg"


def test_rules_for_what_is_kept():
    def file(path="a", size=1, mtime_ns=1, area=1):
        return DuplicateFile(Path(path), size, mtime_ns, area, 1)

    assert keep_best(file(area=2)) > keep_best(file(size=2))
    assert keep_best(file(size=2)) > keep_best(file(mtime_ns=0))
    assert keep_best(file(mtime_ns=0)) > keep_best(file("aa"))
    assert keep_best(file("a")) > keep_best(file("aa", mtime_ns=1))


def test_each_matches_what_is_kept_by_itself(folder):
    """A chain of crops, each near the next: its ends are not."""
    image = scene(50, (300, 400))
    for i in range(6):
        part = image[12 * i : 180 + 12 * i, 16 * i : 240 + 16 * i]
        im.io.imwrite(folder / f"crop{i}.png", np.ascontiguousarray(part))
    found = find_duplicates(folder, threshold=0.9, verify=False, radius=64)
    for group in found:
        best = im.features.fingerprint(im.io.imread(group.best))
        for path in group.others:
            other = im.features.fingerprint(im.io.imread(path))
            both = im.features.same_picture(best, other), im.features.same_picture(other, best)
            assert max(both) >= 0.9


def test_plain_pictures_must_be_equal(tmp_path):
    for name, level in (("white", 255), ("black", 0), ("gray", 128)):
        im.io.imwrite(tmp_path / f"{name}.png", np.full((40, 50), level, np.uint8))
    im.io.imwrite(tmp_path / "gray.bmp", np.full((40, 50), 128, np.uint8))
    (group,) = find_duplicates(tmp_path)
    assert (sorted(path.name for path in group.paths), group.kind) == (
        ["gray.bmp", "gray.png"],
        "pixels",
    )


def test_unreadable_files_are_listed(folder):
    shutil.copy(folder / "0.png", folder / "copy.png")
    (folder / "text.jpg").write_text("no picture")
    (folder / "text2.jpg").write_text("no picture")
    (folder / "cut.png").write_bytes((folder / "1.png").read_bytes()[:300])
    (folder / "empty.gif").touch()
    for kind in ("near", "pixels"):
        found = find_duplicates(folder, kind=kind)
        assert names(found) == [["0.png", "copy.png"]]
        failed = {Path(path).name for path, _ in found.failures}
        assert failed >= {"text.jpg", "cut.png", "empty.gif"}
        assert len(found.failures) == len(failed)
    assert names(find_duplicates(folder, kind="bytes")) == [
        ["0.png", "copy.png"],
        ["text.jpg", "text2.jpg"],
    ]


def test_missing_paths(folder):
    with pytest.raises(FileNotFoundError):
        find_duplicates(folder / "none")
    found = find_duplicates([folder, folder / "none.png"])
    assert [Path(path).name for path, _ in found.failures] == ["none.png"]


def test_links_are_no_duplicates(folder, tmp_path):
    (folder / "a-symlink.png").symlink_to(folder / "0.png")
    os.link(folder / "1.png", folder / "hard.png")
    (tmp_path / "again").symlink_to(folder)
    found = find_duplicates(tmp_path)
    assert (len(found), found.n_files) == (0, 6)
    shutil.copy(folder / "0.png", folder / "copy.png")
    (group,) = find_duplicates(folder)
    by_name = {file.path.name: file for file in group.files}
    assert by_name["0.png"].links == (folder / "a-symlink.png",)


def test_overlapping_folders_count_once(folder):
    found = find_duplicates([folder, folder, folder / "0.png"])
    assert (len(found), found.n_files) == (0, 6)


def test_groups_of_known_fingerprints(folder):
    im.io.imwrite(folder / "flip.png", COPIES["flip"](scene(2)))
    paths = im.io.find_images(folder)
    prints = list(im.features.fingerprint_files(paths))
    groups = groups_of([*paths, folder / "gone.png"], [*prints, prints[0]])
    assert groups == find_duplicates(folder).groups
    with pytest.raises(TypeError, match="must be Fingerprints"):
        groups_of(paths[:1], [3])
    with pytest.raises(ValueError, match="zip"):
        groups_of(paths, prints[1:])


def test_progress_comes_to_its_end(folder):
    for kind in ("bytes", "pixels", "near"):
        seen = []
        find_duplicates(folder, kind=kind, progress=lambda *at, seen=seen: seen.append(at))
        assert seen == sorted(seen)
        assert seen[-1][0] == seen[-1][1]


def test_an_interrupt_in_progress_ends_it(folder):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_duplicates(folder, progress=interrupt)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"kind": "same"}, ValueError, "kind must be"),
        ({"kind": 3}, TypeError, "kind"),
        ({"threshold": 0}, ValueError, "threshold must be"),
        ({"threshold": 1.5}, ValueError, "threshold must be"),
        ({"threshold": "x"}, TypeError, "threshold"),
        ({"radius": 65}, ValueError, "radius must be"),
        ({"radius": 1.5}, TypeError, "radius"),
        ({"verify": 1.5}, TypeError, "verify"),
        ({"key": 3}, TypeError, "key must be callable"),
        ({"n_jobs": 0}, ValueError, "n_jobs"),
    ],
)
def test_errors(tmp_path, options, error, message):
    with pytest.raises(error, match=message):
        find_duplicates(tmp_path, **options)


def test_wrong_images():
    for images in (3, [3], b"path", np.zeros((3, 3), np.uint8)):
        with pytest.raises(TypeError, match="images must be a folder or paths"):
            find_duplicates(images)


def test_errors_of_the_key_are_the_callers(folder):
    shutil.copy(folder / "0.png", folder / "copy.png")
    with pytest.raises(ZeroDivisionError):
        find_duplicates(folder, key=lambda file: 1 // 0)


def test_page(folder, tmp_path):
    shutil.copy(folder / "0.png", folder / "<b>copy.png")
    im.io.imwrite(folder / "near.jpg", COPIES["gamma"](scene(0)))
    (folder / "text.jpg").write_text("no picture")
    found = find_duplicates(folder)
    found.to_html(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text("utf-8")
    assert text.count("<img") == 3
    assert "&lt;b&gt;copy.png" in text
    assert "<b>copy" not in text
    for part in ("keep", "same bytes", "near copy 0.", "text.jpg: unknown", "160 × 120"):  # noqa: RUF001
        assert part in text
    assert str(tmp_path) not in text
    assert found._repr_html_().count("<img") == 3
    assert found[:1] == found.groups


def test_page_of_many(tmp_path):
    for i in range(15):
        im.io.imwrite(tmp_path / f"{i}.png", scene(0, (20, 30)))
    find_duplicates(tmp_path, kind="bytes").to_html(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text("utf-8")
    assert text.count("<img") == 12
    assert "3 more not shown" in text


@pytest.mark.skipif(sys.platform == "win32", reason="names there are Unicode")
def test_names_that_are_no_text(folder, tmp_path):
    shutil.copy(os.fsencode(folder / "0.png"), os.fsencode(folder) + b"/\xff.png")
    found = find_duplicates(folder)
    assert len(found) == 1
    found.to_html(tmp_path / "page.html")
    str(found)


def test_of_a_catalogue(folder, tmp_path):
    im.io.imwrite(folder / "copy.jpg", scene(3))
    with im.ImageIndex.open(tmp_path / "catalogue") as index:
        index.add(folder)
        index.add({"no file": np.zeros((20, 30, 3), np.uint8)})
        found = [group.paths for group in index.duplicates()]
        assert found == [group.paths for group in im.find_duplicates(folder)]
        assert len(found) == 1
        found[0][0].unlink()
        assert len(index.duplicates()) == 0
