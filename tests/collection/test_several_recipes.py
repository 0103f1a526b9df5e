"""Several recipes in one catalogue: each searched as if it were alone."""

from __future__ import annotations

import json

import imgmine as im
import numpy as np
import pytest
from imgmine.collection import _catalog, _plan
from imgmine.features import GaussianBlur, Gray, Histogram, Recipe

RECIPES = {
    "colors": Recipe.named("color"),
    "gray": Recipe([Histogram(bins=16)], [Gray(), GaussianBlur(ksize=5)], min_side=32),
    "small": Recipe([Histogram(bins=4)], min_side=16),
}
METRICS = {"colors": "l1", "gray": "cosine", "small": "euclidean"}


@pytest.fixture
def folder(tmp_path):
    """Thirty pictures of several sizes, as files."""
    rng = np.random.default_rng(0)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for i in range(30):
        shape = rng.integers(20, 90, 2)
        image = (rng.integers(0, 256, (*shape, 3)) * (i % 7 + 1) // 8).astype(np.uint8)
        (pictures / f"{i:02}.jpg").write_bytes(im.io.imencode(image, "jpeg"))
    return pictures


@pytest.fixture
def files_soon(monkeypatch):
    """Let few rows make a file of vectors, and a few more a graph."""
    monkeypatch.setattr(_plan, "FEW", 4)
    monkeypatch.setattr(_plan, "SMALL", 12)


def lists_of(index, folder, **options):
    return [
        [(hit.path, hit.score) for hit in results]
        for results in index.search_many(sorted(folder.iterdir()), 5, **options)
    ]


@pytest.mark.parametrize("filed", [False, True])
def test_each_recipe_answers_as_if_alone(folder, tmp_path, filed, request):
    if filed:
        request.getfixturevalue("files_soon")
    with im.ImageIndex.open(tmp_path / "all", RECIPES, metric=METRICS) as index:
        index.add(folder, labels=[i % 3 for i in range(30)])
        index._filer.finish()
        assert list(index.recipes.items()) == list(RECIPES.items())
        assert index.check().ok
        for name, recipe in RECIPES.items():
            view = index.using(name)
            with im.ImageIndex.open(tmp_path / name, recipe, metric=METRICS[name]) as alone:
                alone.add(folder, labels=[i % 3 for i in range(30)])
                assert np.array_equal(view.vectors(), alone.vectors())
                assert lists_of(view, folder, exact=True) == lists_of(alone, folder, exact=True)
                assert view.evaluate().to_dict() == alone.evaluate().to_dict()
                assert (view.recipe, view.metric) == (recipe, METRICS[name])
                assert len(view) == len(alone)
        first = next(iter(RECIPES))
        assert np.array_equal(index.vectors(), index.using(first).vectors())
        assert lists_of(index, folder) == lists_of(index.using(first), folder)
    if filed:
        assert len(list((tmp_path / "all").glob("vectors-*"))) >= 3


def test_views_follow_what_is_committed(folder, tmp_path, files_soon):
    paths = sorted(folder.iterdir())
    with im.ImageIndex.open(tmp_path / "all", RECIPES, metric=METRICS) as index:
        view = index.using("gray")
        assert len(view) == 0
        index.add(paths[:20])
        assert len(view) == 20
        index.remove(paths[3])
        index.compact()
        index.add(paths[20:])
        with im.ImageIndex.open(tmp_path / "all", mode="r") as reader:
            for name in RECIPES:
                hits = reader.using(name).search(paths[25], 40, exact=True)
                assert len(hits) == 29
                assert hits[0].path == str(paths[25])
                assert str(paths[3]) not in [hit.path for hit in hits]
        session = view.session(paths[0]).like(paths[1]).dislike(paths[2])
        assert str(paths[2]) not in [hit.path for hit in session.search(30)]


def test_erase_takes_all_recipes_files_away(folder, tmp_path, files_soon):
    paths = sorted(folder.iterdir())
    with im.ImageIndex.open(tmp_path / "all", RECIPES, metric=METRICS) as index:
        index.add(folder)
        index._filer.finish()
        vectors = [index.using(name).vectors()[4].tobytes() for name in RECIPES if name != "small"]
        index.erase(paths[4])
        index._filer.finish()
        assert index.check().ok
    contents = b"".join(file.read_bytes() for file in (tmp_path / "all").iterdir())
    for vector in vectors:
        assert vector not in contents


def test_a_lost_file_of_one_recipe_is_made_anew(folder, tmp_path, files_soon):
    with im.ImageIndex.open(tmp_path / "all", RECIPES, metric=METRICS) as index:
        index.add(folder)
        index._filer.finish()
        expected = {name: lists_of(index.using(name), folder, exact=True) for name in RECIPES}
    with im.ImageIndex.open(tmp_path / "all", mode="r") as index:
        lists = index._database.read(_catalog.listings)
    assert len(lists) == 3
    names = {entry[0] for listing in lists for entry in json.loads(listing)}
    for victim in sorted(names):
        (tmp_path / "all" / victim).unlink()
        with im.ImageIndex.open(tmp_path / "all", mode="r") as index:
            for name in RECIPES:
                found = lists_of(index.using(name), folder, exact=True)
                assert found == expected[name]
    with im.ImageIndex.open(tmp_path / "all") as index:
        index.rebuild()
        assert index.check().ok


def test_export_of_a_view(folder, tmp_path):
    with im.ImageIndex.open(tmp_path / "all", RECIPES, metric=METRICS) as index:
        index.add(folder)
        view = index.using("gray")
        view.export(tmp_path / "gray.imgmine")
        with im.ImageIndex.open(tmp_path / "gray.imgmine", mode="r") as exported:
            assert exported.recipe == RECIPES["gray"]
            assert lists_of(exported, folder) == lists_of(view, folder)
            assert lists_of(exported.using("default"), folder) == lists_of(view, folder)
            with pytest.raises(ValueError, match="name must be one of default, got 'gray'"):
                exported.using("gray")


def test_arrays_and_failures(tmp_path):
    rng = np.random.default_rng(0)
    images = {f"{i}": rng.integers(0, 256, (30, 40, 3), np.uint8) for i in range(4)}
    with im.ImageIndex.open(tmp_path, RECIPES) as index:
        report = index.add({**images, "bad": b"no picture"})
        assert (report.added, report.failed) == (4, 1)
        for name, recipe in RECIPES.items():
            assert np.array_equal(index.using(name).vectors()[2], recipe(images["2"]))


def test_what_a_catalogue_is_asked_to_be(tmp_path):
    im.ImageIndex.open(tmp_path / "all", RECIPES, metric=METRICS).close()
    im.ImageIndex.open(tmp_path / "all", RECIPES, metric=METRICS).close()
    im.ImageIndex.open(tmp_path / "all").close()
    with pytest.raises(ValueError, match=r"recipe must be the catalogue's, \{'colors'"):
        im.ImageIndex.open(tmp_path / "all", "color")
    turned = dict(reversed(RECIPES.items()))
    with pytest.raises(ValueError, match="recipe must be the catalogue's"):
        im.ImageIndex.open(tmp_path / "all", turned)
    with pytest.raises(ValueError, match="metric must be the catalogue's"):
        im.ImageIndex.open(tmp_path / "all", metric="l1")
    with pytest.raises(ValueError, match="metric must be one, or one for each of"):
        im.ImageIndex.open(tmp_path / "new", RECIPES, metric={"colors": "l1"})
    with pytest.raises(ValueError, match="recipe must have 1 to 100 recipes, got 0"):
        im.ImageIndex.open(tmp_path / "new", {})
    with pytest.raises(ValueError, match="recipe must give each recipe a name, got an empty one"):
        im.ImageIndex.open(tmp_path / "new", {"": "color"})
    with pytest.raises(TypeError, match="recipe must be a dict of str to Recipe, got the key 1"):
        im.ImageIndex.open(tmp_path / "new", {1: "color"})
    with pytest.raises(TypeError, match="recipe must be a Recipe or a name, got int"):
        im.ImageIndex.open(tmp_path / "new", {"a": 1})
    assert not (tmp_path / "new").exists()
    with (
        im.ImageIndex.open(tmp_path / "all") as index,
        pytest.raises(ValueError, match="name must be one of colors, gray, small, got 'color'"),
    ):
        index.using("color")


def test_one_recipe_with_a_name(tmp_path):
    im.ImageIndex.open(tmp_path, {"colors": "color"}).close()
    with im.ImageIndex.open(tmp_path) as index:
        assert list(index.recipes) == ["colors"]
        assert index.using("colors").recipe == index.recipe
    with pytest.raises(ValueError, match="recipe must be the catalogue's"):
        im.ImageIndex.open(tmp_path, "color")


@pytest.mark.parametrize("text", ["", "[]", "{}", "[[1]]", '[["a", "{}", "l1"]]', "[" * 99999])
def test_damaged_descriptions(tmp_path, text):
    im.ImageIndex.open(tmp_path, RECIPES).close()
    with im.ImageIndex.open(tmp_path) as index:
        index._database.write(
            lambda c: c.execute("UPDATE meta SET value = ? WHERE key = 'recipes'", (text,))
        )
    with pytest.raises(im.FormatError, match="damaged"):
        im.ImageIndex.open(tmp_path, mode="r")
