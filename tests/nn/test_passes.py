"""Training loops of one's own: gradients through chained networks, and what `fit` would do."""

import numpy as np
import pytest
from imgmine import nn
from numpy.testing import assert_allclose, assert_array_equal

from .reference import forward

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

OPTIMIZERS = [
    nn.SGD(0.1, momentum=0.9, nesterov=True),
    nn.Adam(0.01, clip_norm=0.01),
    nn.AdamW(0.01, weight_decay=0.5),
]


def maker():
    layers = [
        nn.Dense(3 * 2 * 4, use_bias=False),
        nn.BatchNorm(momentum=0.5),
        nn.LeakyReLU(0.3),
        nn.Reshape((3, 2, 4)),
        nn.ConvTranspose2D(2, 4, strides=2, padding="same", activation="tanh"),
    ]
    return nn.Sequential(layers, (5,), random_state=1)


def critic():
    layers = [
        nn.Conv2D(4, 3, strides=2, padding="same"),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Dense(1),
    ]
    return nn.Sequential(layers, (6, 4, 2), random_state=2)


def net():
    layers = [
        nn.Conv2D(4, 3, use_bias=False),
        nn.BatchNorm(momentum=0.5),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.25),
        nn.Dense(4),
    ]
    return nn.Sequential(layers, (6, 5, 1), random_state=3)


def samples(n=16):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 6, 5, 1)).astype(np.float32), rng.normal(size=(n, 4)).astype("f4")


def run(network, values, x):
    core = network._core
    return forward(network._nodes, core, values, [x], training=True, wanted=network._outputs)[0]


def flat(network, arrays):
    """Join arrays by name to one, in the order of the network's values."""
    parts = sorted(network._parts(), key=lambda name: network._parts()[name][0].start)
    return np.concatenate([arrays[name].ravel().astype(np.float64) for name in parts])


