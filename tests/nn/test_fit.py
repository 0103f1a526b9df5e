"""What `fit` does, beside the same in NumPy; what it refuses; what it tells and when it stops."""

import numpy as np
import pytest
from imgmine import ConvergenceWarning, nn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 6)).astype(np.float32)
Y = (X @ RNG.normal(size=(6, 3))).argmax(axis=1)


def softmax_regression(**options):
    return nn.Sequential([nn.Dense(3, activation="softmax")], (6,), **options)


def small(**options):
    layers = [nn.Conv2D(4, 3, activation="relu"), nn.MaxPool2D(), nn.Flatten(), nn.Dropout(0.2)]
    layers += [nn.Dense(8, activation="relu"), nn.Dense(3, activation="softmax")]
    return nn.Sequential([nn.Rescaling(), *layers], (8, 8, 1), **options)


def pictures(n=60, seed=0):
    rng = np.random.default_rng(seed)
    images, labels = rng.integers(0, 90, (n, 8, 8), np.uint8), rng.integers(0, 3, n)
    for image, label in zip(images, labels, strict=True):
        image[2 * label : 2 * label + 3] += 120
    return images, labels


def order_of(epoch, n, seed):
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, epoch))))
    return rng.permutation(n)


def gradient(w, b, x, y, smoothing):
    """Return the mean loss of softmax regression and what it changes by."""
    z = x @ w + b
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    t = np.eye(3)[y] * (1 - smoothing) + smoothing / 3
    d = (p - t) / len(x)
    return -(t * np.log(p)).sum(axis=1).mean(), (p.argmax(axis=1) == y).sum(), x.T @ d, d.sum(0)


