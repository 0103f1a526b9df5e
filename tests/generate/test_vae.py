"""Codes drawn at random, their divergence, and what a variational autoencoder learns by them."""

import imgmine as im
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine import _core
from imgmine.generate import VAE
from imgmine.generate._architecture import Plan, decoder_of, encoder_of
from imgmine.generate._training import gradients, one_hot
from scipy import stats

from ..nn.reference import forward
from .bars import SMALL, bars, loose

core = _core.generate


def divergence(mean, logarithm):
    return 0.5 * (mean**2 + np.exp(logarithm) - 1 - logarithm)


def statistics_of(rng, n, size, spread=2.0):
    return rng.normal(0, spread, (n, 2 * size)).astype(np.float32)


def test_normal_numbers_are_normal():
    x = core.standard_normal(5, 200_001).astype(np.float64)
    assert stats.kstest(x, "norm").pvalue > 1e-3
    for lag in (1, 2, 3):
        assert abs(np.corrcoef(x[lag:], x[:-lag])[0, 1]) < 0.01
    assert abs(stats.kurtosis(x)) < 0.05


def test_normal_numbers_are_functions_of_seed_and_place(n_threads):
    longer = core.standard_normal(3, 100_000)
    np.testing.assert_array_equal(core.standard_normal(3, 777), longer[:777])
    assert (core.standard_normal(4, 777) != longer[:777]).all()
    assert core.standard_normal(3, 0).shape == (0,)
    # Whatever machine this is.
    assert longer[:4].view(np.uint32).tolist() == NUMBERS
    assert np.bitwise_xor.reduce(longer.view(np.uint32)) == CHECKSUM


NUMBERS = [3206814709, 3221103040, 1063465459, 1054861116]
CHECKSUM = 179192588


@given(st.integers(0, 40), st.integers(1, 9), st.integers(0, 2**32))
def test_codes_are_drawn_by_the_definition(n, size, seed):
    rng = np.random.default_rng(seed)
    statistics = statistics_of(rng, n, size, 8.0)
    noise = rng.normal(size=(n, size)).astype(np.float32)
    mean, logarithm = np.split(statistics.astype(np.float64), 2, axis=1)
    expected = mean + np.exp(np.clip(logarithm, -20, 20) / 2) * noise
    codes = core.draw_codes(statistics, noise)
    np.testing.assert_allclose(codes, expected, rtol=1e-6, atol=1e-6)


@given(st.integers(0, 20), st.integers(1, 6), st.floats(0, 10), st.integers(0, 2**32))
def test_gradients_of_codes_are_those_of_the_definition(n, size, weight, seed):
    rng = np.random.default_rng(seed)
    statistics = statistics_of(rng, n, size)
    noise, of_codes = rng.normal(size=(2, n, size)).astype(np.float32)

    def objective(x):
        mean, logarithm = np.split(x, 2, axis=1)
        codes = mean + np.exp(logarithm / 2) * noise
        return of_codes * codes + weight * divergence(mean, logarithm)

    x, step = statistics.astype(np.float64), 1e-6
    expected = np.empty_like(x)
    for j in range(2 * size):  # a number changes one code only
        moved = np.zeros(2 * size)
        moved[j] = step
        expected[:, j] = (objective(x + moved) - objective(x - moved)).sum(axis=1) / (2 * step)
    total, gradient = core.code_gradients(statistics, noise, of_codes, weight)
    np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-5)
    expected_total = divergence(*np.split(x, 2, axis=1)).sum()
    np.testing.assert_allclose(total, expected_total, rtol=1e-9, atol=1e-9)


def test_variances_have_limits():
    statistics = np.array([[0, 0, 0, 50, -50, np.nan]], np.float32)
    noise = np.ones((1, 3), np.float32)
    codes = core.draw_codes(statistics, noise)
    np.testing.assert_allclose(codes, np.exp([[10.0, -10, -10]]), rtol=1e-6)
    total, gradient = core.code_gradients(statistics, noise, noise, 1.0)
    np.testing.assert_array_equal(gradient[0, 3:], 0)
    np.testing.assert_allclose(total, divergence(0, np.array([20.0, -20, -20])).sum())


def test_the_core_refuses_what_does_not_fit():
    statistics, noise = np.zeros((2, 6), np.float32), np.zeros((2, 3), np.float32)
    with pytest.raises(ValueError, match="noise must have shape"):
        core.draw_codes(statistics, noise[:1])
    with pytest.raises(ValueError, match="noise must have shape"):
        core.code_gradients(statistics[:, :5].copy(), noise, noise, 1.0)
    with pytest.raises(ValueError, match="code_gradient must be as noise"):
        core.code_gradients(statistics, noise, noise[:1], 1.0)
    with pytest.raises(ValueError, match="weight must be from 0"):
        core.code_gradients(statistics, noise, noise, float("nan"))
    with pytest.raises(ValueError, match="n must not be negative"):
        core.standard_normal(0, -1)


