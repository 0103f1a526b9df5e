import json
import zlib

import numpy as np
import pytest
from imgmine import FormatError, nn
from imgmine.generate import VAE, Autoencoder
from imgmine.nn import _safetensors

from .bars import QUICK, bars

MODELS = {
    "autoencoder": (lambda: Autoencoder(3, noise=0.1, **QUICK), False),
    "conditional autoencoder": (lambda: Autoencoder(3, **QUICK), True),
    "vae": (lambda: VAE(2, beta=0.5, random_state=3, **QUICK), False),
    "conditional vae": (lambda: VAE(2, density="normal", **QUICK), True),
    "bfloat16": (lambda: VAE(2, precision="bfloat16", **QUICK), False),
}


@pytest.fixture(params=MODELS)
def learned(request):
    """Return a model and the labels it takes."""
    make, labeled = MODELS[request.param]
    images, labels = bars(40)
    return make().fit(images, labels if labeled else None), labels if labeled else None


def test_round_trip(learned, tmp_path):
    model, labels = learned
    path = tmp_path / "model.safetensors"
    model.save(path)
    again = type(model).load(path)
    images, _ = bars(40)
    pairs = [(x.encode(images, labels), x.sample(20, 1)) for x in (model, again)]
    for a, b in zip(*pairs, strict=True):
        assert a.tobytes() == b.tobytes()
    mask = np.eye(8, dtype=bool)
    a, b = (x.inpaint(images, mask, labels, n_iter=3) for x in (model, again))
    np.testing.assert_array_equal(a, b)
    assert str(again.get_params()) == str(model.get_params()).replace("(4, 6)", "[4, 6]")
    assert again.image_shape_ == (8, 8)
    assert again.dtype_ == np.uint8
    assert (again.classes_ is None) == (labels is None)
    first = path.read_bytes()
    again.save(path)
    assert path.read_bytes() == first
    again.fit(images, labels)  # as it was told
    np.testing.assert_array_equal(again.encode(images, labels), model.encode(images, labels))


@pytest.mark.parametrize("labels", [["b", "a", "ü"], [3, 1, 2], [True, False, True]], ids=str)
def test_labels_are_kept(tmp_path, labels):
    images, _ = bars(30)
    model = Autoencoder(2, **QUICK).fit(images, labels * 10)
    model.save(tmp_path / "m")
    again = Autoencoder.load(tmp_path / "m")
    assert again.classes_.tolist() == model.classes_.tolist() == sorted(set(labels))
    np.testing.assert_array_equal(
        again.sample(5, 0, label=labels[0]), model.sample(5, 0, label=labels[0])
    )


def test_files_of_other_kinds(tmp_path):
    images, _ = bars(20)
    Autoencoder(2, **QUICK).fit(images).save(tmp_path / "a")
    with pytest.raises(FormatError, match="it holds a 'Autoencoder', not a VAE"):
        VAE.load(tmp_path / "a")
    with pytest.raises(FormatError, match="no network"):
        nn.Network.load(tmp_path / "a")
    nn.Sequential([nn.Dense(2)], (3,)).save(tmp_path / "n")
    with pytest.raises(FormatError, match=r"no model of imgmine\.generate"):
        Autoencoder.load(tmp_path / "n")
    (tmp_path / "text").write_text("no model")
    with pytest.raises(FormatError):
        Autoencoder.load(tmp_path / "text")
    with pytest.raises(FileNotFoundError):
        Autoencoder.load(tmp_path / "nothing")


def rewritten(path, change):
    """Change a file's entries and arrays, and make its checksum right again."""
    arrays, metadata, _ = _safetensors.read(path)
    entries = json.loads(metadata["imgmine.generate"])
    change(entries, arrays)
    text = json.dumps(entries)
    checksum = zlib.crc32(text.encode())
    for array in arrays.values():
        checksum = zlib.crc32(_safetensors.data_of(array), checksum)
    found = {"imgmine.generate": text, "imgmine.crc32": f"{checksum:08x}"}
    _safetensors.write(path, arrays, found)


def entry(name, value):
    return lambda entries, arrays: entries.update({name: value})


def param(name, value):
    return lambda entries, arrays: entries["params"].update({name: value})


def array(name, value):
    return lambda entries, arrays: arrays.update({name: np.float32(value)})


def layer(which, place, **settings):
    return lambda entries, arrays: entries["networks"][which]["layers"][place].update(settings)


def without(name):
    return lambda entries, arrays: arrays.pop(name)


DAMAGE = {
    "newer": (entry("format", 2), "update imgmine"),
    "no format": (entry("format", "1"), "no format"),
    "other entries": (entry("more", 1), "other entries"),
    "type": (entry("type", ["VAE"]), "holds a"),
    "params": (param("more", 1), "other params"),
    "code size": (param("code_size", 3), "other sizes"),
    "huge code": (param("code_size", 2**40), "other sizes"),
    "beta": (param("beta", "x"), "beta must be a number"),
    "density": (param("density", "x"), "density must be one of"),
    "seed": (param("random_state", -4), "random_state"),
    "shape": (entry("image_shape", [8, 9]), "other sizes|mean_image"),
    "no shape": (entry("image_shape", [8]), "image_shape"),
    "text for a shape": (entry("image_shape", "ab"), "image_shape"),
    "dtype": (entry("dtype", "float64"), "dtype"),
    "classes": (entry("classes", ["a", "b", "c"]), "other sizes"),
    "counts": (entry("class_counts", [1]), "class_counts"),
    "no counts": (entry("class_counts", [0, 5]), "class_counts"),
    "no networks": (entry("networks", {}), "damaged"),
    "networks of nothing": (entry("networks", 5), "damaged"),
    "huge layer": (layer("decoder", 3, units=2**31 - 1), "damaged"),
    "more units": (layer("encoder", -2, units=9), "weights"),
    "unknown layer": (layer("encoder", 2, type="Oracle"), "Oracle"),
    "mean": (array("mean_image", np.zeros((8, 9, 1))), "mean_image"),
    "NaN": (array("mean_image", np.full((8, 8, 1), np.nan)), "mean_image"),
    "no mean": (without("mean_image"), "mean_image"),
    "no code": (without("encoder.code.bias"), "weights"),
    "infinite weight": (array("encoder.code.bias", np.full(4, np.inf)), "not finite"),
    "more arrays": (array("more", [1.0]), "other arrays"),
    "means": (array("codes.0.means", np.zeros((2, 7))), "other sizes"),
    "weights": (array("codes.1.weights", [0.0]), "weights|other sizes"),
    "no deviations": (without("codes.1.deviations"), "damaged"),
    "fewer densities": (entry("n_densities", 1), "densities"),
    "many densities": (entry("n_densities", 10**9), "n_densities"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_hostile_files(tmp_path, name):
    change, message = DAMAGE[name]
    images, labels = bars(20)
    VAE(2, **QUICK).fit(images, labels).save(tmp_path / "m")
    rewritten(tmp_path / "m", lambda entries, arrays: None)
    VAE.load(tmp_path / "m")
    rewritten(tmp_path / "m", change)
    with pytest.raises(FormatError, match=message) as caught:
        VAE.load(tmp_path / "m")
    assert str(tmp_path / "m") in str(caught.value)


def test_labels_that_no_file_holds(tmp_path):
    images, _ = bars(4)
    y = np.array(["2020-01-01", "2020-01-02"] * 2, "datetime64[D]")
    model = Autoencoder(2, **QUICK).fit(images, y)
    with pytest.raises(TypeError, match="labels that are str, int, float or bool"):
        model.save(tmp_path / "m")
    assert list(tmp_path.iterdir()) == []