def reference(optimizer, *, epochs, batch, smoothing, schedule, seed):
    """Train softmax regression in float64; `optimizer` changes (values, gradient, state, rate)."""
    start = softmax_regression().weights
    w, b = start["dense.kernel"].astype(float), start["dense.bias"].astype(float)
    states, losses, accuracies, step = [{}, {}], [], [], 0
    per_epoch = -(-len(X) // batch)
    for epoch in range(epochs):
        order, total, right = order_of(epoch, len(X), seed), 0.0, 0
        for i in range(per_epoch):
            rows = order[i * batch : (i + 1) * batch]
            loss, n_right, dw, db = gradient(w, b, X[rows].astype(float), Y[rows], smoothing)
            total, right = total + loss * len(rows), right + n_right
            factor = schedule(step / per_epoch, epochs)
            step += 1
            w = optimizer(w, dw, states[0], factor, step)
            b = optimizer(b, db, states[1], factor, step)
        losses.append(total / len(X))
        accuracies.append(right / len(X))
    return w, b, losses, accuracies


def sgd(values, gradient, state, factor, step):
    gradient = gradient + 0.01 * values
    state["v"] = 0.9 * state.get("v", 0) + gradient
    return values - 0.1 * factor * (gradient + 0.9 * state["v"])


def adam(values, gradient, state, factor, step, decay=0.0):
    state["m"] = 0.9 * state.get("m", 0) + 0.1 * gradient
    state["v"] = 0.999 * state.get("v", 0) + 0.001 * gradient**2
    mean, square = state["m"] / (1 - 0.9**step), state["v"] / (1 - 0.999**step)
    values = values - 0.05 * factor * decay * values
    return values - 0.05 * factor * mean / (np.sqrt(square) + 1e-8)


def adamw(values, gradient, state, factor, step):
    return adam(values, gradient, state, factor, step, 0.1)


@pytest.mark.parametrize(
    ("optimizer", "step"),
    [
        (nn.SGD(0.1, momentum=0.9, nesterov=True, weight_decay=0.01), sgd),
        (nn.Adam(0.05), adam),
        (nn.AdamW(0.05, weight_decay=0.1), adamw),
    ],
    ids=["sgd", "adam", "adamw"],
)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_same_as_in_numpy(optimizer, step, smoothing):
    schedule = nn.WarmUp(1, then=nn.Cosine(0.1))
    w, b, losses, accuracies = reference(
        step, epochs=4, batch=16, smoothing=smoothing, schedule=schedule, seed=5
    )
    network = softmax_regression()
    history = network.fit(
        X, Y, epochs=4, batch_size=16, optimizer=optimizer, label_smoothing=smoothing,
        schedule=schedule, random_state=5,
    )  # fmt: skip
    np.testing.assert_allclose(network.weights["dense.kernel"], w, atol=2e-5)
    np.testing.assert_allclose(network.weights["dense.bias"], b, atol=2e-5)
    np.testing.assert_allclose(history["loss"], losses, atol=1e-5)
    np.testing.assert_allclose(history["accuracy"], accuracies)
    assert history["learning_rate"][-1] == pytest.approx(optimizer.learning_rate * 0.1)


def test_gradients_are_clipped():
    found = []
    for clip in (None, 1e9, 1e-9):
        network = softmax_regression()
        network.fit(X, Y, optimizer=nn.SGD(0.1, clip_norm=clip))
        found.append(network.weights["dense.kernel"])
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_allclose(found[2], softmax_regression().weights["dense.kernel"], atol=1e-7)
    assert np.abs(found[0] - found[2]).max() > 1e-3


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_same_bits_with_any_number_of_threads(cpu_level, n_threads, precision):
    images, labels = pictures()
    network = small(precision=precision)
    network.fit(
        images,
        labels,
        epochs=2,
        batch_size=16,
        augment=nn.Augment(shift=1, rotate=5),
        random_state=3,
    )
    found = tuple(array.tobytes() for array in network.weights.values())
    assert _BITS.setdefault(precision, found) == found


_BITS = {}


def test_learns_pictures_and_keeps_labels():
    images, numbers = pictures(200)
    names = np.array(["top", "middle", "bottom"])
    network = small()
    history = network.fit(
        images, names[numbers], epochs=12, optimizer=nn.Adam(0.005),
        validation_data=(images[:30], names[numbers[:30]]),
    )  # fmt: skip
    assert network.classes_.tolist() == ["bottom", "middle", "top"]
    assert network.history_ is history
    fresh, fresh_numbers = pictures(100, seed=9)
    assert (network.predict_labels(fresh) == names[fresh_numbers]).mean() > 0.95
    judged = network.evaluate(fresh, names[fresh_numbers])
    assert judged["accuracy"] > 0.95
    shares = network.predict(fresh)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    right = np.searchsorted(network.classes_, names[fresh_numbers])
    expected = -np.log(shares[np.arange(100), right].astype(float)).mean()
    assert judged["loss"] == pytest.approx(expected, rel=1e-4)
    assert history["val_accuracy"][-1] > 0.9
    assert history["loss"][-1] < 0.5 * history["loss"][0]


@pytest.mark.parametrize(
    "labels",
    [
        [7, 9, 8],
        ["a", "b", "c"],
        [(1, 2), (0, 1), (5,)],
        [True, 2.5, "x"],
        [np.int8(3), np.int8(-3), np.int8(0)],
        [b"x", b"y", b"z"],
    ],
    ids=str,
)
def test_labels_of_any_kind(labels):
    y = [labels[i] for i in Y]
    network = softmax_regression()
    network.fit(X, y, epochs=30, optimizer=nn.Adam(0.1))
    found = network.predict_labels(X).tolist()
    assert np.mean([a == b for a, b in zip(found, y, strict=True)]) > 0.9
    assert network.evaluate(X, y)["accuracy"] > 0.9


def test_numbers_below_the_outputs_stand_for_themselves():
    network = nn.Sequential([nn.Dense(5)], (6,))
    network.fit(X, Y)
    assert network.classes_.tolist() == [0, 1, 2, 3, 4]
    network.fit(X, np.where(Y == 0, 4, Y))  # some of those it knows
    assert network.classes_.tolist() == [0, 1, 2, 3, 4]


def test_softmax_and_sigmoid_may_be_left_out():
    bare = nn.Sequential([nn.Dense(3)], (6,))
    with_softmax = softmax_regression()
    for network in (bare, with_softmax):
        network.fit(X, Y, epochs=2)
    np.testing.assert_array_equal(
        bare.weights["dense.kernel"], with_softmax.weights["dense.kernel"]
    )
    assert bare.evaluate(X, Y) == with_softmax.evaluate(X, Y)


@pytest.mark.parametrize("activation", [None, "sigmoid"])
def test_two_classes_of_one_output(activation):
    network = nn.Sequential([nn.Dense(1, activation=activation)], (6,))
    names = np.where(X[:, 0] > 0, "yes", "no")
    history = network.fit(X, names, epochs=60, loss="binary_cross_entropy", optimizer=nn.Adam(0.1))
    assert history["accuracy"][-1] > 0.95
    assert (network.predict_labels(X) == names).mean() > 0.95
    judged = network.evaluate(X, names, loss="binary_cross_entropy")
    z = X.astype(float) @ network.weights["dense.kernel"].astype(float)
    z = (z + network.weights["dense.bias"])[:, 0]
    expected = np.log1p(np.exp(-np.where(names == "yes", z, -z))).mean()
    assert judged["loss"] == pytest.approx(expected, rel=1e-5)


def weighted_step(x, y, weights):
    """Return what a step of SGD of rate 1 from weights of 0 leads to, by the definition."""
    p = np.full((len(x), 3), 1 / 3) - np.eye(3)[y]
    return -(x.T @ (p * weights[y][:, None])) / len(x)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"b": 2, "c": 0.5}, [1, 2, 0.5]),
        ({"a": 0, "b": np.float32(3), "c": 1}, [0, 3, 1]),
        ({}, [1, 1, 1]),
        ("balanced", None),
        (None, [1, 1, 1]),
    ],
    ids=str,
)
def test_class_weight(given, expected, n_threads):
    names, x = np.array(["a", "b", "c"])[Y], X.astype(np.float64)
    if expected is None:
        expected = len(Y) / (3 * np.bincount(Y))
    network = softmax_regression()
    network.set_weights({"dense.kernel": np.zeros((6, 3)), "dense.bias": np.zeros(3)})
    history = network.fit(
        X, names, batch_size=50, optimizer=nn.SGD(1.0), class_weight=given,
        validation_data=(X, names),
    )  # fmt: skip
    weights = np.array(expected, float)
    assert history["loss"][0] == pytest.approx(weights[Y].mean() * np.log(3))
    found = network.weights["dense.kernel"]
    np.testing.assert_allclose(found, weighted_step(x, Y, weights), atol=1e-6)
    judged = network.evaluate(X, names)  # without weights
    assert history["val_loss"][0] == pytest.approx(judged["loss"])


