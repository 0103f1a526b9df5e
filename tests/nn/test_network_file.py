import dataclasses
import json
import zlib

import numpy as np
import pytest
from imgmine import FormatError, nn
from imgmine.nn import _safetensors


def every_layer():
    """Return a network that has each kind of layer."""
    image = nn.Input((12, 12, 2), name="picture")
    x = nn.Rescaling(1 / 100, -0.5)(image)
    x = nn.Conv2D(4, 3, strides=2, padding=(1, 0, 1, 2), activation="leaky_relu")(x)
    x = nn.LeakyReLU(0.3)(nn.BatchNorm(epsilon=1e-4)(x))
    x = nn.Clip(-2, 3)(nn.Conv2D(4, 3, padding="same", activation="relu6", groups=4)(x))
    y = nn.ConvTranspose2D(4, 3, strides=2, padding="same", use_bias=False)(nn.MaxPool2D()(x))
    y = nn.Upsample2D(2, method="bilinear")(nn.AvgPool2D(2, padding="same")(y)) + y
    z = nn.Concatenate()([nn.GlobalAvgPool2D()(nn.Tanh()(y)), nn.GlobalMaxPool2D()(y)])
    z = nn.Reshape((2, 2, 2))(z)
    z = nn.Dense(3, activation="relu", name="été")(
        nn.Dropout(0.5)(nn.Flatten()(nn.ReLU6()(nn.ReLU()(z))))
    )
    outputs = [nn.Softmax()(nn.Dense(3)(z)), nn.Sigmoid()(nn.Dense(1)(z))]
    return nn.Network(image, outputs, random_state=5)


X = np.random.default_rng(0).integers(0, 256, (5, 12, 12, 2), np.uint8)


def test_round_trip_of_every_layer(tmp_path):
    network = every_layer()
    path = tmp_path / "net.safetensors"
    network.save(path)
    again = nn.Network.load(path)
    assert again.layers == {
        name: dataclasses.replace(layer, name=name) for name, layer in network.layers.items()
    }
    assert str(again.summary()) == str(network.summary())
    for a, b in zip(network.predict(X), again.predict(X), strict=True):
        assert a.tobytes() == b.tobytes()
    first = path.read_bytes()
    again.save(path)
    assert path.read_bytes() == first


def test_settings_that_came_later_are_written_where_they_matter(tmp_path):
    """Files of networks without groups are as they were before there were any."""
    plain = nn.Sequential([nn.Conv2D(4, 3)], (8, 8, 4))
    in_groups = nn.Sequential([nn.Conv2D(4, 3, groups=2)], (8, 8, 4))
    assert plain.digest() == "5af3f2ee810ecd206d3a18a3156b9080189de1d9598b3c9384013562c3b1b19c"
    path = tmp_path / "net.safetensors"
    for network in (plain, in_groups):
        network.save(path)
        assert (b"groups" in path.read_bytes()) == (network is in_groups)
        assert nn.Network.load(path).digest() == network.digest()


@pytest.mark.parametrize(
    "labels", [["b", "a", "ü"], [3, 1, 2], [0.5, 1.5, 2.5], [True, "x", 2], None], ids=str
)
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_labels_and_precision_are_kept(tmp_path, labels, precision):
    network = nn.Sequential([nn.Dense(3)], (4,), precision=precision)
    x = np.random.default_rng(1).normal(size=(30, 4)).astype("f4")
    if labels is not None:
        network.fit(x, [labels[i % 3] for i in range(30)])
    network.save(tmp_path / "n")
    again = nn.Network.load(tmp_path / "n")
    assert again.precision == precision
    assert (again.classes_ is None) == (labels is None)
    assert again.predict_labels(x).tolist() == network.predict_labels(x).tolist()
    if labels is not None:
        assert again.classes_.tolist() == network.classes_.tolist()
        assert list(map(type, again.classes_.tolist())) == [
            type(label) for label in network.classes_.tolist()
        ]


def test_labels_that_no_file_holds(tmp_path):
    network = nn.Sequential([nn.Dense(2)], (4,))
    network.fit(np.eye(4, dtype="f4"), [(1,), (2,), (1,), (2,)])
    with pytest.raises(TypeError, match="labels that are str, int, float or bool, got"):
        network.save(tmp_path / "n")
    assert list(tmp_path.iterdir()) == []


def test_the_formats_own_package_reads_it(tmp_path):
    safetensors = pytest.importorskip("safetensors")
    network = every_layer()
    network.save(tmp_path / "n")
    with safetensors.safe_open(tmp_path / "n", "np") as file:
        weights = network.weights
        assert sorted(file.keys()) == sorted(weights)
        for name in file.keys():  # noqa: SIM118 - it is no dict
            np.testing.assert_array_equal(file.get_tensor(name), weights[name])
        assert "imgmine.network" in file.metadata()


