"""Layers that stay as they are, another head, copies."""

import numpy as np
import pytest
from imgmine import nn


def network(seed=0):
    layers = [
        nn.Rescaling(1 / 255),
        nn.Conv2D(4, 3, use_bias=False),
        nn.BatchNorm(momentum=0.5),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dense(6, "relu"),
        nn.Dropout(0.2),
        nn.Dense(3, "softmax"),
    ]
    return nn.Sequential(layers, (6, 6, 1), random_state=seed)


def samples(n=24):
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (n, 6, 6, 1), np.uint8), np.arange(n) % 3


def changed(before, after):
    return {name for name in before if (before[name] != after[name]).any()}


@pytest.mark.parametrize(
    "optimizer", [nn.Adam(0.01), nn.AdamW(0.01), nn.SGD(0.1, momentum=0.9, weight_decay=0.1)]
)
def test_frozen_layers_stay(optimizer, n_threads):
    net = network().freeze(up_to="flatten")
    assert net.frozen == ["input", "rescale", "conv2d", "batch_norm", "relu", "flatten"]
    before = net.weights
    net.fit(*samples(), epochs=2, optimizer=optimizer)
    assert changed(before, net.weights) == {
        f"{layer}.{kind}" for layer in ("dense", "dense_1") for kind in ("kernel", "bias")
    }
    assert net.unfreeze().frozen == []
    net.fit(*samples(), epochs=1, optimizer=optimizer)
    assert {"conv2d.kernel", "batch_norm.mean"} <= changed(before, net.weights)


def test_frozen_norms_use_what_they_know():
    """In training results are those of `predict`, whatever the batch; mean and variance stay."""
    x, y = samples()
    net = network().with_head([nn.Dense(3)])
    net.fit(x, y, epochs=2)
    known = net.predict(x)
    assert np.abs(net.forward(x) - known).max() > 0.01
    known = net.predict(x)
    net.freeze(up_to="dense")
    np.testing.assert_allclose(net.forward(x), known, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(net.forward(x[:1]), known[:1], rtol=1e-5, atol=1e-6)
    before = net.weights
    net.fit(x, y, epochs=2)
    assert changed(before, net.weights) == {"dense_1.kernel", "dense_1.bias"}


def test_weights_given_to_frozen_layers_count():
    """Though those are not looked at again after each step."""
    x, y = samples()
    net, other = network().freeze(), network(seed=1).freeze()
    for each in (net, other):
        each.fit(x, y, epochs=1)
    net.set_weights(other.weights)
    for each in (net, other):
        each.fit(x, y, epochs=1)
    assert net.digest() == other.digest()
    net.unfreeze().fit(x, y, epochs=1)
    other.unfreeze().fit(x, y, epochs=1)
    assert net.digest() == other.digest()


def test_nothing_learns():
    x, y = samples()
    net = network().freeze(up_to="dense_1")
    before = net.digest()
    net.fit(x, y, epochs=1)
    assert net.digest() == before
    result = net.forward(x)
    assert net.backward(result).any()
    assert not any(gradient.any() for gradient in net.gradients.values())


def test_no_way_back_from_before_freezing():
    net = network()
    result = net.forward(samples()[0])
    with pytest.raises(ValueError, match="backward must follow forward with training=True"):
        net.freeze().backward(result)


def test_freeze_by_default_leaves_the_classes():
    net = network()
    assert net.embedding_layer == "dense"
    assert net.freeze().frozen[-1] == "dense"
    before = net.weights
    net.fit(*samples(), optimizer=nn.SGD(0.1))
    assert changed(before, net.weights) == {"dense_1.kernel", "dense_1.bias"}


def test_frozen_layers_with_clipped_gradients():
    """What is frozen counts nothing in the gradients' length."""
    free, frozen = network(), network().freeze(up_to="flatten")
    x, y = samples()
    free.fit(x, y, batch_size=24, shuffle=False, optimizer=nn.SGD(1.0, clip_norm=1e-3))
    frozen.fit(x, y, batch_size=24, shuffle=False, optimizer=nn.SGD(1.0, clip_norm=1e-3))
    start, moved = network().weights, frozen.weights
    step = np.sqrt(sum(((moved[name] - start[name]) ** 2).sum() for name in start))
    assert step == pytest.approx(1e-3, rel=1e-3)


def test_going_on_with_the_same_layers_frozen(tmp_path):
    def learn(epochs, up_to):
        net = network().freeze(up_to=up_to)
        net.fit(*samples(), epochs=epochs, checkpoint=tmp_path / "run.ckpt", resume=True)
        return net.digest()

    learn(1, "flatten")
    with pytest.raises(ValueError, match="another frozen"):
        learn(2, "dense")
    resumed = learn(3, "flatten")
    (tmp_path / "run.ckpt").unlink()
    assert learn(3, "flatten") == resumed


def test_frozen_branches():
    """Only what leads to a layer is frozen."""
    image = nn.Input((6, 6, 1))
    left, right = nn.Conv2D(2, 3)(image), nn.Conv2D(2, 3)(image)
    net = nn.Network(image, nn.Flatten()(nn.Add()([left, right])))
    assert net.freeze(up_to="conv2d_1").frozen == ["input", "conv2d_1"]
    assert net.embedding_layer == "flatten"
    with pytest.raises(ValueError, match=r"^layer must be one of"):
        net.freeze(up_to="none")


def test_with_head():
    net = network()
    net.fit(*samples(), epochs=1)
    other = net.with_head([nn.Dense(5), nn.Softmax()])
    assert other.output_shapes == [(5,)]
    assert list(other.layers)[:7] == list(net.layers)[:7]
    mine, theirs = net.weights, other.weights
    for name in theirs:
        if name.startswith(("conv2d", "batch_norm", "dense.")):
            np.testing.assert_array_equal(theirs[name], mine[name])
    x, _ = samples()
    np.testing.assert_array_equal(other.embed(x, "dense"), net.embed(x, "dense"))
    again = net.with_head([nn.Dense(5), nn.Softmax()])
    assert again.digest() == other.digest()
    assert net.with_head([nn.Dense(5), nn.Softmax()], random_state=1).digest() != other.digest()
    other.fit(x, np.arange(24) % 5)
    assert (net.weights["dense.kernel"] == mine["dense.kernel"]).all()


def test_with_head_after_any_layer():
    net = network()
    bare = net.with_head([], after="relu")
    assert bare.output_shapes == [(4, 4, 4)]
    with pytest.raises(ValueError, match=r"^layer must be one of .* got 'nowhere'"):
        net.with_head([nn.Dense(2)], after="nowhere")
    with pytest.raises(TypeError, match=r"^layers must be layers, got 3"):
        net.with_head([3])


def test_copies_learn_for_themselves():
    net = network()
    net.fit(*samples(), epochs=1)
    made = net.copy()
    assert made.digest() == net.digest()
    assert made.classes_.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(made.predict(samples()[0]), net.predict(samples()[0]))
    made.fit(*samples(), epochs=1)
    assert made.digest() != net.digest()
    assert network(1).digest() != network().digest()


def test_embedding_layers():
    assert nn.small_cnn((16, 16, 3), 4).embedding_layer == "global_avg_pool2d"
    image = nn.Input((4, 4, 1))
    assert nn.Network(image, nn.Conv2D(2, 2)(image)).embedding_layer == "conv2d"
