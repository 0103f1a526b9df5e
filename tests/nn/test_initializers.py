import numpy as np
import pytest
from imgmine.nn import BatchNorm, Conv2D, ConvTranspose2D, Dense, Flatten, Sequential
from scipy import stats

SHAPES = {"he": lambda fan_in, fan_out: 2 / fan_in, "glorot": lambda a, b: 2 / (a + b)}


def kernel_of(layer, shape):
    network = Sequential([layer], shape, random_state=3)
    return network.weights[f"{next(iter(network.layers.keys() - {'input'}))}.kernel"]


@pytest.mark.parametrize("family", ["he", "glorot"])
@pytest.mark.parametrize("kind", ["uniform", "normal"])
@pytest.mark.parametrize(
    ("make", "shape", "fans"),
    [
        (lambda name: Dense(300, kernel_initializer=name), (200,), (200, 300)),
        (lambda name: Conv2D(80, (3, 5), kernel_initializer=name), (9, 9, 40), (600, 1200)),
        (
            lambda name: ConvTranspose2D(80, (3, 5), kernel_initializer=name),
            (9, 9, 40),
            (600, 1200),
        ),
    ],
)
def test_distribution(family, kind, make, shape, fans):
    values = kernel_of(make(f"{family}_{kind}"), shape).ravel().astype(float)
    deviation = np.sqrt(SHAPES[family](*fans))
    assert values.std() == pytest.approx(deviation, rel=0.02)
    assert abs(values.mean()) < 0.02 * deviation
    if kind == "uniform":
        limit = np.sqrt(3) * deviation
        assert stats.kstest(values / limit, stats.uniform(-1, 2).cdf).pvalue > 1e-3
    else:
        unit = deviation / stats.truncnorm(-2, 2).std()
        assert stats.kstest(values / unit, stats.truncnorm(-2, 2).cdf).pvalue > 1e-3


def test_what_is_no_kernel():
    layers = [Conv2D(4, 3), BatchNorm(), Flatten(), Dense(2, kernel_initializer="zeros")]
    weights = Sequential(layers, (5, 5, 2)).weights
    for name, value in (("gamma", 1), ("beta", 0), ("mean", 0), ("variance", 1)):
        np.testing.assert_array_equal(weights[f"batch_norm.{name}"], np.full(4, value, "f4"))
    assert not weights["conv2d.bias"].any()
    assert not weights["dense.kernel"].any()


def test_same_seed_same_bits_on_every_machine():
    network = Sequential([Conv2D(3, 2, kernel_initializer="glorot_normal"), Flatten(), Dense(2)],
                         (3, 3, 2), random_state=11)  # fmt: skip
    weights = network.weights
    assert (
        weights["conv2d.kernel"].tobytes()
        == Sequential(
            [Conv2D(3, 2, kernel_initializer="glorot_normal")], (3, 3, 2), random_state=11
        )
        .weights["conv2d.kernel"]
        .tobytes()
    )
    other = Sequential([Conv2D(3, 2)], (3, 3, 2), random_state=12).weights["conv2d.kernel"]
    assert (other != weights["conv2d.kernel"]).all()
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence((11, 2))))
    expected = (2 * rng.random((12, 2)) - 1) * np.sqrt(6 / 12)
    np.testing.assert_array_equal(weights["dense.kernel"], expected.astype("f4"))


def test_unknown_initializer():
    with pytest.raises(ValueError, match=r"kernel_initializer must be one of .*, got 'lecun'"):
        Dense(3, kernel_initializer="lecun")
    with pytest.raises(TypeError, match="kernel_initializer must be a string"):
        Conv2D(3, 3, kernel_initializer=None)
