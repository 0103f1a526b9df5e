"""What both kinds of autoencoders do with pictures, and an autoencoder's own way to sample."""

import imgmine as im
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.generate import VAE, Autoencoder
from imgmine.generate._architecture import Plan, default_widths, sides

from .bars import QUICK, SMALL, bars, loose

KINDS = [Autoencoder, VAE]


@pytest.fixture(scope="module")
def learned():
    """Return an autoencoder that knows bars."""
    return Autoencoder(4, random_state=0, **SMALL).fit(bars()[0])


@pytest.mark.parametrize(("side", "expected"), [(1, 1), (8, 1), (9, 1), (16, 1), (28, 2), (64, 3)])
def test_default_stages(side, expected):
    widths = default_widths(side, 1)
    assert len(widths) == expected
    assert widths == (32, 64, 128)[:expected]
    plan = Plan((side, 1, 1), widths, 1, 1, 0, "float32")
    assert max(sides(plan)[-1]) <= 8


@given(
    st.tuples(st.integers(1, 21), st.integers(1, 21)),
    st.sampled_from([(), (1,), (3,), (4,)]),
    st.sampled_from([np.uint8, np.float32]),
    st.integers(1, 3),
    st.sampled_from(KINDS),
    st.booleans(),
)
def test_any_size_and_dtype(size, channels, dtype, n_stages, kind, labeled):
    rng = np.random.default_rng(0)
    shape = (5, *size, *channels)
    images = rng.integers(0, 256, shape, np.uint8)
    if dtype == np.float32:
        images = images / np.float32(255)
    y = ["a", "b", "a", "a", "b"] if labeled else None
    model = kind(2, channels=(3,) * n_stages, hidden=4, epochs=1, batch_size=3).fit(images, y)
    assert model.encode(images, y).shape == (5, 2)
    assert model.encode(images, y).dtype == np.float32
    results = [model.reconstruct(images, y), model.sample(4, 0), model.denoise(images, y)]
    results += [model.decode(np.zeros((3, 2), np.float32), "a" if labeled else None)]
    results += [model.interpolate(images[0], images[1], 3, labels=("a", "b") if labeled else None)]
    results += [model.inpaint(images, np.ones(size, bool), y, n_iter=2)]
    for result, n in zip(results, (5, 4, 5, 3, 3, 5), strict=True):
        assert result.shape == (n, *shape[1:])
        assert result.dtype == dtype
        if dtype == np.float32:
            assert ((result >= 0) & (result <= 1)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_history_says_what_score_says(kind):
    images, _ = bars(40)
    model = kind(4, **SMALL | {"learning_rate": 0.0, "epochs": 1, "batch_size": 40}).fit(images)
    unit = images / np.float32(255)
    made = model.decoder_.predict(model.encode(images))[..., 0]
    expected = ((made.astype(np.float64) - unit) ** 2).mean()
    assert model.score(images) == pytest.approx(expected, rel=1e-6)
    if kind is Autoencoder:
        assert model.history_["mse"] == [pytest.approx(expected, rel=1e-4)]
        assert model.history_["loss"] == [pytest.approx(64 * expected, rel=1e-4)]


def test_learns_bars(learned):
    images, _ = bars(100, seed=1)
    assert learned.score(images) < 0.1 * loose(images)
    difference = learned.reconstruct(images).astype(float) - images
    assert (difference**2).mean() / 255**2 == pytest.approx(learned.score(images), rel=0.1)


def test_reconstruction_is_decoding_of_codes(learned):
    images, _ = bars(9, seed=2)
    np.testing.assert_array_equal(
        learned.decode(learned.encode(images)), learned.reconstruct(images)
    )
    unit = images / np.float32(255)
    np.testing.assert_array_equal(learned.encode(unit), learned.encode(images))
    made = learned.reconstruct(unit)
    np.testing.assert_array_equal(np.rint(made * 255), learned.reconstruct(images))


def test_float32_learns_the_same_as_uint8():
    images, _ = bars(30)
    first = Autoencoder(3, **QUICK).fit(images)
    second = Autoencoder(3, **QUICK).fit(images / np.float32(255))
    np.testing.assert_array_equal(first.encode(images), second.encode(images))
    assert second.sample(2, 0).dtype == np.float32


def test_samples_are_drawn_from_the_codes_there_are(learned):
    images, _ = bars()
    codes = learned.encode(images)
    samples = learned.encode(learned.sample(500, rng=3))
    np.testing.assert_allclose(samples.mean(axis=0), codes.mean(axis=0), atol=codes.std())
    brightest = learned.sample(200, rng=4).reshape(200, -1).max(axis=1)
    assert np.median(brightest) > 120  # bars, and not a haze


@pytest.mark.parametrize("kind", KINDS)
def test_seeds_of_samples(kind):
    model = kind(2, **QUICK).fit(*bars(30))
    np.testing.assert_array_equal(model.sample(5, 3), model.sample(5, np.random.default_rng(3)))
    assert (model.sample(5, 3) != model.sample(5, 4)).any()
    assert (model.sample(5) != model.sample(5)).any()
    assert model.sample(0).shape == (0, 8, 8)
    assert model.sample().shape == (1, 8, 8)


def test_labels_are_drawn_as_often_as_they_were_there():
    images, _ = bars(60, side=4)
    dark, light = images * 0, images * 0 + 255
    labels = [7] * 60 + [3] * 20
    model = Autoencoder(1, **SMALL | {"epochs": 20}).fit(np.concatenate([dark, light[:20]]), labels)
    assert model.classes_.tolist() == [3, 7]
    samples = model.sample(400, rng=0).reshape(400, -1).mean(axis=1)
    assert (samples > 127).mean() == pytest.approx(0.25, abs=0.08)
    assert (model.sample(9, 0, label=3) > 127).all()
    mixed = model.sample(3, 0, label=[7, 3, 7])
    assert (mixed.reshape(3, -1).mean(axis=1) > 127).tolist() == [False, True, False]


def test_interpolation_leads_from_one_to_the_other(learned):
    images, _ = bars(2, seed=5)
    way = learned.interpolate(images[0], images[1], 5)
    ends = learned.reconstruct(images)
    np.testing.assert_array_equal(way[[0, -1]], ends)
    codes = learned.encode(images)
    middle = learned.decode((codes[:1] + codes[1:]) * np.float32(0.5))
    np.testing.assert_array_equal(way[2], middle[0])


def test_denoising_brings_pictures_nearer_to_what_they_were():
    images, _ = bars(400)
    model = Autoencoder(4, noise=0.3, **SMALL).fit(images)
    clean, _ = bars(50, seed=9)
    noise = np.random.default_rng(0).normal(0, 0.3 * 255, clean.shape)
    noisy = np.clip(clean + noise, 0, 255).astype(np.uint8)
    before = ((noisy - clean.astype(float)) ** 2).mean()
    after = ((model.denoise(noisy) - clean.astype(float)) ** 2).mean()
    assert after < before / 2


def test_gaps_are_filled_from_what_is_known(learned):
    images, labels = bars(60, seed=11)
    images = images[labels == "lying"]  # what stands in the gap altogether, nobody can know
    mask = np.zeros((8, 8), bool)
    mask[:, 5:7] = True
    holes = np.where(mask, 99, images).astype(np.uint8)
    filled = learned.inpaint(holes, mask)
    np.testing.assert_array_equal(filled[:, ~mask], images[:, ~mask])
    wrong = (filled.astype(float) - images)[:, mask]
    mean = images[:, mask].mean(axis=0) - images[:, mask].astype(float)
    assert (wrong**2).mean() < 0.35 * (mean**2).mean()
    each = np.repeat(mask[np.newaxis], len(images), axis=0).astype(np.uint8)
    np.testing.assert_array_equal(learned.inpaint(holes, each), filled)
    other = np.where(mask, 3, images).astype(np.uint8)
    np.testing.assert_array_equal(learned.inpaint(other, mask), filled)
    nothing = np.zeros((8, 8), bool)
    np.testing.assert_array_equal(learned.inpaint(images, nothing), images)


def test_more_steps_come_nearer(learned):
    images, _ = bars(40, seed=12)
    mask = np.zeros((8, 8), bool)
    mask[2:6, 2:6] = True
    known = (images / np.float32(255))[..., np.newaxis]
    gaps = np.broadcast_to(mask[..., np.newaxis], known.shape)

    def error(n_iter):
        made = learned._made(learned._code_of_known(known, gaps, [], n_iter), [])
        return float((np.where(gaps, 0, made - known).astype(float) ** 2).sum())

    assert error(60) < 0.99 * error(0)  # the best of all steps: no better, if none was


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("image", [np.zeros((1, 3, 3), np.uint8), np.full((6, 5, 5), 77, np.uint8)])
def test_one_picture_or_all_alike(kind, image):
    model = kind(2, **QUICK).fit(image)
    assert np.isfinite(model.encode(image)).all()
    assert model.sample(3, 0).shape == (3, *image.shape[1:])
    assert np.isfinite(model.score(image))
    assert model.reconstruct(image[:0]).shape == (0, *image.shape[1:])
    assert np.isnan(model.score(image[:0]))


def test_pictures_in_any_layout():
    images, _ = bars(20)
    model = Autoencoder(2, **QUICK).fit(images)
    wide = np.zeros((40, 8, 16), np.uint8)
    wide[::2, :, ::2] = images
    strided = wide[::2, :, ::2]
    strided.flags.writeable = False
    np.testing.assert_array_equal(model.encode(strided), model.encode(images))
    np.testing.assert_array_equal(model.encode(list(images)), model.encode(images))
    again = Autoencoder(2, **QUICK).fit(strided)
    np.testing.assert_array_equal(again.encode(images), model.encode(images))


@pytest.mark.parametrize("kind", KINDS)
def test_same_bits(cpu_level, n_threads, kind):
    images, labels = bars(30, side=7)
    model = kind(3, channels=(8, 16), hidden=16, epochs=2, batch_size=16, random_state=5)
    model.fit(images, labels)
    parts = [model.encode(images, labels), model.reconstruct(images, labels), model.sample(9, 2)]
    digest = b"".join(part.tobytes() for part in parts)
    assert BITS.setdefault(kind, digest) == digest


BITS = {}


def test_progress_is_told():
    calls = []
    Autoencoder(2, **QUICK).fit(bars(10)[0], progress=lambda *call: calls.append(call))
    assert calls == [(7, 20), (10, 20), (17, 20), (20, 20)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"code_size": 0}, "code_size must be from 1"),
        ({"hidden": 0}, "hidden must be from 1"),
        ({"channels": ()}, "channels must be of 1 to 30 stages"),
        ({"channels": (4, 0)}, "channels must be from 1"),
        ({"epochs": 0}, "epochs must be from 1"),
        ({"batch_size": 0}, "batch_size must be from 1"),
        ({"learning_rate": -1}, "learning_rate must be from 0"),
        ({"learning_rate": float("nan")}, "learning_rate must be from 0"),
        ({"noise": -0.1}, "noise must be from 0"),
        ({"random_state": -1}, "random_state must not be negative"),
        ({"precision": "float8"}, "precision"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_wrong_parameters(kind, options, message):
    with pytest.raises(ValueError, match=message):
        kind(**QUICK | options).fit(bars(4)[0])


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (np.zeros((0, 4, 4), np.uint8), ValueError, "at least one, got none"),
        (np.zeros((4, 4), np.uint8), ValueError, "must have shape"),
        (np.zeros((2, 0, 4), np.uint8), ValueError, "no side of 0"),
        (np.zeros((2, 4, 4), np.float64), TypeError, "must be uint8 or float32, got float64"),
        (np.full((2, 4, 4), np.nan, np.float32), ValueError, "and not NaN"),
        (np.full((2, 4, 4), 2, np.float32), ValueError, "from 0 to 1"),
        ([np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8)], ValueError, "must be an array"),
    ],
)
def test_wrong_images(learned, images, error, message):
    with pytest.raises(error, match=message):
        Autoencoder(**QUICK).fit(images)
    with pytest.raises(error):
        learned.encode(images)


