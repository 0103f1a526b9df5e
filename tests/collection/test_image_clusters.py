import json

import imgmine as im
import numpy as np
import pytest
from imgmine.collection import ImageGroup, cluster_images

COLORS = {"red": (200, 40, 30), "green": (40, 180, 50), "blue": (30, 50, 210)}


def pictures(rng, color, n):
    """Return n noisy pictures of one color."""
    return np.clip(rng.normal(color, 25, (n, 24, 32, 3)), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Make 6 red, 9 green and 12 blue pictures, a white one and two that are none."""
    root, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for count, (name, color) in zip((6, 9, 12), COLORS.items(), strict=True):
        (root / name).mkdir()
        for i, picture in enumerate(pictures(rng, color, count)):
            im.io.imwrite(root / name / f"{name}{i}.png", picture)
    im.io.imwrite(root / "red/white.png", np.full((24, 32, 3), 255, np.uint8))
    (root / "red/broken.png").write_bytes(b"\x89PNG and then nothing")
    (root / "blue/<b>&.jpg").write_bytes(b"")
    return root


def test_finds_the_colors(folder):
    found = cluster_images(folder, 4, recipe="color")
    assert [group.size for group in found.groups] == [12, 9, 6, 1]
    assert [group.folders for group in found.groups] == [
        [("blue", 12)], [("green", 9)], [("red", 6)], [("red", 1)],
    ]  # fmt: skip
    assert found.labels.shape == (28,)
    assert len(found.images) == 28
    assert {found.images[i].parent.name for i in found.groups[1].typical} == {"green"}
    assert [path.name for path in found.members(3)] == ["white.png"]
    scores = found.outlier_scores
    assert scores[found.most_unusual(3)].tolist() == sorted(scores, reverse=True)[:3]
    assert found.silhouette > 0.3
    assert sorted(path.rsplit("/", 1)[1] for path, _ in found.failures) == [
        "<b>&.jpg",
        "broken.png",
    ]


def test_chooses_the_number_of_groups(folder):
    """Few groups, as they are clearly apart."""
    paths = [path for path in sorted(folder.glob("*/*.png")) if path.stem[-1].isdigit()]
    assert [group.size for group in cluster_images(paths, recipe="color").groups] == [12, 9, 6]


def test_by_density(folder):
    found = cluster_images(folder, eps=0.9, min_samples=3, recipe="color")
    assert [group.size for group in found.groups] == [12, 9, 6]
    assert [path.name for path in found.members(-1)] == ["white.png"]
    assert str(found).splitlines()[-1] == " none         1"
    none = cluster_images(folder, eps=1e-6, recipe="color")
    assert none.groups == []
    assert (none.labels == -1).all()


def test_page_shows_everything(folder, tmp_path):
    found = cluster_images(folder, eps=0.9, min_samples=3, recipe="color")
    found.to_html(tmp_path / "page.html", title="Colors & more")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<title>Colors &amp; more</title>" in text
    for heading in ("The groups", "Map", "Most typical", "Most unusual", "In no group"):
        assert heading in text
    for label in (1, 2, 3):
        assert f'id="group-{label}"' in text
        assert f'href="#group-{label}"' in text
    assert text.count("<circle ") == 28
    assert "&lt;b&gt;&amp;.jpg" in text  # listed as not readable
    assert "<b>&.jpg" not in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert str(folder) not in text  # pages are passed on
    assert "<svg" in found._repr_html_()


def test_page_without_groups(folder, tmp_path):
    cluster_images(folder, eps=1e-6, recipe="color").to_html(tmp_path / "page.html")
    assert "In no group" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_plain_data_and_plot(folder, tmp_path):
    found = cluster_images(folder, 3, recipe="color")
    data = json.loads(json.dumps(found.to_dict()))
    assert [group["size"] for group in data["groups"]] == [12, 10, 6]
    assert len(data["images"]) == 28
    assert len(data["failures"]) == 2
    pytest.importorskip("matplotlib")
    found.plot(tmp_path / "plot.png")
    assert im.io.imread(tmp_path / "plot.png").ndim == 3


def test_same_for_any_order_of_threads(folder):
    one, other = (cluster_images(folder, 3, recipe="color", n_jobs=jobs) for jobs in (1, 3))
    np.testing.assert_array_equal(one.labels, other.labels)
    np.testing.assert_array_equal(one.outlier_scores, other.outlier_scores)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 7])
def test_few_pictures(n, tmp_path):
    found = cluster_images(pictures(np.random.default_rng(0), (90, 90, 90), n), recipe="color")
    assert found.labels.min() == 0
    assert sum(group.size for group in found.groups) == n
    assert found.name(0) == "image 0"
    found.to_html(tmp_path / "page.html")
    assert str(found).startswith("group")


def test_equal_pictures():
    found = cluster_images(np.full((9, 8, 8, 3), 77, np.uint8), 3, recipe="color")
    assert found.groups == [ImageGroup(0, 9, list(range(9)), list(range(9)), [])]
    assert np.isnan(found.silhouette)
    assert found.to_dict()["silhouette"] is None


def test_refuses_wrong_arguments(folder, tmp_path):
    for arguments, message in (
        ({"n_clusters": 3, "eps": 1}, r"^n_clusters or eps must be None, got 3 and 1"),
        ({"n_clusters": 99}, r"at least as many rows as there are clusters|n_clusters"),
        ({"eps": -1}, r"^eps must be finite and above 0"),
        ({"recipe": "nonsense"}, r"nonsense"),
    ):
        with pytest.raises(ValueError, match=message):
            cluster_images(folder, **{"recipe": "color", **arguments})
    with pytest.raises(ValueError, match=r"^images must hold a picture, got none"):
        cluster_images(tmp_path)
    with pytest.raises(ValueError, match=r"^images must hold a picture that can be read, got 1"):
        cluster_images([folder / "red/broken.png"])