def test_balanced_classes_count_the_same():
    """As if those of few samples had more of them."""
    x, y = np.repeat(X, 1 + 2 * (Y == 1), axis=0), np.repeat(Y, 1 + 2 * (Y == 1))
    few, many = softmax_regression(), softmax_regression()
    few.fit(X, Y, batch_size=50, optimizer=nn.SGD(len(X) / 100), class_weight={1: 3}, epochs=5)
    many.fit(x, y, batch_size=len(x), optimizer=nn.SGD(len(x) / 100), epochs=5)
    for name, array in few.weights.items():
        np.testing.assert_allclose(array, many.weights[name], atol=1e-5)


def test_class_weight_of_one_output():
    two = Y > 0
    network = nn.Sequential([nn.Dense(1)], (6,))
    network.set_weights({"dense.kernel": np.zeros((6, 1)), "dense.bias": np.zeros(1)})
    history = network.fit(
        X, np.where(two, "yes", "no"), batch_size=50, loss="binary_cross_entropy",
        optimizer=nn.SGD(1.0), class_weight={"yes": 5},
    )  # fmt: skip
    weights = np.where(two, 5, 1)
    expected = -((0.5 - two) * weights) @ X.astype(float) / len(X)
    np.testing.assert_allclose(network.weights["dense.kernel"][:, 0], expected, atol=1e-6)
    assert history["loss"][0] == pytest.approx(np.log(2) * weights.mean())


