"""Both ways to the same optimum, rows of all kinds, and what else a machine can learn."""

import platform
import subprocess
import sys
import warnings

import imgmine
import numpy as np
import pytest
import scipy.sparse
import sklearn.linear_model
import sklearn.svm
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.classify import LinearSVC

from .test_linear_svc import liblinear, objective, problem, seeds

TIGHT = {"tol": 1e-10, "max_iter": 100_000}


def cost_of(model, X, y):
    """Return the objective, summed over the machines."""
    X = X.astype(np.float64) * model.scale
    scaled = LinearSVC(model.C, loss=model.loss)
    scaled.coef_, scaled.intercept_ = model.coef_ / model.scale, model.intercept_
    total = 0
    for line in range(len(model.coef_)):
        positive = line if len(model.coef_) > 1 else 1
        signs = np.where(y == positive, 1, -1)
        total += objective(scaled, line, X, signs, np.full(len(y), model.C))
    return total


@pytest.mark.usefixtures("cpu_level", "n_threads")
@given(seeds, st.sampled_from([0.01, 1, 100]), st.integers(2, 4), st.integers(1, 40))
@settings(max_examples=15)
def test_both_solvers_reach_the_optimum(seed, C, n_classes, n_features):
    X, y = problem(seed, n_classes, 60, n_features)
    primal = LinearSVC(C, dual=False, **TIGHT).fit(X, y)
    dual = LinearSVC(C, dual=True, tol=1e-7, max_iter=200_000).fit(X, y)
    assert primal.dual_gap_ <= 1e-10
    assert cost_of(primal, X, y) == pytest.approx(cost_of(dual, X, y), rel=1e-6)
    assert cost_of(primal, X, y) <= cost_of(dual, X, y) * (1 + 1e-9)


@pytest.mark.parametrize("dtype", ["u1", "f2", "f4", "f8"])
@pytest.mark.parametrize("badly", [False, True])
def test_the_gap_is_honest(dtype, badly):
    """The objective is as near the optimum as is said, on many samples, badly scaled ones, too."""
    X, y = problem(3, 3, 6000, 20)
    X = np.clip(X * 30 + 128, 0, 255).astype("u1").astype(dtype)
    scale = 1 / 255
    if badly and dtype != "u1":
        X, scale = X * np.logspace(-2, 2, 20).astype(dtype) / 8, 1.0
    best = cost_of(LinearSVC(0.1, scale=scale, dual=False, **TIGHT).fit(X, y), X, y)
    for solver in (False,) if badly else (False, True):  # coordinate descent would take ages
        model = LinearSVC(0.1, scale=scale, dual=solver, tol=1e-3, max_iter=20_000).fit(X, y)
        assert model.dual_gap_ <= 1e-3
        assert best * (1 - 1e-6) <= cost_of(model, X, y) <= best * (1 + 1.1e-3)


def test_threads_and_levels_give_the_same_bits():
    """On enough samples to be shared."""
    X, y = problem(4, 3, 30_000, 90)
    X = X.astype(np.float32)
    expected = None
    try:
        for level in imgmine.cpu_levels():
            imgmine.set_cpu_level(level)
            for n_threads in (1, 2, 3):
                imgmine.set_num_threads(n_threads)
                model = LinearSVC(0.01, tol=1e-3).fit(X, y)
                found = (model.coef_.tobytes(), model.intercept_.tobytes(), model.dual_gap_)
                expected = expected or found
                assert found == expected
    finally:
        imgmine.set_num_threads(0)
        imgmine.set_cpu_level(imgmine.cpu_levels()[-1])


