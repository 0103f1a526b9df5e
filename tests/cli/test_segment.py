import json

import imgmine as im
import numpy as np
import pytest
from imgmine import segment
from imgmine.cli._segment_methods import METHODS


@pytest.fixture
def inside(tmp_path, monkeypatch):
    """Be in a folder with a picture of a light box on dark ground."""
    monkeypatch.chdir(tmp_path)
    image = np.full((60, 80, 3), (30, 40, 60), np.uint8)
    image[10:40, 20:60] = (220, 200, 90)
    image[50:53, 5:8] = 255
    image += np.random.default_rng(0).integers(0, 6, image.shape, np.uint8) * (image < 250)
    im.io.imwrite("scene.png", image)
    return tmp_path


OPTIONS = {"grabcut": ("--box", 15, 5, 50, 40), "kmeans": ("--n", 2)}


@pytest.mark.parametrize("method", METHODS)
def test_every_method(run, inside, method):
    status, out, err = run("segment", "scene.png", "--method", method, *OPTIONS.get(method, ()))
    assert (status, err) == (0, "")
    first, last = out.splitlines()
    assert f"by {method}; the largest has" in first
    assert last == "Wrote labels.png."
    labels = im.segment.load_labels("labels.png")
    assert labels.shape == (60, 80)
    box = np.bincount(labels[12:38, 22:58].ravel()).argmax()
    outside = np.bincount(labels[0:8].ravel()).argmax()
    assert box != outside


def test_otsu(run, inside):
    found = run("segment", "scene.png", "--method", "otsu", "--json").json
    assert found["n"] == 2
    assert found["regions"][0]["box"] == [20, 10, 40, 30]
    assert found["regions"][0]["area"] == 1200
    assert found["regions"][0]["center"] == [39.5, 24.5]
    assert found["regions"][0]["share"] == 0.25
    found = run("segment", "scene.png", "--method", "otsu", "--min-size", 10, "--json").json
    assert [row["area"] for row in found["regions"]] == [1200]
    found = run("segment", "scene.png", "--method", "otsu", "--dark", "--json").json
    assert found["n"] == 1


def test_numbers_of_regions(run, inside):
    for n in (1, 12, 48, 5000):
        found = run("segment", "scene.png", "--method", "watershed", "--n", n, "--json").json
        assert 0.5 * min(n, 4800) <= found["n"] <= 2 * n


def test_writes_all_that_is_asked_for(run, inside):
    files = ("--out", "l.png", "--annotated", "a.png", "--page", "p.html", "--coco", "c.json")
    status, out, _ = run("segment", "scene.png", "--method", "felzenszwalb", *files)
    assert status == 0
    assert out.splitlines()[-1] == "Wrote l.png, a.png, c.json, p.html."
    labels = segment.load_labels("l.png")
    document = json.loads((inside / "c.json").read_text(encoding="utf-8"))
    np.testing.assert_array_equal(segment.from_coco(document)[0], labels)
    assert document["images"][0]["file_name"] == "scene.png"
    assert im.io.imread("a.png").shape == (60, 80, 3)
    page = (inside / "p.html").read_text(encoding="utf-8")
    assert page.count("<img") == 2
    assert page.count("<tr>") == len(document["annotations"]) + 1
    assert "scene.png" in page
    assert "http" not in page.replace("http-equiv", "")


def test_classifier(run, inside):
    plain = [np.full((9, 9, 3), light, np.uint8) for light in (20, 40, 210, 240)]
    im.ImageClassifier("histogram").fit(plain, ["<dark>"] * 2 + ["light"] * 2).save("m.model")
    files = ("--annotated", "a.png", "--page", "p.html", "--coco", "c.json")
    options = ("--method", "otsu", "--classifier", "m.model", *files)
    found = run("segment", "scene.png", *options, "--json").json
    assert [row["class"] for row in found["regions"]] == ["light", "light"]
    assert im.io.imread("a.png").shape[0] > 60
    assert "<td>light</td>" in (inside / "p.html").read_text(encoding="utf-8")
    document = json.loads((inside / "c.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in document["categories"]] == ["light"]
    run("segment", "scene.png", *options, "--dark")
    page = (inside / "p.html").read_text(encoding="utf-8")
    assert "&lt;dark&gt;" in page
    assert "<dark>" not in page


def test_no_regions(run, inside):
    im.io.imwrite("plain.png", np.zeros((5, 5), np.uint8))
    status, out, _ = run("segment", "plain.png", "--method", "otsu", "--page", "p.html")
    assert status == 0
    assert out.startswith("0 regions by otsu; the largest has 0.0%.")


def test_one_pixel(run, inside):
    im.io.imwrite("dot.png", np.full((1, 1, 3), 7, np.uint8))
    for method in sorted({*METHODS} - {"grabcut"}):
        files = ("--page", "p.html", "--annotated", "a.png")
        assert run("segment", "dot.png", "--method", method, *files).status == 0, method


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--method", "magic"), 2),
        (("--method", "otsu", "--n", 3), 2),
        (("--method", "felzenszwalb", "--n", 3), 2),
        (("--method", "watershed", "--dark"), 2),
        (("--method", "watershed", "--n", 0), 2),
        (("--method", "felzenszwalb", "--scale", "-1"), 2),
        (("--method", "otsu", "--out", "labels.jpg"), 1),
        (("--method", "otsu", "--classifier", "missing.model"), 1),
    ],
)
def test_wrong_use(run, inside, arguments, status):
    outcome = run("segment", "scene.png", *arguments)
    assert outcome.status == status
    assert outcome.err


def test_missing_picture(run, inside):
    status, _, err = run("segment", "nothing.png")
    assert status == 1
    assert "nothing.png" in err
