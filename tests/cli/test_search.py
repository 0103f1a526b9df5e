import json
from pathlib import Path

import imgmine
import pytest
from imgmine import ImageIndex

from ..features import onnx_pair


@pytest.fixture
def indexed(run, photos):
    run("index", photos, "--labels-from-folders")
    return photos


def test_json_finds_the_picture_itself_and_its_likes(run, indexed):
    query = indexed / "green" / "green3.png"
    document = run("search", indexed, query, "-k", 8, "--json").json
    (search,) = document["searches"]
    assert search["query"] == str(query)
    assert search["hits"][0]["path"] == str(query)
    assert [hit["label"] for hit in search["hits"]] == ["green"] * 8
    scores = [hit["score"] for hit in search["hits"]]
    assert scores == sorted(scores)


def test_catalogue_and_its_folder_are_the_same(run, indexed):
    query = indexed / "red" / "red1.png"
    out = run("search", indexed, query).out
    assert out == run("search", indexed / ".imgmine", query).out
    assert str(query) in out.splitlines()[1]
    assert len(out.splitlines()) == 11


def test_several_queries_have_a_heading_each(run, indexed):
    queries = [indexed / "red" / "red1.png", indexed / "blue" / "blue1.png"]
    out = run("search", indexed, *queries, "-k", 1).out
    first, second = out.split("\n\n")
    assert first.startswith(f"{queries[0]}\n")
    assert second.startswith(f"{queries[1]}\n")