def test_scale_is_as_if_the_features_were_scaled():
    X, y = problem(5, 3)
    X = np.clip(X * 40 + 100, 0, 255).astype(np.uint8)
    for options in ({"dual": True}, {"dual": False}, {"multi_class": "crammer_singer"}):
        scaled = LinearSVC(scale=1 / 255, **TIGHT, **options).fit(X, y)
        plain = LinearSVC(**TIGHT, **options).fit(X / 255, y)
        np.testing.assert_allclose(scaled.coef_ * 255, plain.coef_, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(scaled.intercept_, plain.intercept_, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(
            scaled.decision_function(X), plain.decision_function(X / 255), rtol=1e-3, atol=1e-3
        )


@pytest.mark.usefixtures("cpu_level")
@pytest.mark.parametrize("options", [{"loss": "hinge"}, {"dual": True}, {"dual": False}], ids=str)
@pytest.mark.parametrize("dtype", ["f4", "f8", "u1"])
def test_sparse_rows_are_rows(dtype, options):
    X, y = problem(6, 3, 80, 7)
    X = np.where(X > 0.5, X * 9, 0).astype(dtype)
    X[4] = 0
    dense = LinearSVC(0.01, **TIGHT, **options).fit(X, y)
    for make in (scipy.sparse.csr_matrix, scipy.sparse.csc_array, scipy.sparse.coo_matrix):
        model = LinearSVC(0.01, **TIGHT, **options).fit(make(X), y)
        np.testing.assert_allclose(model.coef_, dense.coef_, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(
            model.decision_function(make(X)), model.decision_function(X), rtol=1e-5, atol=1e-5
        )
        np.testing.assert_array_equal(model.predict(make(X)), model.predict(X))
    with pytest.raises(ValueError, match=r"^X has 6 features, but LinearSVC is expecting 7"):
        dense.predict(scipy.sparse.csr_matrix(X[:, :6]))


def test_sparse_text_is_like_liblinears():
    X = scipy.sparse.random(400, 3000, 0.01, format="csr", rng=0)
    y = (np.asarray(X[:, :1500].sum(axis=1) > X[:, 1500:].sum(axis=1))).ravel().astype(int)
    ours = LinearSVC(tol=1e-6).fit(X, y)
    peer = liblinear(LinearSVC(), X, y)
    np.testing.assert_allclose(ours.coef_, peer.coef_, rtol=1e-2, atol=1e-3)
    diagonal = LinearSVC(tol=1e-6, dual=False).fit(X, y)
    np.testing.assert_allclose(diagonal.coef_, peer.coef_, rtol=1e-2, atol=1e-3)


def test_half_precision_and_mapped_rows(tmp_path):
    X, y = problem(7, 3, 200, 33)
    half = X.astype(np.float16)
    expected = LinearSVC().fit(half.astype(np.float32), y)
    np.testing.assert_array_equal(LinearSVC().fit(half, y).coef_, expected.coef_)
    np.testing.assert_array_equal(expected.predict(half), expected.predict(half.astype("f8")))
    with pytest.raises(ValueError, match=r"^X must be finite"):
        LinearSVC().fit(half * np.float16(np.inf), y)
    np.save(tmp_path / "x.npy", half.astype(np.float32))
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    np.testing.assert_array_equal(LinearSVC().fit(mapped, y).coef_, expected.coef_)


@given(seeds, st.integers(2, 4), st.sampled_from([0.05, 1.0]))
@settings(max_examples=15)
def test_crammer_and_singers_machine_is_liblinears(seed, n_classes, C):
    X, y = problem(seed, n_classes, 40)
    ours = LinearSVC(C, multi_class="crammer_singer", **TIGHT).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = sklearn.svm.LinearSVC(
            C=C, multi_class="crammer_singer", tol=1e-8, max_iter=100_000
        ).fit(X, y)
    np.testing.assert_allclose(ours.coef_, peer.coef_, rtol=1e-2, atol=2e-3)
    np.testing.assert_allclose(ours.intercept_, peer.intercept_, rtol=1e-2, atol=2e-3)
    assert np.mean(ours.predict(X) == peer.predict(X)) >= 0.9


@pytest.mark.parametrize("options", [{"dual": True}, {"dual": False}, {"loss": "hinge"}], ids=str)
def test_warm_start_goes_on(options):
    X, y = problem(8, 3, 400, 8)
    model = LinearSVC(0.1, warm_start=True, tol=1e-6, **options).fit(X, y)
    first, coef = model.n_iter_, model.coef_
    model.fit(X, y)
    assert model.n_iter_ <= first
    np.testing.assert_allclose(model.coef_, coef, rtol=1e-2, atol=1e-3)
    model.set_params(C=0.2).fit(X, y)
    cold = LinearSVC(0.2, tol=1e-6, **options).fit(X, y)
    np.testing.assert_allclose(model.coef_, cold.coef_, rtol=1e-2, atol=1e-3)
    model.fit(X[:, :5], y)
    assert model.coef_.shape == (3, 5)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_are_those_that_happen(n_classes):
    X, y = problem(9, n_classes, 3000, 5)
    labels = np.array(["a", "b", "c"])[y]
    model = LinearSVC(probability=True).fit(X[:1500], labels[:1500])
    shares = model.predict_proba(X[1500:])
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    happened = labels[1500:, np.newaxis] == model.classes_
    peer = sklearn.linear_model.LogisticRegression().fit(X[:1500], labels[:1500])
    loss, theirs = (-np.mean(np.log(p[happened])) for p in (shares, peer.predict_proba(X[1500:])))
    assert loss < theirs * 1.15
    again = LinearSVC(probability=True).fit(X[:1500], labels[:1500])
    np.testing.assert_array_equal(again.probA_, model.probA_)
    assert not hasattr(LinearSVC(), "predict_proba")
    with pytest.raises(imgmine.NotFittedError):
        LinearSVC(probability=True).predict_proba(X)


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
@pytest.mark.parametrize("sparse", [False, True])
def test_a_stream_is_learned(loss, sparse):
    X, y = problem(10, 3, 6000, 10)
    make = scipy.sparse.csr_array if sparse else np.asarray
    model = LinearSVC(0.1, loss=loss)
    for i in range(0, 5000, 500):
        model.partial_fit(make(X[i : i + 500]), y[i : i + 500], classes=[0, 1, 2])
    whole = LinearSVC(0.1, loss=loss).fit(X[:5000], y[:5000])
    assert model.score(X[5000:], y[5000:]) > whole.score(X[5000:], y[5000:]) - 0.02
    before = whole.coef_
    whole.partial_fit(X[5000:5010], y[5000:5010])
    assert np.abs(whole.coef_ - before).max() < 0.1 * np.abs(before).max()


def test_streams_are_refused_what_they_cannot_have():
    X, y = problem(11, 3)
    with pytest.raises(ValueError, match=r"^classes must be passed in the first call"):
        LinearSVC().partial_fit(X, y)
    model = LinearSVC().partial_fit(X, y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match=r"^classes must be those of before, \[0, 1, 2\]"):
        model.partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"^y must hold labels of classes, got"):
        model.partial_fit(X, y + 1)
    with pytest.raises(ValueError, match=r"^class_weight must be a dict or None for partial_fit"):
        LinearSVC(class_weight="balanced").partial_fit(X, y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match=r"^multi_class must be 'ovr' for partial_fit"):
        LinearSVC(multi_class="crammer_singer").partial_fit(X, y, classes=[0, 1, 2])


MEMORY = """if True:
    import sys
    import numpy as np
    import imgmine
    from imgmine.classify import LinearSVC
    from tests.peak_memory import workspace
    imgmine.set_num_threads(2)
    dtype, options = sys.argv[1], eval(sys.argv[2])
    rng = np.random.default_rng(0)
    y = np.arange(40_000) % 10
    X = (rng.integers(0, 60, (40_000, 300), np.uint8) + 5 * np.eye(10, 300, dtype="u1")[y])
    X = X.astype(dtype, copy=False)
    model = LinearSVC(0.01, scale=1 / 64, max_iter=5, **options)
    imgmine.classify.LinearSVC(max_iter=5).fit(X[:500], y[:500])
    print(workspace(lambda: model.fit(X, y)) / X.nbytes)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="asks Linux for what is resident")
@pytest.mark.parametrize("dtype", ["u1", "f2", "f4", "f8"])
@pytest.mark.parametrize("options", [{"dual": True}, {"dual": False}], ids=str)
def test_a_fit_takes_a_tenth_of_its_samples(dtype, options):
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MEMORY, dtype, str(options)],
        capture_output=True,
        text=True,
        check=True,
    )
    bound = 0.2 if dtype == "u1" else 0.1  # rows of 300 bytes: the samples' own numbers weigh, too
    assert float(result.stdout) < bound
