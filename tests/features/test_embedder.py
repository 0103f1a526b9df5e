"""Networks in ONNX files as descriptors, on a pair of small ones that the tests make."""

import copy
import json
import os
import pickle
import shutil
import subprocess
import sys
import threading

import imgmine
import numpy as np
import pytest
from imgmine.features import ColorMoments, Embedder, Gray, Recipe, Resize
from imgmine.features import _model_file as model_file
from PIL import Image

from . import onnx_pair
from .onnx_pair import image_model, picture, text_model, tokenizer_file, tokens_of

PLAIN = {"mean": (0, 0, 0), "std": (1, 1, 1)}


@pytest.fixture(autouse=True)
def _needs_onnx(monkeypatch):
    onnx_pair.helper()
    monkeypatch.delenv("IMGMINE_MODELS", raising=False)


@pytest.fixture
def pair(tmp_path):
    images, texts = image_model(tmp_path / "image.onnx"), text_model(tmp_path / "text.onnx")
    return Embedder(images, texts, tokens_of, **PLAIN)


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("order", ["RGB", "BGR"])
@pytest.mark.parametrize("kind", ["FLOAT", "FLOAT16"])
def test_what_goes_in(tmp_path, layout, order, kind):
    """A network of mean colors gives the mean of the pixels as Pillow scales them."""
    path = image_model(tmp_path / "m.onnx", layout=layout, sides=(8, 12), kind=kind)
    image = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    mean, std = np.array([0.2, 0.3, 0.4]), np.array([0.5, 0.6, 0.7])
    options = {"mean": mean, "std": std, "channel_order": order, "normalize": None}
    found = Embedder(path, fit="stretch", **options)
    assert (found.layout, found.input_size) == (layout, (8, 12))
    pixels = np.asarray(Image.fromarray(image).resize((12, 8), Image.Resampling.BICUBIC))
    expected = ((pixels / 255 - mean) / std).mean((0, 1))[:: -1 if order == "BGR" else 1]
    tolerance = 3e-3 if kind == "FLOAT16" else 1e-6
    np.testing.assert_allclose(found(image), expected, rtol=tolerance, atol=tolerance)
    assert found(image).dtype == np.float32


@pytest.mark.parametrize("shape", [(40, 50), (50, 40), (8, 100), (3, 5), (8, 8), (1, 1)])
def test_the_middle_is_taken(tmp_path, shape):
    path = image_model(tmp_path / "m.onnx", sides=(8, 8))
    image = np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)
    shorter = min(shape)
    height, width = (max(8, int(side * 8 / shorter + 1e-6)) for side in shape)
    picture = Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR)
    left, top = (width - 8) // 2, (height - 8) // 2
    expected = np.asarray(picture.crop((left, top, left + 8, top + 8))).mean((0, 1)) / 255
    found = Embedder(path, resample="bilinear", normalize=None, **PLAIN)
    np.testing.assert_allclose(found(image), expected, rtol=1e-5)


def test_gray_and_transparent_pictures(pair):
    gray = np.random.default_rng(0).integers(0, 256, (9, 9), np.uint8)
    colors = np.repeat(gray[..., np.newaxis], 3, axis=2)
    for image in (gray, gray[..., np.newaxis], np.dstack([colors, gray])):
        np.testing.assert_array_equal(pair(image), pair(colors))
    assert not pair(np.zeros((5, 5, 3), np.uint8)).any()


def test_vectors_have_length_1(pair):
    raw = Embedder(pair.image_model.find(), normalize=None, **PLAIN)(picture("red"))
    np.testing.assert_allclose(pair(picture("red")), unit(raw), rtol=1e-6)


@pytest.mark.parametrize(("length", "batch"), [("length", "n"), (6, "n"), ("length", 1), (6, 4)])
@pytest.mark.parametrize("mask", [False, True])
@pytest.mark.parametrize("kind", ["INT64", "INT32"])
@pytest.mark.parametrize("from_file", [False, True])
def test_texts(tmp_path, length, batch, mask, kind, from_file):
    images = image_model(tmp_path / "image.onnx")
    texts = text_model(tmp_path / "t.onnx", length=length, batch=batch, mask=mask, kind=kind)
    tokenizer = tokenizer_file(tmp_path / "tokenizer.json") if from_file else tokens_of
    pair = Embedder(images, texts, tokenizer, pad_id=1, **PLAIN)
    words = ["a red car", "Green", "blue picture", "red blue", "a car", "yellow"] * 12
    expected = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (0, 0, 0), (1, 1, 0)] * 12
    found = pair.embed_text(words)
    assert found.dtype == np.float32
    norms = np.maximum(np.linalg.norm(expected, axis=1, keepdims=True), 1)
    np.testing.assert_allclose(found, expected / norms, rtol=1e-6)
    np.testing.assert_array_equal(pair.embed_text("Green"), found[1:2])
    assert pair.embed_text([]).shape == (0, 3)