def test_class_weight_of_pixels():
    images = np.random.default_rng(4).integers(0, 256, (30, 8, 8, 1), np.uint8)
    labels = (images[..., 0] > 230).astype(int)
    layers = [nn.Rescaling(1 / 127.5, -1), nn.Conv2D(2, 1, kernel_initializer="zeros")]
    of_balance = 1 / (2 * np.array([1 - labels.mean(), labels.mean()]))
    for given, weights in (({1: 10}, [1, 10]), ("balanced", of_balance)):
        network = nn.Sequential(layers, (8, 8, 1))
        history = network.fit(
            images, labels, batch_size=30, class_weight=given, optimizer=nn.SGD(1.0)
        )
        of_pixels = np.array(weights)[labels]
        assert history["loss"][0] == pytest.approx(np.log(2) * of_pixels.mean())
        slope = (of_pixels * (labels - 0.5)).mean()
        np.testing.assert_allclose(network.weights["conv2d.bias"], [-slope, slope], atol=1e-6)


def test_numbers():
    target = (X @ np.array([1, -2, 3, 0, 0.5, 1]) + 4).astype(np.float32)
    network = nn.Sequential([nn.Dense(1)], (6,))
    history = network.fit(X, target, epochs=200, loss="mse", optimizer=nn.Adam(0.1))
    assert "accuracy" not in history
    np.testing.assert_allclose(network.weights["dense.kernel"][:, 0], [1, -2, 3, 0, 0.5, 1],
                               atol=0.01)  # fmt: skip
    judged = network.evaluate(X, target, loss="mse")
    expected = ((network.predict(X)[:, 0].astype(float) - target) ** 2).mean()
    assert judged == {"loss": pytest.approx(expected)}


def test_pictures_as_targets():
    images = pictures(40)[0].astype(np.float32)[..., None] / 255
    layers = [nn.Conv2D(8, 3, strides=2, padding="same", activation="relu")]
    layers += [nn.ConvTranspose2D(8, 3, strides=2, padding="same", activation="relu")]
    layers.append(nn.Conv2D(1, 3, padding="same", activation="sigmoid"))
    for loss in ("mse", "binary_cross_entropy"):
        network = nn.Sequential(layers, (8, 8, 1))
        history = network.fit(images, images, epochs=15, loss=loss, optimizer=nn.Adam(0.01))
        assert history["loss"][-1] < 0.8 * history["loss"][0]


def test_labels_of_pixels():
    images = np.random.default_rng(4).integers(0, 256, (30, 8, 8, 1), np.uint8)
    labels = images[..., 0] > 127
    layers = [nn.Conv2D(4, 3, padding="same", activation="relu"), nn.Conv2D(2, 1)]
    network = nn.Sequential([nn.Rescaling(1 / 127.5, -1), *layers], (8, 8, 1))
    history = network.fit(images, labels.astype(int), epochs=60, optimizer=nn.Adam(0.05))
    found = network.predict(images)
    judged = network.evaluate(images, labels.astype(np.uint8))
    assert judged["accuracy"] == np.mean(found.argmax(axis=3) == labels) > 0.95
    assert (network.predict_labels(images) == found.argmax(axis=3)).all()
    z = found.astype(float)
    wrong, right = np.where(labels, z[..., 0], z[..., 1]), np.where(labels, z[..., 1], z[..., 0])
    assert judged["loss"] == pytest.approx(np.log1p(np.exp(wrong - right)).mean(), rel=1e-6)
    assert history["accuracy"][-1] > 0.9
    with pytest.raises(TypeError, match="y must hold whole numbers, a class for each pixel"):
        network.fit(images, labels)
    with pytest.raises(ValueError, match=r"y must have shape \(30, 8, 8\), got \(30, 8\)"):
        network.fit(images, labels[:, 0].astype(int))
    with pytest.raises(ValueError, match="y must hold labels from 0 to 1"):
        network.fit(images, labels * 2)


def test_several_inputs():
    a, b = nn.Input((3,)), nn.Input((3,))
    joined = nn.Concatenate()([nn.Dense(4, activation="relu")(a), b])
    network = nn.Network([a, b], nn.Dense(3)(joined))
    parts = [X[:, :3], X[:, 3:]]
    network.fit(parts, Y, epochs=40, optimizer=nn.Adam(0.05))
    assert network.evaluate(parts, Y)["accuracy"] > 0.8
    with pytest.raises(ValueError, match="x must be a list of 2 arrays"):
        network.predict(X)
    with pytest.raises(ValueError, match="x must hold arrays of one length"):
        network.predict([X[:3, :3], X[:2, 3:]])