def test_other_sizes_than_it_learned(learned):
    with pytest.raises(ValueError, match=r"must have shape \(n, 8, 8\), as the model learned"):
        learned.reconstruct(np.zeros((2, 9, 8), np.uint8))
    with pytest.raises(ValueError, match=r"a must have shape \(8, 8\)"):
        learned.interpolate(np.zeros((7, 8), np.uint8), np.zeros((8, 8), np.uint8))
    with pytest.raises(ValueError, match=r"codes must have shape \(n, 4\)"):
        learned.decode(np.zeros((2, 3), np.float32))
    with pytest.raises(ValueError, match="codes must be finite"):
        learned.decode(np.full((2, 4), np.inf, np.float32))
    with pytest.raises(ValueError, match="n must be at least 2"):
        learned.interpolate(*np.zeros((2, 8, 8), np.uint8), 1)
    with pytest.raises(ValueError, match="n must not be negative"):
        learned.sample(-1)


def test_wrong_masks(learned):
    images = np.zeros((2, 8, 8), np.uint8)
    with pytest.raises(TypeError, match="mask must be bool or uint8"):
        learned.inpaint(images, np.zeros((8, 8)))
    with pytest.raises(ValueError, match="mask must have shape"):
        learned.inpaint(images, np.zeros((3, 8, 8), bool))
    with pytest.raises(ValueError, match="n_iter must not be negative"):
        learned.inpaint(images, np.zeros((8, 8), bool), n_iter=-1)


