"""Networks of the library as descriptors."""

import copy
import json
import pickle

import imgmine
import numpy as np
import pytest
from imgmine import ImageIndex, nn
from imgmine.features import ColorMoments, Embedder, Gray, Recipe, Resize
from imgmine.features import _model_file as model_file
from PIL import Image


def network(channels=3, seed=0, sides=(8, 12)):
    layers = [
        nn.Rescaling(1 / 255),
        nn.Conv2D(4, 3, activation="relu"),
        nn.Flatten(),
        nn.Dense(5, "relu"),
        nn.Dense(3, "softmax"),
    ]
    return nn.Sequential(layers, (*sides, channels), random_state=seed)


def picture(seed=0, shape=(40, 50, 3)):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def fitted(image, sides=(8, 12), how=Image.Resampling.BICUBIC):
    return np.asarray(Image.fromarray(image).resize(sides[::-1], how))


@pytest.fixture
def saved(tmp_path):
    net = network()
    net.save(tmp_path / "net.safetensors")
    return net, tmp_path / "net.safetensors"


@pytest.mark.parametrize("layer", [None, "dense", "conv2d", "dense_1"])
def test_a_layers_result(layer, cpu_level, n_threads):
    net, image = network(), picture()
    found = Embedder(net, layer=layer, fit="stretch", normalize=None)
    expected = net.embed(fitted(image)[np.newaxis], layer or "dense")[0]
    np.testing.assert_array_equal(found(image), expected)
    assert found.layer == (layer or "dense")
    assert found.dimensions == found.size(3) == len(expected)
    assert found.input_size == (8, 12)
    unit = Embedder(net, layer=layer, fit="stretch")(image)
    np.testing.assert_allclose(unit, expected / np.linalg.norm(expected), rtol=1e-6)
    assert unit.dtype == np.float32


def test_pixels():
    net, image = network(), picture()
    options = {"fit": "stretch", "resample": "box", "normalize": None}
    pixels = fitted(image, how=Image.Resampling.BOX)
    scaled = ((pixels / 255 - (0.1, 0.2, 0.3)) / (0.5, 0.6, 0.7)).astype(np.float32)
    found = Embedder(net, mean=(0.1, 0.2, 0.3), std=(0.5, 0.6, 0.7), **options)(image)
    np.testing.assert_array_equal(found, net.embed(scaled[np.newaxis], "dense")[0])
    found = Embedder(net, channel_order="BGR", **options)(image)
    turned = np.ascontiguousarray(pixels[..., ::-1])
    np.testing.assert_array_equal(found, net.embed(turned[np.newaxis], "dense")[0])
    found = Embedder(net, normalize=None)(image[:, :30])  # its middle
    middle = fitted(image[:, :30], (16, 12))[4:12]
    np.testing.assert_array_equal(found, net.embed(middle[np.newaxis], "dense")[0])


def test_gray_and_color():
    gray = picture(shape=(8, 12))
    colors = np.repeat(gray[..., np.newaxis], 3, axis=2)
    mono, color = network(channels=1), network()
    found = Embedder(mono, normalize=None)
    np.testing.assert_array_equal(found(gray), mono.embed(gray[np.newaxis], "dense")[0])
    np.testing.assert_array_equal(found(colors), found(gray))
    np.testing.assert_array_equal(found(gray[..., np.newaxis]), found(gray))
    image = picture(shape=(8, 12, 3))
    luma = imgmine.color.rgb2gray(image)
    np.testing.assert_array_equal(found(image), found(luma))
    np.testing.assert_array_equal(Embedder(color)(gray), Embedder(color)(colors))
    transparent = np.dstack([image, gray])
    np.testing.assert_array_equal(Embedder(color)(transparent), Embedder(color)(image))
    for net in (mono, color):  # both may come after Gray
        recipe = Recipe([Embedder(net)], [Gray()])
        np.testing.assert_array_equal(recipe(image), Embedder(net)(luma))
    scaled = Embedder(mono, mean=[0.5], std=[0.25], normalize=None)(gray)
    values = ((gray / 255 - 0.5) / 0.25).astype(np.float32)[np.newaxis, ..., np.newaxis]
    np.testing.assert_array_equal(scaled, mono.embed(values, "dense")[0])


def test_in_a_recipe(saved):
    """The same bits alone, with others and on threads."""
    net, path = saved
    recipe = Recipe([Embedder(path), ColorMoments()], [Resize((20, 20))], weights=[2, 1])
    images = [picture(i, (30 + i, 40, 3)) for i in range(12)]
    rows = recipe.transform(images, n_jobs=3)
    np.testing.assert_array_equal(rows, recipe.transform(images, n_jobs=1))
    assert recipe.size == 5 + 9
    resized = [imgmine.geometry.resize(image, (20, 20)) for image in images]
    alone = [2 * Embedder(net)(image) for image in resized]
    np.testing.assert_allclose(rows[:, :5], alone, rtol=1e-6)


def test_in_a_catalogue(saved, tmp_path):
    _, path = saved
    for i in range(6):
        Image.fromarray(picture(i)).save(tmp_path / f"{i}.png")
    with ImageIndex.open(tmp_path / "catalogue", Recipe([Embedder(path)])) as index:
        index.add(tmp_path)
        assert index.search(tmp_path / "3.png", k=1)[0].path.endswith("3.png")
    with ImageIndex.open(tmp_path / "catalogue", mode="r") as index:
        assert index.recipe == Recipe([Embedder(path)])
        assert index.search(picture(2), k=1)[0].path.endswith("2.png")


