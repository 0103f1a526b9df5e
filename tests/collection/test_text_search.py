"""Pictures found by what a text says, through a pair of networks."""

import shutil

import imgmine as im
import numpy as np
import pytest
from imgmine import ImageIndex
from imgmine.features import Embedder, Histogram, Recipe
from imgmine.features import _model_file as model_file

from ..features.onnx_pair import COLORS, helper, image_model, picture, text_model, tokenizer_file

TEXTS = {"red": "a red car", "green": "green", "blue": "picture blue"}


@pytest.fixture
def models(tmp_path, monkeypatch):
    helper()
    monkeypatch.delenv("IMGMINE_MODELS", raising=False)
    folder = tmp_path / "models"
    folder.mkdir()
    image_model(folder / "image.onnx")
    text_model(folder / "text.onnx")
    tokenizer_file(folder / "tokenizer.json")
    return folder


def pair(models, **options):
    files = (models / name for name in ("image.onnx", "text.onnx", "tokenizer.json"))
    return Embedder(*files, mean=(0, 0, 0), std=(1, 1, 1), **options)


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for color in COLORS:
        for i in range(4):
            im.io.imwrite(folder / f"{color}{i}.png", picture(color, i))
    return folder


@pytest.fixture
def catalogue(tmp_path, models, photos):
    with ImageIndex.open(tmp_path / "catalogue", Recipe([pair(models)])) as index:
        index.add(photos)
    return tmp_path / "catalogue"


@pytest.mark.parametrize("color", COLORS)
def test_pictures_are_found_by_words(catalogue, color):
    with ImageIndex.open(catalogue, mode="r") as index:
        found = index.search(text=TEXTS[color], k=4)
        assert {hit.path.rsplit("/", 1)[-1][:-5] for hit in found} == {color}
        vector = index.recipe.descriptors[0].embed_text(TEXTS[color])
        ids, scores = im.similarity.top_k(vector, index.vectors(), 4, index.metric)
        assert [(hit.id - 1, hit.score) for hit in found] == [
            (int(i), float(score)) for i, score in zip(ids[0], scores[0], strict=True)
        ]


def test_conditions_refinements_and_sessions(catalogue):
    with ImageIndex.open(catalogue) as index:
        index.annotate(index.paths()[:6], tags="first")
        found = index.search(text="red", k=12, tags="first")
        assert len(found) == 6
        assert len(index.search(text="red", k=12, expand=2, rerank=12)) == 12
        session = index.session(text="red")
        assert list(session.search(12)) == list(index.search(text="red", k=12))
        moved = session.like([hit for hit in found if "blue" in hit.path]).search(12)
        assert ["blue" in hit.path for hit in moved[4:8]] == [True] * 4


def test_weights_scale_texts_as_pictures(tmp_path, models):
    recipe = Recipe([pair(models)], weights=[3])
    with ImageIndex.open(tmp_path / "c", recipe) as index:
        index.add({"red": np.full((9, 9, 3), (200, 0, 0), np.uint8)})
        np.testing.assert_allclose(index.vectors(), [[3, 0, 0]])
        assert index.search(text="red")[0].score == 0


def test_what_is_printed_and_drawn(catalogue, tmp_path):
    pytest.importorskip("matplotlib")
    with ImageIndex.open(catalogue, mode="r") as index:
        found = index.search(text="red <b>$car$", k=2)
        assert found.query == "red <b>$car$"
        found.to_html(tmp_path / "page.html")
        page = (tmp_path / "page.html").read_text("utf-8")
        assert "“red &lt;b&gt;$car$”: 2 pictures" in page
        assert page.count("<img ") == 2
        figure = found.plot(tmp_path / "hits.png")
        assert len(figure.axes) == 2
        assert "red" in figure.get_suptitle()


def test_a_catalogue_needs_its_own_models(catalogue, models, tmp_path, monkeypatch, photos):
    monkeypatch.setattr(model_file, "_seen", {})
    moved = shutil.move(models, tmp_path / "elsewhere")
    with ImageIndex.open(catalogue) as index:
        assert len(index) == 12
        im.io.imwrite(photos / "new.png", picture("red", 99))
        with pytest.raises(FileNotFoundError, match=r"'image.onnx' .* not at hand"):
            index.add(photos)
        assert len(index.failures()) == 0
        for call in ({"text": "red"}, {"image": picture("red")}):
            with pytest.raises(FileNotFoundError, match="not at hand"):
                index.search(**call)
        monkeypatch.setenv("IMGMINE_MODELS", str(moved))
        assert len(index.search(text="red")) == 10
        assert index.add(photos).added == 1
    monkeypatch.delenv("IMGMINE_MODELS")
    monkeypatch.setattr(model_file, "_seen", {})
    with ImageIndex.open(catalogue, Recipe([pair(moved)])) as index:
        assert len(index.search(text="red")) == 10


def test_another_model_is_refused(catalogue, models):
    image_model(models / "image.onnx", turn=np.eye(3)[::-1])
    with pytest.raises(ValueError, match=r"^recipe must be the catalogue's, .*image.onnx"):
        ImageIndex.open(catalogue, Recipe([pair(models)]))


def test_an_exported_file_takes_texts_too(catalogue, tmp_path):
    with ImageIndex.open(catalogue, mode="r") as index:
        index.export(tmp_path / "one.imgmine")
        expected = list(index.search(text="blue"))
    with ImageIndex.open(tmp_path / "one.imgmine", mode="r") as index:
        assert list(index.search(text="blue")) == expected


def test_what_cannot_be_searched(catalogue, models, tmp_path):
    with ImageIndex.open(catalogue, mode="r") as index:
        for arguments in ({}, {"image": picture("red"), "text": "red"}):
            with pytest.raises(TypeError, match=r"^search takes an image or a text, got"):
                index.search(**arguments)
        with pytest.raises(TypeError, match=r"^text must be a string, got int"):
            index.search(text=3)
        with pytest.raises(ValueError, match=r"^verify compares pictures"):
            index.search(text="red", verify=5)
    alone = Embedder(models / "image.onnx")
    for i, parts in enumerate(([Histogram()], [pair(models), Histogram()], [alone])):
        with (
            ImageIndex.open(tmp_path / str(i), Recipe(parts)) as index,
            pytest.raises(ValueError, match=r"^text can be searched for where"),
        ):
            index.search(text="red")
