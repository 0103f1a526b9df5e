import contextlib
import io
import json
import re
import socket
from importlib.util import find_spec

import numpy as np
import pytest
from imgmine.cli import _demo_data, main
from imgmine.features import Recipe
from imgmine.io import find_images, imread

pytestmark = pytest.mark.skipif(
    find_spec("skimage") is None or find_spec("sklearn") is None,
    reason="the demo's pictures come with scikit-image and scikit-learn",
)


def no_network(*arguments, **options):
    raise AssertionError("the demo must not use the network")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Run the demo twice in the same folder, offline; return the folder and the JSON document."""
    root = tmp_path_factory.mktemp("demo")
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, no_network, raising=False)
        patch.setattr(socket, "getaddrinfo", no_network)
        with contextlib.redirect_stdout(out):
            assert main(["demo", "--out", str(root), "--picture", str(root / "demo.png")]) == 0
        text = out.getvalue()
        out.truncate(out.seek(0))
        with contextlib.redirect_stdout(out):
            assert main(["demo", "--out", str(root), "--json"]) == 0
    return root, text, json.loads(out.getvalue())


def test_writes_what_it_names(demo):
    root, text, document = demo
    paths = [photograph["path"] for photograph in document["photographs"]]
    assert paths == [str(path) for path in find_images(root / "pictures")]
    assert len(paths) >= 15
    credits_ = (root / "pictures" / "CREDITS.txt").read_text(encoding="utf-8")
    for photograph in document["photographs"]:
        assert photograph["author"] in credits_
        assert photograph["terms"] in credits_
    assert f"The page: {root / 'index.html'}\n" in text
    assert imread(root / "demo.png").std() > 20


def test_counts_are_what_comparing_all_vectors_gives(demo):
    root, _, document = demo
    recipe = Recipe.named(document["recipe"])
    originals = find_images(root / "pictures")
    base = recipe.transform(originals).astype(np.float64)
    for alteration, counts in zip(_demo_data.ALTERATIONS, document["retrieval"], strict=True):
        copies = [root / "altered" / alteration.folder / f"{o.stem}.jpg" for o in originals]
        queries = recipe.transform(copies).astype(np.float64)
        distances = np.linalg.norm(queries[:, np.newaxis] - base, axis=2)
        ranks = (distances < np.diag(distances)[:, np.newaxis]).sum(axis=1)
        assert counts == {
            "alteration": alteration.name,
            "first": int((ranks < 1).sum()),
            "first_3": int((ranks < 3).sum()),
            "searches": len(originals),
        }


def test_digits_are_judged_on_held_out_ones(demo):
    digits = demo[2]["digits"]
    assert (digits["train"], digits["test"]) == (1437, 360)
    assert digits["accuracy"] == pytest.approx(1 - digits["mistakes"] / 360)
    assert digits["accuracy"] > 0.93  # a linear machine's place on this set


def test_page_needs_nothing_else(demo):
    root, _, document = demo
    html = (root / "index.html").read_text(encoding="utf-8")
    sources = re.findall(r'<img[^>]* src="([^"]{0,11})', html)
    assert set(sources) == {"data:image/"}
    assert not re.search(r"<script|<link|<iframe|url\(|@import|https?://", html)
    n = len(document["photographs"])
    assert len(sources) >= n * (len(_demo_data.ALTERATIONS) + 1)
    assert "cannot be read" not in html
    assert 'class="thumb missing"' not in html


def test_leaves_other_folders_alone(run, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    status, out, err = run("demo", "--out", tmp_path)
    assert (status, out) == (1, "")
    assert err.startswith(f"imgmine: error: {tmp_path}: --out must be a new folder")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("package", ["skimage", "sklearn"])
def test_missing_package_names_the_extra(run, tmp_path, monkeypatch, package):
    monkeypatch.setattr(
        _demo_data, "find_spec", lambda name: None if name == package else find_spec(name)
    )
    status, out, err = run("demo", "--out", tmp_path / "demo")
    assert (status, out) == (1, "")
    assert "pip install 'imgmine[demo]'" in err
    assert err.count("\n") == 1
    assert not (tmp_path / "demo").exists()