def test_long_texts(tmp_path):
    images = image_model(tmp_path / "image.onnx")
    texts = text_model(tmp_path / "t.onnx", length=4)
    pair = Embedder(images, texts, tokens_of, **PLAIN)
    with pytest.raises(ValueError, match="tokenizer must give at most 4 numbers, got 5"):
        pair.embed_text("a a a a red")
    cut = Embedder(images, texts, tokenizer_file(tmp_path / "tokenizer.json"), **PLAIN)
    np.testing.assert_array_equal(cut.embed_text("a a a a red"), [[0, 0, 0]])
    np.testing.assert_array_equal(cut.embed_text("a a a red"), [[1, 0, 0]])


@pytest.mark.parametrize("tokens", [[], [[1, 2]], [0.5], ["red"]])
def test_what_tokenizers_may_not_give(pair, tokens):
    wrong = Embedder(pair.image_model.find(), pair.text_model.find(), tokens_of, **PLAIN)
    wrong.tokenizer._function = lambda text: tokens
    with pytest.raises(ValueError, match=r"^tokenizer must give whole numbers"):
        wrong.embed_text("red")


def test_texts_that_are_none(pair):
    with pytest.raises(TypeError, match=r"^texts must be str, got int"):
        pair.embed_text([3])
    alone = Embedder(pair.image_model.find())
    with pytest.raises(ValueError, match="no text_model"):
        alone.embed_text("red")


def test_in_a_recipe(pair):
    recipe = Recipe([pair, ColorMoments()], [Resize((20, 20))], weights=[2, 1])
    assert recipe.size == 3 + 9
    images = [picture(color, i) for i, color in enumerate(["red", "green", "blue"] * 4)]
    rows = recipe.transform(images, n_jobs=3)
    np.testing.assert_array_equal(rows, recipe.transform(images, n_jobs=1))
    resized = [imgmine.geometry.resize(image, (20, 20)) for image in images]
    np.testing.assert_allclose(rows[:, :3], [2 * pair(image) for image in resized], rtol=1e-6)
    with pytest.raises(ValueError, match="Embedder cannot come after Gray"):
        Recipe([pair], [Gray()])


def test_written_down(pair, tmp_path):
    recipe = Recipe([pair])
    text = recipe.to_json()
    assert str(tmp_path) not in text
    written = json.loads(text)["descriptors"][0]
    assert written["image_model"]["name"] == "image.onnx"
    assert len(written["image_model"]["sha256"]) == 64
    read = Recipe.from_json(text)
    assert read == recipe
    assert hash(read) == hash(recipe)
    assert read.size == 3
    np.testing.assert_array_equal(read(picture("red")), recipe(picture("red")))
    with pytest.raises(ValueError, match="tokenizer of this recipe is a function"):
        read.descriptors[0].embed_text("red")


def test_equal_contents_are_equal(pair, tmp_path):
    path = shutil.copy(pair.image_model.find(), tmp_path / "other name.onnx")
    again = Embedder(path, pair.text_model.find(), tokens_of, **PLAIN)
    assert again == pair
    other = image_model(tmp_path / "other.onnx", turn=np.eye(3)[::-1])
    assert Embedder(other, pair.text_model.find(), tokens_of, **PLAIN) != pair
    assert Embedder(path, **PLAIN) != pair
    assert Embedder(path, pair.text_model.find(), tokens_of) != pair


@pytest.mark.parametrize(
    "change",
    [
        {"image_model": None},
        {"image_model": {"name": "image.onnx"}},
        {"image_model": {"name": 3, "sha256": "00"}},
        {"image_model": {"name": "../image.onnx", "sha256": "00"}},
        {"dimensions": None},
        {"dimensions": "many"},
        {"dimensions": -3},
        {"dimensions": 2**30},
        {"input_size": [8, 2**30]},
        {"text_length": 2**30},
        {"input_size": None},
        {"input_size": [0, 0]},
        {"layout": "CHWN"},
        {"mean": [0, 0]},
        {"mean": ["a", 0, 0]},
        {"std": [1, 0, 1]},
        {"tokenizer": None},
        {"tokenizer": 3},
        {"tokenizer": {"name": "t"}},
        {"fit": "perhaps"},
        {"pad_id": "no"},
        {"text_length": 0},
        {"more": 1},
    ],
)
def test_damaged_recipes(pair, change):
    document = json.loads(Recipe([pair]).to_json())
    document["descriptors"][0].update(change)
    with pytest.raises(imgmine.FormatError, match=r"^not a recipe"):
        Recipe.from_json(json.dumps(document))