def objective(networks, values, images, condition, noise, beta):
    """Return the mean objective of a batch, in float64, by the definition."""
    encoder, decoder = networks
    said = forward(encoder._nodes, encoder._core, values[0], [images, *condition])[-1]
    codes = said
    extra = 0.0
    if noise is not None:
        mean, logarithm = np.split(said, 2, axis=1)
        codes = mean + np.exp(logarithm / 2) * noise
        extra = beta * divergence(mean, logarithm).sum()
    made = forward(decoder._nodes, decoder._core, values[1], [codes, *condition])[-1]
    return (((made - images) ** 2).sum() + extra) / len(images)


@pytest.mark.parametrize("n_classes", [0, 3])
@pytest.mark.parametrize("variational", [False, True])
@pytest.mark.parametrize("shape", [(6, 5, 1), (1, 1, 2), (9, 4, 3)])
def test_gradients_of_the_whole_objective(shape, variational, n_classes):
    rng, n, size, beta = np.random.default_rng(7), 5, 3, 0.7
    plan = Plan(shape, (4, 3), 6, size, n_classes, "float32")
    networks = encoder_of(plan, size * (1 + variational), 1), decoder_of(plan, 2)
    for network in networks:  # biases of 0 after zeros would put sums on the edge of ReLU
        network._core.values[:] += rng.normal(0, 0.1, network._core.values.size)
        network._core.touch()
    images = rng.random((n, *shape), np.float32)
    condition = [one_hot(rng.integers(0, n_classes, n), n_classes)] if n_classes else []
    noise = rng.normal(size=(n, size)).astype(np.float32) if variational else None
    error, total = gradients(networks, images, images, condition, noise, beta)
    values = [network._core.values.astype(np.float64) for network in networks]
    expected = objective(networks, values, images, condition, noise, beta)
    assert (error + beta * total) / n == pytest.approx(expected, rel=1e-5)
    for which, network in enumerate(networks):
        found = network._core.gradients.astype(np.float64)
        for _ in range(6):
            direction, step = rng.choice([-1.0, 1.0], found.size), 1e-6
            ends = []
            for sign in (1, -1):
                moved = [*values]
                moved[which] = values[which] + sign * step * direction
                ends.append(objective(networks, moved, images, condition, noise, beta))
            slope = (ends[0] - ends[1]) / (2 * step)
            assert found @ direction == pytest.approx(slope, rel=1e-4, abs=1e-4)
        assert np.count_nonzero(found) > 10


def test_learns_bars_and_samples_look_like_them():
    images, labels = bars()
    model = VAE(4, random_state=0, **SMALL).fit(images, labels)
    history = model.history_
    assert history["loss"][-1] < history["loss"][0] / 3
    assert set(history.names) == {"loss", "mse", "divergence", "seconds"}
    assert model.score(images, labels) < 0.2 * loose(images)
    lying = model.sample(60, 1, label="lying").astype(float)
    standing = model.sample(60, 1, label="standing").astype(float)
    assert lying.std(axis=1).mean() > 2 * lying.std(axis=2).mean()
    assert standing.std(axis=2).mean() > 2 * standing.std(axis=1).mean()


def test_beta_trades_errors_for_divergence():
    images, _ = bars()
    found = [VAE(4, beta=beta, **SMALL).fit(images).history_ for beta in (0.01, 3.0)]
    assert found[0]["mse"][-1] < found[1]["mse"][-1] / 2
    assert found[0]["divergence"][-1] > 2 * found[1]["divergence"][-1]


def test_codes_are_means():
    images, _ = bars(20)
    model = VAE(3, **SMALL | {"epochs": 2}).fit(images)
    said = model.encoder_.predict((images / np.float32(255))[..., np.newaxis])
    assert said.shape == (20, 6)
    np.testing.assert_array_equal(model.encode(images), said[:, :3])


@pytest.mark.parametrize("beta", [-1, float("nan"), 1e9])
def test_wrong_beta(beta):
    with pytest.raises(ValueError, match="beta must be from 0"):
        VAE(beta=beta).fit(bars(4)[0])


def test_same_bits(cpu_level, n_threads):
    images, labels = bars(30, side=7)
    model = VAE(3, channels=(8, 16), hidden=16, epochs=2, noise=0.1, random_state=5)
    model.set_params(batch_size=16).fit(images, labels)
    parts = [*model.encoder_.weights.values(), *model.decoder_.weights.values()]
    parts += [model.encode(images, labels), model.sample(9, rng=2)]
    mask = np.zeros((7, 7), bool)
    mask[2:5, 2:5] = True
    parts += [model.inpaint(images[:3], mask, labels[:3], n_iter=5)]
    digest = b"".join(np.ascontiguousarray(part).tobytes() for part in parts)
    assert BITS.setdefault("VAE", digest) == digest


BITS = {}


def test_random_state_changes_what_is_learned():
    images, _ = bars(20)
    options = SMALL | {"epochs": 1}
    first, again, other = (VAE(2, random_state=s, **options).fit(images) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.encode(images), again.encode(images))
    assert np.abs(first.encode(images) - other.encode(images)).max() > 1e-3


def test_divergence_of_learning_is_told():
    images = np.zeros((4, 4, 4), np.float32)
    images[:, 1] = 1
    with pytest.warns(im.ConvergenceWarning, match="choose a smaller learning_rate"):
        model = VAE(2, **SMALL | {"learning_rate": 1e6, "epochs": 40}).fit(images)
    assert model.history_.stopped is not None