def test_order():
    """Without shuffling, one batch of all is the same as all in any order but for rounding."""
    first, second = softmax_regression(), softmax_regression()
    first.fit(X, Y, batch_size=7, shuffle=False)
    second.fit(X, Y, batch_size=7, random_state=1)
    assert (first.weights["dense.kernel"] != second.weights["dense.kernel"]).any()
    again = softmax_regression()
    again.fit(X, Y, batch_size=7, shuffle=False, random_state=1)
    np.testing.assert_array_equal(first.weights["dense.kernel"], again.weights["dense.kernel"])


def test_crops_on_the_way():
    images, labels = pictures()
    larger = np.pad(images, ((0, 0), (2, 2), (3, 3)))
    network = small()
    history = network.fit(
        larger, labels, augment=nn.Augment(crop=8), validation_data=(larger, labels)
    )
    judged = network.evaluate(images, labels)  # the middle
    assert history["val_loss"][-1] == judged["loss"]


def test_progress_and_callbacks():
    images, labels = pictures()
    reports, asked = [], []

    def callback(network, history):
        asked.append((network, len(history)))
        return "enough" if len(history) == 2 else None

    network = small()
    history = network.fit(
        images, labels, epochs=5, batch_size=25, callbacks=callback,
        progress=lambda done, total: reports.append((done, total)),
    )  # fmt: skip
    assert asked == [(network, 1), (network, 2)]
    assert reports == [(d, 300) for d in (25, 50, 60, 85, 110, 120)]
    assert (history.stopped, len(history)) == ("enough", 2)
    history = network.fit(images, labels, epochs=3, callbacks=[lambda network, history: True])
    assert (history.stopped, len(history)) == ("stopped: by a callback", 1)


def test_early_stopping_gives_back_the_best_weights():
    images, labels = pictures(30)
    # Later epochs make it worse: what is right changes its name for the validation.
    wrong = (labels + 1) % 3
    kept = []
    stopping = nn.EarlyStopping("val_loss", patience=2)
    network = small()
    history = network.fit(
        images, labels, epochs=50, validation_data=(images, wrong), optimizer=nn.Adam(0.01),
        callbacks=[lambda network, history: kept.append(network.weights), stopping],
    )  # fmt: skip
    best = int(np.argmin(history["val_loss"]))
    assert len(history) == best + 3
    assert history.stopped == f"stopped: no better val_loss than in epoch {best + 1}"
    for name, array in network.weights.items():
        np.testing.assert_array_equal(array, kept[best][name])
    assert network.evaluate(images, wrong)["loss"] == history["val_loss"][best]
    other = small()
    other.fit(
        images, labels, epochs=50, validation_data=(images, wrong), optimizer=nn.Adam(0.01),
        callbacks=nn.EarlyStopping(patience=2, restore_best=False),
    )  # fmt: skip
    np.testing.assert_array_equal(other.weights["dense.kernel"], kept[-1]["dense.kernel"])
    with pytest.raises(ValueError, match=r"monitor must be one of .*'loss'.*, got 'val_loss'"):
        small().fit(images, labels, callbacks=nn.EarlyStopping())


def test_stops_where_the_loss_is_no_number():
    network = softmax_regression()
    with pytest.warns(ConvergenceWarning, match="choose a smaller learning_rate"):
        history = network.fit(X * 1e30, Y, epochs=9, optimizer=nn.SGD(1e38))
    assert len(history) == 1
    assert history.stopped.startswith("stopped: the loss is")


def test_interrupted_it_is_of_use():
    images, labels = pictures()

    def interrupt(done, total):
        if done > 100:
            raise KeyboardInterrupt

    network = small()
    with pytest.raises(KeyboardInterrupt):
        network.fit(images, labels, epochs=50, progress=interrupt)
    assert len(network.history_) == 1
    kept = network.weights
    expected = small().set_weights(kept).predict(images)
    np.testing.assert_array_equal(network.predict(images), expected)
    network.fit(images, labels)