def test_models_that_are_not_at_hand(pair, tmp_path, monkeypatch):
    text = Recipe([pair]).to_json()
    expected = pair(picture("red"))
    monkeypatch.setattr(model_file, "_seen", {})
    recipe = Recipe.from_json(text)
    assert recipe.size == 3
    calls = recipe, recipe.read, lambda image: recipe.transform([image])
    for call in calls:
        with pytest.raises(FileNotFoundError, match=r"'image.onnx' .* not at hand"):
            call(picture("red"))
    models = tmp_path / "models"
    models.mkdir()
    monkeypatch.setenv("IMGMINE_MODELS", os.pathsep.join([str(tmp_path / "none"), str(models)]))
    image_model(models / "image.onnx", turn=np.eye(3)[::-1])  # the name alone does not count
    with pytest.raises(FileNotFoundError, match="not at hand"):
        recipe(picture("red"))
    image_model(models / "image.onnx")
    np.testing.assert_array_equal(recipe(picture("red")), expected)


def test_a_model_that_has_changed_is_not_taken(pair, tmp_path):
    imgmine.set_num_threads(3)
    try:
        pair(picture("red"))
        image_model(tmp_path / "image.onnx", turn=np.eye(3)[::-1])
        imgmine.set_num_threads(7)  # needs a session of its own
        with pytest.raises(FileNotFoundError, match="not at hand"):
            pair(picture("red"))
    finally:
        imgmine.set_num_threads(0)


def test_weights_beside_the_model_count(pair, tmp_path):
    before = model_file.ModelFile.of(tmp_path / "image.onnx")
    (tmp_path / "image.onnx.data").write_bytes(b"more")
    assert model_file.ModelFile.of(tmp_path / "image.onnx") != before


def test_copies(pair, tmp_path, monkeypatch):
    recipe = Recipe([pair])
    for made in (copy.deepcopy(recipe), pickle.loads(pickle.dumps(recipe)), copy.deepcopy(pair)):
        np.testing.assert_array_equal(made(picture("red")), recipe(picture("red")))
    data = pickle.dumps(recipe)
    monkeypatch.setattr(model_file, "_seen", {})
    assert pickle.loads(data)(picture("red")).shape == (3,)


