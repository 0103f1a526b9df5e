"""Losses of distances against finite differences, and what networks learn from them."""

import imgmine
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine import nn
from imgmine.nn._metric_losses import METRIC_LOSSES


def reference(loss, outputs, labels, margin):
    """Compute the definition, pair by pair, in float64."""
    unit = outputs / np.linalg.norm(outputs, axis=1, keepdims=True)
    n = len(unit)
    d = [[np.linalg.norm(a - b) for b in unit] for a in unit]
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    same = [(i, j) for i, j in pairs if labels[i] == labels[j]]
    other = [(i, j) for i, j in pairs if labels[i] != labels[j]]
    if loss == "contrastive":
        near = np.mean([d[i][j] ** 2 for i, j in same]) if same else 0
        far = np.mean([max(0, margin - d[i][j]) ** 2 for i, j in other]) if other else 0
        return near + far
    found = []
    for i in range(n):
        mine, others = ([d[i][j] for k, j in of if k == i] for of in (same, other))
        if mine and others:
            found.append(max(0, margin + max(mine) - min(others)))
    return np.mean(found) if found else 0


@given(
    st.sampled_from(sorted(METRIC_LOSSES)),
    st.integers(1, 9),
    st.integers(2, 5),
    st.integers(0, 10**6),
    st.floats(0.05, 2),
)
def test_gradients(loss, n, size, seed, margin):
    rng = np.random.default_rng(seed)
    outputs = rng.normal(size=(n, size)).astype(np.float32)
    labels = rng.integers(0, 3, n)
    value, right, gradient = METRIC_LOSSES[loss](outputs, labels, margin)
    assert value == pytest.approx(reference(loss, outputs.astype(float), labels, margin), abs=1e-6)
    assert gradient.shape == outputs.shape
    assert gradient.dtype == np.float32
    assert 0 <= right <= n
    step = rng.normal(size=outputs.shape)
    eps = 1e-6
    ahead, behind = (
        reference(loss, outputs.astype(float) + sign * eps * step, labels, margin)
        for sign in (1, -1)
    )
    slope = (ahead - behind) / (2 * eps)
    assert (gradient * step).sum() == pytest.approx(slope, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("loss", METRIC_LOSSES)
def test_vectors_without_direction(loss):
    """Zeros, and samples that are the same, have finite gradients."""
    outputs = np.zeros((4, 3), np.float32)
    outputs[2:] = 1
    value, _, gradient = METRIC_LOSSES[loss](outputs, np.array([0, 1, 0, 1]), 0.2)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
    assert METRIC_LOSSES[loss](outputs[:1], np.array([0]), 0.2)[:2] == (0.0, 0)


def blobs(n=96, seed=0):
    """Bars of four directions, all over the picture."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 100, (n, 12, 12, 1), np.uint8)
    labels = np.arange(n) % 3
    for image, label in zip(images, labels, strict=True):
        at = rng.integers(1, 9)
        if label == 0:
            image[at : at + 2] += 130
        elif label == 1:
            image[:, at : at + 2] += 130
    return images, labels


def network(seed=0):
    layers = [
        nn.Rescaling(1 / 255, -0.3),
        nn.Conv2D(6, 3, activation="relu"),
        nn.GlobalMaxPool2D(),
        nn.Dense(4),
    ]
    return nn.Sequential(layers, (12, 12, 1), random_state=seed)


@pytest.mark.parametrize(("loss", "margin"), [("triplet", 0.2), ("contrastive", 1.0)])
def test_learns(loss, margin):
    images, labels = blobs()
    names = np.array(["row", "column", "none"])[labels]
    net = network()
    before = retrieval(net, *blobs(60, 1))
    history = nn.fit_triplets(
        net, images, names, loss=loss, margin=margin, epochs=25, optimizer=nn.Adam(0.01)
    )
    assert len(history) == 25
    assert history.epochs[-1]["loss"] < history.epochs[0]["loss"]
    assert retrieval(net, *blobs(60, 1)) > max(0.9, before)
    assert net.classes_ is None


def retrieval(net, images, labels):
    """Return how often the nearest other vector is of the same class."""
    vectors = net.predict(images).astype(float)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -2)
    return np.mean(labels[likeness.argmax(axis=1)] == labels)


def test_the_same_bits(cpu_level, n_threads):
    images, labels = blobs(40)
    net = network()
    augment = nn.Augment(shift=1, flip=True)
    nn.fit_triplets(net, images, labels, epochs=2, batch_size=15, augment=augment)
    found = net.digest()
    assert BITS.setdefault("digest", found) == found


BITS = {}


def test_batches_hold_groups_of_a_class():
    net, seen = network(), []

    class Watched(nn.Adam):
        pass

    images, labels = blobs(30)
    labels[:7] = 9  # one of another size
    from imgmine.nn import _fit_triplets

    original = _fit_triplets.MetricTraining._order

    def watch(self, epoch):
        seen.append(original(self, epoch))
        return seen[-1]

    _fit_triplets.MetricTraining._order = watch
    try:
        nn.fit_triplets(net, images, labels, epochs=2, samples_per_class=3)
    finally:
        _fit_triplets.MetricTraining._order = original
    for order in seen:
        assert sorted(order) == list(range(30))
        runs = np.flatnonzero(np.diff(labels[order])) + 1
        assert min(np.diff([0, *runs, 30])) >= 2
    assert (seen[0] != seen[1]).any()


def test_frozen_layers_stay(n_threads):
    images, labels = blobs(40)
    net = network().freeze()
    before = net.weights
    nn.fit_triplets(net, images, labels, epochs=1)
    after = net.weights
    assert net.frozen == ["input", "rescale", "conv2d", "global_max_pool2d"]
    np.testing.assert_array_equal(after["conv2d.kernel"], before["conv2d.kernel"])
    assert (after["dense.kernel"] != before["dense.kernel"]).any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": "cross_entropy"}, "loss must be one of"),
        ({"margin": 0}, "margin must be above 0"),
        ({"margin": np.inf}, "margin must be above 0 and finite"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"batch_size": 1}, "batch_size must be at least 2"),
        ({"samples_per_class": 1}, "samples_per_class must be at least 2"),
        ({"y": [1] * 12}, "y must have at least two classes"),
        ({"y": [1, 2]}, r"y must have shape \(12,\)"),
    ],
)
def test_errors(options, message):
    images, labels = blobs(12)
    settings = {"y": labels, **options}
    with pytest.raises(ValueError, match=f"^{message}"):
        nn.fit_triplets(network(), images, **settings)


def test_networks_that_do_not_fit():
    images, labels = blobs(12)
    net = nn.Sequential([nn.Conv2D(2, 3)], (12, 12, 1))
    with pytest.raises(ValueError, match=r"must give a vector .* gives shape \(10, 10, 2\)"):
        nn.fit_triplets(net, images, labels)
    with pytest.raises(ValueError, match=r"^x must have at least one sample"):
        nn.fit_triplets(network(), images[:0], labels[:0])
    assert issubclass(imgmine.FormatError, Exception)