def test_bad_query_is_listed_and_the_others_searched(run, indexed, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    status, out, err = run("search", indexed, bad, indexed / "red" / "red1.png", "--json")
    assert status == 1
    document = json.loads(out)
    assert len(document["searches"]) == 1
    assert document["failures"][0]["path"] == str(bad)
    assert err.startswith("1 picture could not be read:\n")


@pytest.mark.parametrize("n", [1, 2])
def test_page_shows_queries_and_hits(run, indexed, tmp_path, n):
    page = tmp_path / "page.html"
    queries = [indexed / "red" / "red1.png", indexed / "blue" / "blue1.png"][:n]
    assert run("search", indexed, *queries, "-k", 3, "--html", page).status == 0
    html = page.read_text(encoding="utf-8")
    assert html.count("<img") == n * 4
    assert all(query.name in html for query in queries)


def test_plot(run, indexed, tmp_path):
    pytest.importorskip("matplotlib")
    picture = tmp_path / "found.png"
    assert run("search", indexed, indexed / "red" / "red1.png", "--plot", picture).status == 0
    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_classes_with_the_hits(run, indexed, tmp_path):
    model = tmp_path / "colors.model"
    assert run("train", indexed, "--out", model).status == 0
    queries = [indexed / "red" / "red1.png", indexed / "blue" / "blue1.png"]
    out = run("search", indexed, queries[0], "-k", 1, "--classify", model).out
    assert out.splitlines()[0] == "class: red"
    assert out.splitlines()[1:] == run("search", indexed, queries[0], "-k", 1).out.splitlines()
    out = run("search", indexed, *queries, "-k", 1, "--classify", model).out
    assert [part.splitlines()[:2] for part in out.split("\n\n")] == [
        [str(queries[0]), "class: red"],
        [str(queries[1]), "class: blue"],
    ]
    document = run("search", indexed, *queries, "--json", "--classify", model).json
    found = [search["prediction"] for search in document["searches"]]
    assert [each["label"] for each in found] == ["red", "blue"]
    for each in found:
        assert max(each["scores"], key=each["scores"].get) == each["label"]
        assert sorted(each["scores"]) == ["blue", "green", "red"]
    plain = run("search", indexed, *queries, "--json").json
    assert all("prediction" not in search for search in plain["searches"])


def test_classes_by_a_network(run, indexed, tmp_path):
    model, bad = tmp_path / "colors.safetensors", tmp_path / "bad.png"
    options = ("--cnn", "--epochs", 3, "--size", 16, "--out", model)
    assert run("train", indexed, *options).status == 0
    bad.write_bytes(b"no picture")
    query = indexed / "red" / "red1.png"
    result = run("search", indexed, bad, query, "--json", "--classify", model)
    assert result.status == 1
    (search,) = result.json["searches"]
    told = run("classify", model, query, "--json").json
    assert search["prediction"]["label"] == told["predictions"][0]["label"]
    scores = dict(zip(told["classes"], told["predictions"][0]["scores"], strict=True))
    assert search["prediction"]["scores"] == scores
    assert sum(scores.values()) == pytest.approx(1)


def test_what_cannot_tell_classes(run, indexed, tmp_path):
    query = indexed / "red" / "red1.png"
    assert run("search", indexed, "--text", "red", "--classify", "m").status == 2
    assert run("search", indexed, query, "--classify", tmp_path / "none.model").status == 1
    network = imgmine.nn.small_cnn((16, 16, 3), 2)
    network.save(tmp_path / "net.safetensors")  # knows no names
    result = run("search", indexed, query, "--classify", tmp_path / "net.safetensors")
    assert result.status == 1
    assert "does not tell classes" in result.err


def test_folder_without_a_catalogue_says_what_to_do(run, photos):
    status, _, err = run("search", photos, photos / "red" / "red1.png")
    assert status == 1
    assert err == f"imgmine: error: {photos}: no catalogue; imgmine index makes one of a folder\n"
    assert not (photos / ".imgmine").exists()


def test_conditions(run, photos):
    run("index", photos, "--labels-from-folders", "--thumbnails")
    with ImageIndex.open(photos / ".imgmine") as index:
        assert index.thumbnail(photos / "red" / "red1.png") is not None
        for i in range(4):
            notes = {"year": 2020 + i, "place": "Rome", "good": i == 2}
            index.annotate(photos / "red" / f"red{i}.png", metadata=notes, tags=["t", f"t{i}"])
            index.annotate(photos / "blue" / f"blue{i}.png", label=i)
    query = photos / "red" / "red7.png"

    def found(*options):
        hits = run("search", photos, query, "-k", 99, "--json", *options).json["searches"][0][
            "hits"
        ]
        return sorted(Path(hit["path"]).stem for hit in hits)

    assert found("--label", "green") == [f"green{i}" for i in range(8)]
    assert found("--label", "3") == ["blue3"]
    assert found("--label", "none") == []
    assert found("--tag", "t", "--tag", "t2") == ["red2"]
    assert found("--where", "year>=2021", "--where", "year<2023") == ["red1", "red2"]
    assert found("--where", "place=Rome", "--where", "good=true") == ["red2"]
    assert found("--where", "place = Rome") == []
    assert found("--where", "year=2020", "--verify", "3") == ["red0"]
    assert run("search", photos, query, "--where", "year").status == 2


@pytest.fixture
def by_colors(run, photos, tmp_path, monkeypatch):
    """Make a catalogue by a pair of networks, whose files are elsewhere when it is searched."""
    onnx_pair.helper()
    models = tmp_path / "models"
    models.mkdir()
    pair = imgmine.features.Embedder(
        onnx_pair.image_model(models / "image.onnx"),
        onnx_pair.text_model(models / "text.onnx"),
        onnx_pair.tokenizer_file(models / "tokenizer.json"),
        mean=(0, 0, 0),
        std=(1, 1, 1),
    )
    recipe = tmp_path / "recipe.json"
    recipe.write_text(imgmine.features.Recipe([pair]).to_json())
    assert run("index", photos, "--recipe", recipe).status == 0
    monkeypatch.setattr(imgmine.features._model_file, "_seen", {})
    monkeypatch.setenv("IMGMINE_MODELS", str(models))
    return photos


@pytest.mark.parametrize("color", ["red", "green", "blue"])
def test_text(run, by_colors, color):
    found = run("search", by_colors, "--text", f"a {color} car", "-k", 3, "--json")
    assert found.status == 0
    (search,) = found.json["searches"]
    assert search["query"] == f"a {color} car"
    assert [f"/{color}/" in hit["path"] for hit in search["hits"]] == [True] * 3


def test_text_on_a_page_and_without_its_models(run, by_colors, tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    assert run("search", by_colors, "--text", "red", "--html", page).status == 0
    assert "“red”: " in page.read_text("utf-8")
    monkeypatch.delenv("IMGMINE_MODELS")
    monkeypatch.setattr(imgmine.features._model_file, "_seen", {})
    found = run("search", by_colors, "--text", "red")
    assert found.status == 1
    assert "'image.onnx'" in found.err or "'text.onnx'" in found.err
    assert "not at hand" in found.err


def test_wrong_use(run, indexed):
    assert run("search", indexed).status == 2
    assert run("search", indexed, indexed / "red" / "0.png", "--text", "red").status == 2
    assert run("search", indexed, "--text", "red", "--verify", 5).status == 2
    found = run("search", indexed, "--text", "red")
    assert found.status == 1
    assert "Embedder with a text_model" in found.err


def test_expand_and_rerank(run, indexed):
    query = next(indexed.glob("red/*"))
    plain = run("search", indexed, query, "-k", 4, "--json")
    found = run("search", indexed, query, "-k", 4, "--expand", 3, "--rerank", 10, "--json")
    assert found.status == 0
    assert found.json != plain.json


def test_several_recipes(run, photos):
    query = photos / "red" / "red1.png"
    done = run("index", photos, "--recipe", "color", "--recipe", "histogram")
    assert done.status == 0
    plain = run("search", photos, query).out
    assert run("search", photos, query, "--using", "color").out == plain
    assert run("search", photos, query, "--using", "histogram").out != plain
    assert run("search", photos, query, "--using", "shape").status == 1
    assert "one of color, histogram" in run("search", photos, query, "--using", "shape").err
    assert run("evaluate", photos, "--labels-from-folders", "--using", "histogram").status == 0
    assert run("evaluate", photos, "--labels-from-folders", "--using", "shape").status == 1
    assert run("index", photos, "--recipe", "color", "--recipe", "color").status == 2