def test_many_threads_at_a_time(pair):
    images = [picture(color, i) for i, color in enumerate(["red", "green", "blue"] * 10)]
    expected = [pair(image) for image in images]
    found = [[] for _ in range(6)]
    work = [
        threading.Thread(target=lambda rows=rows: rows.extend(map(pair, images))) for rows in found
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    for rows in found:
        np.testing.assert_array_equal(rows, expected)


FORKED = """
import os, sys
import numpy as np
from imgmine.features import Embedder
import imgmine
imgmine.set_num_threads(2)
embedder = Embedder(sys.argv[1])
image = np.full((30, 30, 3), 99, np.uint8)
expected = embedder(image)
child = os.fork()
if not child:
    os._exit(0 if np.array_equal(embedder(image), expected) else 1)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_after_a_fork(pair):
    command = [sys.executable, "-W", "ignore", "-c", FORKED, str(pair.image_model.find())]
    assert subprocess.run(command, timeout=60, check=False).returncode == 0


def test_files_that_are_no_models(tmp_path):
    path = image_model(tmp_path / "image.onnx")
    whole = path.read_bytes()
    broken = tmp_path / "broken.onnx"
    for data in (b"", b"no model", whole[: len(whole) // 2], whole[:-1], bytes(200)):
        broken.write_bytes(data)
        with pytest.raises(imgmine.FormatError, match=r"^broken.onnx is no ONNX model"):
            Embedder(broken)
    with pytest.raises(FileNotFoundError):
        Embedder(tmp_path / "none.onnx")
    for wrong in (None, 3, b"image.onnx"):
        with pytest.raises(TypeError, match=r"^image_model must be a path, got"):
            Embedder(wrong)
    broken.write_text("{}")
    with pytest.raises(imgmine.FormatError, match=r"^broken.onnx is no tokenizer"):
        Embedder(path, text_model(tmp_path / "text.onnx"), broken)


def test_models_that_do_not_fit(tmp_path):
    images, texts = image_model(tmp_path / "image.onnx"), text_model(tmp_path / "text.onnx")
    with pytest.raises(ValueError, match=r"^image_model must have one input, .*text.onnx has"):
        Embedder(texts)
    with pytest.raises(ValueError, match=r"^text_model must take tokens"):
        Embedder(images, images, tokens_of)
    with pytest.raises(ValueError, match=r"^text_model must give 3 numbers .* it gives 5"):
        Embedder(images, text_model(tmp_path / "five.onnx", size=5), tokens_of)
    with pytest.raises(ValueError, match=r"^image_model must take float32 or float16"):
        Embedder(image_model(tmp_path / "double.onnx", kind="DOUBLE"))
    with pytest.raises(ValueError, match=r"^image_model must take one image or any number"):
        Embedder(image_model(tmp_path / "eight.onnx", batch=8))
    with pytest.raises(ValueError, match=r"^input_size must be that of the model's input"):
        Embedder(images, input_size=(9, 9))
    with pytest.raises(ValueError, match=r"^layout 'NHWC' does not go with"):
        Embedder(images, layout="NHWC")
    with pytest.raises(ValueError, match=r"^layout must be 'NCHW' or 'NHWC'"):
        Embedder(image_model(tmp_path / "three.onnx", sides=(3, 3)))
    with pytest.raises(ValueError, match=r"^image_output must be one of \['image_embeds'\]"):
        Embedder(images, image_output="vector")
    with pytest.raises(ValueError, match=r"^text_length must be that of the model"):
        Embedder(images, text_model(tmp_path / "t4.onnx", length=4), tokens_of, text_length=5)


def test_which_output(tmp_path):
    known = image_model(tmp_path / "known.onnx", extra=["other"])
    assert Embedder(known).image_output == "image_embeds"
    assert Embedder(known, image_output="other").image_output == "other"


def test_sizes_of_any_kind(tmp_path):
    free = image_model(tmp_path / "free.onnx", sides=("h", "w"))
    unsaid = image_model(tmp_path / "unsaid.onnx", sides=("h", "w"), channels="c")
    assert Embedder(unsaid).layout == "NCHW"
    four = image_model(tmp_path / "4.onnx", sides=("h", "w"), channels=4, turn=np.ones((4, 3)))
    with pytest.raises(ValueError, match=r"^layout must be"):
        Embedder(four)
    assert Embedder(free).input_size == (224, 224)
    assert Embedder(free, input_size=(32, 48)).input_size == (32, 48)
    assert Embedder(image_model(tmp_path / "one.onnx", batch=1))(picture("red")).shape == (3,)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fit": "squeeze"}, "fit must be one of"),
        ({"resample": "sinc"}, "resample must be one of"),
        ({"channel_order": "GBR"}, "channel_order must be one of"),
        ({"normalize": "l1"}, "normalize must be one of"),
        ({"mean": 0.5}, "mean must be three numbers"),
        ({"mean": (0, 0, np.nan)}, "mean must be finite"),
        ({"std": (1, 1, 0)}, "std must not be 0"),
        ({"input_size": (0, 8)}, "input_size must be from 1 to 4096"),
        ({"text_length": 0}, "text_length must be from 1 to 65536"),
        ({"text_model": "text.onnx"}, "text_model and tokenizer must be given together"),
    ],
)
def test_arguments(tmp_path, options, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        Embedder(image_model(tmp_path / "image.onnx"), **options)


def test_images_that_cannot_be(pair):
    with pytest.raises(ValueError, match="must not be empty"):
        pair(np.zeros((0, 4, 3), np.uint8))
    with pytest.raises(ValueError, match=r"must have shape"):
        pair(np.zeros((4, 4, 2), np.uint8))
    with pytest.raises(TypeError, match="must be uint8"):
        pair(np.zeros((4, 4, 3), np.float32))


def test_numbers_that_are_not_finite(tmp_path):
    path = image_model(tmp_path / "nan.onnx", turn=np.full((3, 3), np.inf))
    with pytest.raises(ValueError, match="gave numbers that are not finite"):
        Embedder(path)


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_without_the_extra(pair, tmp_path, monkeypatch, package):
    images = image_model(tmp_path / "another.onnx", turn=np.eye(3) * 2)
    tokenizer = tokenizer_file(tmp_path / "tokenizer.json")
    monkeypatch.setitem(sys.modules, package, None)
    texts = pair.text_model.find()
    with pytest.raises(imgmine.MissingDependencyError, match=r"pip install 'imgmine\[onnx\]'"):
        Embedder(images, texts, tokenizer)
    assert Recipe.from_json(Recipe([pair]).to_json()).size == 3