IMAGES, LABELS = pictures(6)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"x": IMAGES.astype(float)}, TypeError, "x must be uint8 or float32, got float64"),
        ({"x": IMAGES[:, :7]}, ValueError, r"x must have shape \(n, 8, 8, 1\), got \(6, 7, 8, 1\)"),
        ({"x": IMAGES[:0], "y": []}, ValueError, "x must have at least one sample"),
        ({"x": np.uint8(3)}, ValueError, "x must have shape"),
        ({"y": LABELS[:4]}, ValueError, r"y must have shape \(6,\), got \(4,\)"),
        ({"y": np.arange(6)}, ValueError, "y must have 3 classes .* or whole numbers from 0 to 2"),
        ({"y": np.zeros((6, 2))}, ValueError, r"y must have shape \(6,\)"),
        ({"y": [[0]] * 6}, ValueError, r"y must have shape \(6,\)"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1, got 0"),
        ({"epochs": 1.5}, TypeError, "epochs must be a whole number"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1"),
        ({"optimizer": "adagrad"}, ValueError, "optimizer must be one of"),
        ({"optimizer": 3}, TypeError, "optimizer must be a string"),
        ({"loss": "hinge"}, ValueError, "loss must be one of"),
        ({"loss": "mse"}, ValueError, r"y must have shape \(6, 3\), got \(6,\)"),
        ({"loss": "mse", "y": ["a"] * 6}, TypeError, "y must hold numbers"),
        ({"label_smoothing": 1.5}, ValueError, "label_smoothing must be"),
        ({"label_smoothing": "a"}, TypeError, "label_smoothing must be a number"),
        ({"class_weight": "equal"}, ValueError, "class_weight must be 'balanced', a dict or None"),
        ({"class_weight": {7: 1}}, ValueError, "class_weight names labels that y does not have"),
        ({"class_weight": {0: -1}}, ValueError, "class_weight must be finite and not negative"),
        ({"class_weight": {0: "a"}}, TypeError, "class_weight must be a number"),
        (
            {"class_weight": {0: 1}, "loss": "mse", "y": np.eye(3)[LABELS]},
            ValueError,
            "class_weight needs y to be labels, got numbers for loss 'mse'",
        ),
        ({"shuffle": 1}, TypeError, "shuffle must be True or False"),
        ({"random_state": -1}, ValueError, "random_state must not be negative"),
        ({"callbacks": [3]}, TypeError, "callbacks must be callable, got int"),
        ({"checkpoint": 3}, TypeError, "checkpoint must be a path or Checkpoint"),
        ({"resume": True}, ValueError, "resume needs a checkpoint"),
        ({"schedule": 0.5}, TypeError, "schedule must be callable"),
        ({"augment": nn.Augment(crop=5)}, ValueError, r"crop must be the input's \(8, 8\)"),
        ({"augment": 3}, TypeError, "augment must be an Augment"),
        ({"validation_data": IMAGES}, ValueError, r"validation_data must be \(x, y\)"),
        ({"validation_data": (IMAGES, LABELS[:2])}, ValueError, r"validation_data\[1\] must have"),
        ({"validation_data": (IMAGES[0], LABELS)}, ValueError, r"validation_data\[0\] must have"),
        ({"validation_data": (IMAGES, LABELS + 7)}, ValueError, r"validation_data\[1\] .* label"),
    ],
)
def test_wrong_arguments(change, error, message):
    network = small()
    with pytest.raises(error, match=message):
        network.fit(**{"x": IMAGES, "y": LABELS, **change})
    network.fit(IMAGES, LABELS)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.SGD("fast"), TypeError, "learning_rate must be a number"),
        (lambda: nn.Adam(clip_norm=0), ValueError, "clip_norm must be above 0"),
        (lambda: nn.SGD(nesterov=1), TypeError, "nesterov must be True or False"),
        (lambda: nn.EarlyStopping(patience=0), ValueError, "patience must be at least 1"),
        (lambda: nn.EarlyStopping(3), TypeError, "monitor must be a string"),
        (lambda: nn.Checkpoint(3), TypeError, "path must be a path"),
        (lambda: nn.Checkpoint("x", every=0), ValueError, "every must be at least 1"),
        (lambda: softmax_regression().evaluate(X, X[:, 0]), ValueError, "y must have 3 classes"),
        (lambda: softmax_regression().embed(X, "conv"), ValueError, "layer must be one of"),
        (lambda: softmax_regression().embed(X, 3), TypeError, "layer must be a string"),
    ],
)
def test_wrong_settings(make, error, message):
    with pytest.raises(error, match=message):
        make()