@pytest.mark.parametrize("kind", KINDS)
def test_labels_must_fit(kind, learned):
    images, labels = bars(10)
    with pytest.raises(ValueError, match="y must have shape"):
        kind(**QUICK).fit(images, labels[:5])
    model = kind(2, **QUICK).fit(images, labels)
    for call in (model.encode, model.reconstruct, model.denoise, model.score):
        with pytest.raises(ValueError, match="y must be given"):
            call(images)
    with pytest.raises(ValueError, match="y must hold labels that the model learned"):
        model.encode(images, "hanging")
    with pytest.raises(ValueError, match=r"y must be a label or have shape \(10,\)"):
        model.encode(images, ["lying"])
    with pytest.raises(ValueError, match="label must hold labels"):
        model.sample(2, label="hanging")
    with pytest.raises(ValueError, match="labels must be given"):
        model.interpolate(images[0], images[1])
    with pytest.raises(ValueError, match="label must be None"):
        learned.sample(2, label="lying")
    with pytest.raises(ValueError, match="y must be None"):
        learned.encode(images, labels)


@pytest.mark.parametrize("kind", KINDS)
def test_before_fit(kind):
    model, image = kind(), np.zeros((1, 8, 8), np.uint8)
    calls = [
        lambda: model.encode(image),
        lambda: model.decode(np.zeros((1, 32), np.float32)),
        lambda: model.reconstruct(image),
        lambda: model.score(image),
        lambda: model.sample(1),
        lambda: model.interpolate(image[0], image[0]),
        lambda: model.inpaint(image, image),
        lambda: model.save("nowhere"),
    ]
    for call in calls:
        with pytest.raises(im.NotFittedError, match="not fitted yet"):
            call()


def test_parameters_are_kept():
    model = VAE(7, beta=0.3, channels=[4])
    assert repr(model) == "VAE(code_size=7, beta=0.3, channels=[4])"
    assert model.get_params()["channels"] == [4]
    assert model.set_params(epochs=3).epochs == 3