def test_written_down(saved, tmp_path):
    _, path = saved
    recipe = Recipe([Embedder(path, layer="conv2d")])
    text = recipe.to_json()
    assert str(tmp_path) not in text
    (written,) = json.loads(text)["descriptors"]
    assert written["image_model"]["name"] == "net.safetensors"
    assert written["layer"] == "conv2d"
    assert written["mean"] is None
    read = Recipe.from_json(text)
    assert (read, read.size) == (recipe, recipe.size)
    np.testing.assert_array_equal(read(picture()), recipe(picture()))
    for made in (copy.deepcopy(recipe), pickle.loads(pickle.dumps(recipe))):
        np.testing.assert_array_equal(made(picture()), recipe(picture()))


def test_files_of_any_name(saved, tmp_path):
    """Networks are known by what is in the file."""
    net, path = saved
    other = path.rename(tmp_path / "animals.model")
    recipe = Recipe([Embedder(other)])
    np.testing.assert_array_equal(recipe(picture()), Embedder(net)(picture()))
    read = Recipe.from_json(recipe.to_json())
    np.testing.assert_array_equal(read(picture()), recipe(picture()))


def test_files_that_are_not_at_hand(saved, tmp_path, monkeypatch):
    net, path = saved
    recipe = Recipe([Embedder(path)])
    text, expected = recipe.to_json(), recipe(picture())
    monkeypatch.setattr(model_file, "_seen", {})
    monkeypatch.delenv("IMGMINE_MODELS", raising=False)
    read = Recipe.from_json(text)
    with pytest.raises(FileNotFoundError, match=r"'net.safetensors' .* not at hand"):
        read(picture())
    models = tmp_path / "models"
    models.mkdir()
    monkeypatch.setenv("IMGMINE_MODELS", str(models))
    network(seed=1).save(models / "net.safetensors")  # the name alone does not count
    with pytest.raises(FileNotFoundError, match="not at hand"):
        read(picture())
    net.save(models / "net.safetensors")
    np.testing.assert_array_equal(read(picture()), expected)


def test_networks_in_memory(saved):
    net, path = saved
    part = Embedder(net)
    recipe = Recipe([part])
    np.testing.assert_array_equal(part(picture()), Embedder(path)(picture()))
    assert part == Embedder(network()) != Embedder(network(seed=1))
    assert hash(recipe) == hash(Recipe([Embedder(network())]))
    copied = copy.deepcopy(part)
    before = part(picture())
    net.fit(np.stack([picture(i, (8, 12, 3)) for i in range(3)]), [0, 1, 2], epochs=5)
    np.testing.assert_array_equal(part(picture()), before)  # trained on, it is another one
    np.testing.assert_array_equal(copied(picture()), before)
    assert (Embedder(net)(picture()) != before).any()
    message = r"knows networks by their files: save this one \(network.save\)"
    for write in (part.to_dict, recipe.to_json, lambda: pickle.dumps(recipe)):
        with pytest.raises(ValueError, match=message):
            write()
    with pytest.raises(ValueError, match=message):
        ImageIndex.open(path.parent / "catalogue", recipe)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layer": "nothing"}, "layer must be one of"),
        ({"image_output": "dense"}, "image_output is of ONNX models"),
        ({"input_size": (9, 9)}, r"input_size must be the network's, \(8, 12\)"),
        ({"layout": "NCHW"}, "layout is 'NHWC' for networks"),
        ({"mean": (0, 0, 0)}, "mean and std must be given together"),
        ({"mean": (0,), "std": (1,)}, "mean must be of 3 channels"),
        ({"mean": (0,), "std": (1, 1, 1)}, "mean and std must be of as many channels"),
        ({"mean": (0, 0), "std": (1, 1)}, "mean must be three numbers, for R, G and B, or one"),
        ({"mean": (0, 0, 0), "std": (1, 0, 1)}, "std must not be 0"),
        ({"fit": "squeeze"}, "fit must be one of"),
        ({"text_model": "text.onnx"}, "text_model and tokenizer must be given together"),
    ],
)
def test_arguments(options, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        Embedder(network(), **options)


def test_networks_that_do_not_fit(tmp_path):
    for shape in ((4, 4, 2), (16,)):
        image = nn.Input(shape)
        with pytest.raises(
            ValueError, match=r"^image_model must be a network of one input, images"
        ):
            Embedder(nn.Network(image, nn.Dense(2)(image)))
    wide = nn.Sequential([nn.Upsample2D(40)], (8, 8, 3))
    with pytest.raises(ValueError, match=r"^layer must give at most 65536 numbers"):
        Embedder(wide)
    huge = network()
    huge.set_weights({"dense.bias": np.full(5, np.inf, np.float32)}, strict=False)
    with pytest.raises(ValueError, match=r"'dense' gave numbers that are not finite"):
        Embedder(huge)
    path = tmp_path / "bad.safetensors"
    path.write_bytes(b"no network")
    with pytest.raises(imgmine.FormatError):
        Embedder(path)
    with pytest.raises(FileNotFoundError):
        Embedder(tmp_path / "none.safetensors")


def test_layer_is_of_networks(tmp_path):
    from .onnx_pair import image_model

    with pytest.raises(ValueError, match=r"^layer is of networks of imgmine.nn"):
        Embedder(image_model(tmp_path / "image.onnx"), layer="dense")


@pytest.mark.parametrize(
    "change",
    [
        {"layer": 3},
        {"layer": ["dense"]},
        {"image_output": "y"},
        {"mean": [0, 0]},
        {"dimensions": None},
        {"input_size": None},
        {"image_model": {"name": "net.safetensors"}},
    ],
)
def test_damaged_recipes(saved, change):
    document = json.loads(Recipe([Embedder(saved[1])]).to_json())
    document["descriptors"][0].update(change)
    with pytest.raises(imgmine.FormatError, match=r"^not a recipe"):
        Recipe.from_json(json.dumps(document))