def test_gradients_through_two_networks():
    """Both networks' gradients are the slopes of what the second says of the first's results."""
    networks, rng, n = (maker(), critic()), np.random.default_rng(4), 7
    codes = rng.normal(size=(n, 5)).astype(np.float32)
    weights = rng.normal(size=(n, 1)).astype(np.float32)
    values = [flat(network, network.weights) for network in networks]

    said = networks[1].forward(networks[0].forward(codes))
    of_codes = networks[0].backward(networks[1].backward(weights))
    assert said.shape == (n, 1)
    assert of_codes.shape == codes.shape

    def objective(first, second, codes):
        return (weights * run(networks[1], second, run(networks[0], first, codes))).sum()

    points = [*values, codes.astype(float)]
    found = [*(flat(network, network.gradients) for network in networks), of_codes]
    for which, gradient in enumerate(found):
        assert np.count_nonzero(gradient) > 10
        for _ in range(6):
            direction, ends = rng.choice([-1.0, 1.0], gradient.shape), []
            for step in (1e-6, -1e-6):
                moved = [*points]
                moved[which] = points[which] + step * direction
                ends.append(objective(*moved))
            slope = (ends[0] - ends[1]) / 2e-6
            assert (gradient * direction).sum() == pytest.approx(slope, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("frozen", [None, "flatten"])
def test_a_step_is_that_of_fit(optimizer, frozen):
    """Bit for bit, dropped inputs, running statistics and frozen layers included."""
    (x, y), mine, fitted = samples(), net(), net()
    if frozen:
        mine.freeze(frozen)
        fitted.freeze(frozen)
    before, at_work = mine.weights, optimizer.start(mine)
    mine.backward((mine.forward(x) - y) * np.float32(2 / y.size), of_inputs=False)
    at_work.update()
    fitted.fit(x, y, batch_size=16, optimizer=optimizer, loss="mse", shuffle=False)
    for name, array in fitted.weights.items():
        assert_array_equal(mine.weights[name], array, err_msg=name)
        is_frozen = name.split(".")[0] in mine.frozen
        assert (array == before[name]).all() == is_frozen, name
    assert at_work.step == 1


def test_running_statistics_of_frozen_layers_stay():
    network = net().freeze("flatten")
    before, predicted = network.weights, network.predict(samples()[0])
    network.forward(samples()[0])
    assert_array_equal(network.weights["batch_norm.mean"], before["batch_norm.mean"])
    assert_array_equal(network.predict(samples()[0]), predicted)


def test_several_inputs_and_outputs():
    first, second = nn.Input((3,)), nn.Input((2,))
    both = nn.Concatenate()([first, second])
    network = nn.Network([first, second], [nn.Dense(2)(both), both])
    x = [np.ones((4, 3), np.float32), np.zeros((4, 2), np.uint8)]
    result, joined = network.forward(x)
    assert result.shape == (4, 2)
    assert_array_equal(joined, [[1, 1, 1, 0, 0]] * 4)
    of_first, of_second = network.backward([np.ones_like(result), np.full_like(joined, 2)])
    sums = network.weights["dense.kernel"].sum(axis=1) + 2
    assert_allclose(of_first, [sums[:3]] * 4, rtol=1e-6)
    assert_allclose(of_second, [sums[3:]] * 4, rtol=1e-6)
    assert_array_equal(network.gradients["dense.bias"], [4, 4])
    assert network.backward([result, joined], of_inputs=False) is None


def test_seed_and_training():
    network, (x, _) = net(), samples()
    first, other = network.forward(x, seed=1), network.forward(x, seed=2)
    assert (first != other).any()
    assert_array_equal(network.forward(x, seed=1), first)
    assert_allclose(network.forward(x, training=False, seed=1), network.predict(x), atol=1e-5)
    assert network.forward(x[:0], training=False).shape == (0, 4)


def test_the_way_back_can_be_gone_again():
    network, (x, y) = net(), samples()
    network.forward(x)
    before, gradients = network.backward(y), network.gradients
    network.backward(2 * y)
    assert_array_equal(network.backward(y), before)
    for name, gradient in network.gradients.items():
        assert_array_equal(gradient, gradients[name])


def test_factor_is_of_the_learning_rate():
    x, y = samples()
    ends = []
    for rate, factor in ((0.5, 1), (1, 0.5)):
        network = net()
        network.forward(x)
        network.backward(y)
        nn.SGD(rate).start(network).update(factor)
        ends.append(network.weights)
    for name, array in ends[0].items():
        assert_array_equal(array, ends[1][name])


def test_strided_and_read_only():
    x, y = samples(32)
    x.flags.writeable = y.flags.writeable = False
    network, other = net(), net()
    assert_array_equal(network.forward(x[::2]), other.forward(x[::2].copy()))
    assert_array_equal(network.backward(y[::2]), other.backward(y[::2].copy()))


def test_errors():
    network, (x, y) = net(), samples()
    with pytest.raises(ValueError, match="backward must follow forward with training=True"):
        network.backward(y)
    with pytest.raises(ValueError, match="x must have at least one sample, got none"):
        network.forward(x[:0])
    with pytest.raises(ValueError, match=r"x must have shape \(n, 6, 5, 1\), got \(16, 5, 5, 1\)"):
        network.forward(x[:, 1:])
    with pytest.raises(ValueError, match=r"seed must be at least 0 and below 2\^64, got -1"):
        network.forward(x, seed=-1)
    with pytest.raises(TypeError, match="training must be"):
        network.forward(x, training="yes")
    network.forward(x)
    with pytest.raises(TypeError, match="gradient must be float32, got float64"):
        network.backward(y.astype(float))
    with pytest.raises(TypeError, match="gradient must be float32, got uint8"):
        network.backward(y.astype(np.uint8))
    with pytest.raises(ValueError, match=r"gradient must have shape \(n, 4\), got \(16, 3\)"):
        network.backward(y[:, :3])
    with pytest.raises(ValueError, match="must be of as many images as forward had"):
        network.backward(y[:5])
    with pytest.raises(TypeError, match="factor must be"):
        nn.Adam().start(network).update("half")
    network.forward(x, training=False)
    with pytest.raises(ValueError, match="backward must follow forward with training=True"):
        network.backward(y)