def test_weights_by_name(tmp_path):
    network, other = every_layer(), every_layer()
    other.set_weights({name: 0 * array for name, array in other.weights.items()})
    network.save(tmp_path / "n")
    assert other.load_weights(tmp_path / "n") is other
    for name, array in network.weights.items():
        np.testing.assert_array_equal(other.weights[name], array)
    part = {"conv2d.bias": np.ones(4), "unknown": np.ones(3)}
    before = other.weights
    with pytest.raises(ValueError, match=r"lacks \['batch_norm.beta'.*'unknown'\] new"):
        other.set_weights(part)
    np.testing.assert_array_equal(other.weights["conv2d.bias"], before["conv2d.bias"])
    other.set_weights(part, strict=False)
    assert other.weights["conv2d.bias"].tolist() == [1] * 4
    with pytest.raises(ValueError, match=r"conv2d.bias must have shape \(4,\), got \(5,\)"):
        other.set_weights({"conv2d.bias": np.ones(5)}, strict=False)


def test_weights_of_other_programs(tmp_path):
    arrays = nn.Sequential([nn.Dense(2)], (3,), random_state=9).weights
    _safetensors.write(tmp_path / "n", arrays, {"format": "pt"})
    with pytest.raises(FormatError, match="has weights but no network of imgmine's"):
        nn.Network.load(tmp_path / "n")
    network = nn.Sequential([nn.Dense(2)], (3,)).load_weights(tmp_path / "n")
    np.testing.assert_array_equal(network.weights["dense.kernel"], arrays["dense.kernel"])


def rewrite(path, change):
    """Change what a file says of its network, and make its checksum right again."""
    arrays, metadata, data = _safetensors.read(path)
    entries = json.loads(metadata["imgmine.network"])
    change(entries, arrays)
    text = json.dumps(entries)
    data = b"".join(array.tobytes() for array in arrays.values())
    crc = f"{zlib.crc32(data, zlib.crc32(text.encode())):08x}"
    _safetensors.write(path, arrays, {"imgmine.network": text, "imgmine.crc32": crc})


def setting(place, **values):
    return lambda entries, arrays: entries["graph"]["layers"][place].update(values)


CHANGES = {
    "no change": (lambda entries, arrays: None, None),
    "other weights": (
        lambda e, a: a.update({"dense.bias": np.ones((1, 2), "f4")}),
        "must have shape",
    ),
    "weights missing": (lambda e, a: a.pop("dense.bias"), "weights"),
    "weights left over": (lambda e, a: a.update(x=np.ones(3, "f4")), "weights"),
    "a kernel of 1 GB": (setting(1, units=2**26), "have 268435456 weights, it has 8"),
    "a kernel of 4 GB": (setting(1, units=2**28), r"at most 2\^29 parameters"),
    "an input of 2^40": (setting(0, shape=[2**20, 2**20]), "."),
    "an input of 2^62": (setting(0, shape=[2**31 - 1, 2**31 - 1]), "."),
    "no units": (setting(1, units=0), "."),
    "units of text": (setting(1, units="many"), "units must be a whole number"),
    "unknown type": (setting(1, type="Oracle"), "unknown type 'Oracle'"),
    "type no text": (setting(1, type=3), "no proper layers"),
    "unknown setting": (setting(1, magic=1), "settings of Dense"),
    "later inputs": (setting(1, inputs=[1]), "no proper inputs"),
    "no inputs": (setting(1, inputs=[]), "no proper inputs"),
    "inputs of an input": (setting(1, type="InputLayer", inputs=[0]), "settings of InputLayer"),
    "input of text": (setting(1, inputs=["0"]), "no proper inputs"),
    "a name twice": (setting(1, name="input"), "several times"),
    "no name": (setting(1, name=None), "no proper names"),
    "outputs of nothing": (lambda e, a: e["graph"].update(outputs=[]), "no proper outputs"),
    "outputs beyond": (lambda e, a: e["graph"].update(outputs=[2]), "no proper outputs"),
    "layers no list": (lambda e, a: e["graph"].update(layers={}), "no proper layers"),
    "no graph": (lambda e, a: e.update(graph=None), "no proper graph"),
    "precision": (lambda e, a: e.update(precision="float8"), "no proper precision"),
    "classes": (lambda e, a: e.update(classes=[1, 1]), "no proper classes"),
    "too many classes": (lambda e, a: e.update(classes=[1, 2, 3]), "tell 2 classes apart"),
    "more entries": (lambda e, a: e.update(more=1), "other entries"),
    "no format": (lambda e, a: e.pop("format"), "no format"),
    "a newer format": (lambda e, a: e.update(format=2), "reads formats up to 1: update imgmine"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_hostile_networks(tmp_path, what):
    path = tmp_path / "n"
    network = nn.Sequential([nn.Dense(2)], (3,))
    network.fit(np.eye(3, dtype="f4"), [0, 1, 0])
    network.save(path)
    change, message = CHANGES[what]
    rewrite(path, change)
    if message is None:
        assert nn.Network.load(path).classes_.tolist() == [0, 1]
        return
    with pytest.raises(FormatError, match=f"damaged or no network: .*{message}"):
        nn.Network.load(path)


def test_damage_is_found(tmp_path):
    path = tmp_path / "n"
    nn.Sequential([nn.Dense(2)], (3,)).save(path)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(FormatError):
            nn.Network.load(path)
