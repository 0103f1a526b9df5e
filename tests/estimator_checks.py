"""scikit-learn's checks of what an estimator owes, for any of ours."""

import warnings
from functools import partial

import pytest

try:
    from sklearn.utils import estimator_checks as checks
    from sklearn.utils import get_tags
except ImportError:  # pragma: no cover
    checks = None


def every_check(*estimators, expected_failures=None):
    """Parametrize a test(estimator, check) with all checks of each estimator.

    The test's body is ``check(estimator)``. `expected_failures` maps names of checks to reasons;
    a check of those that passes fails the test.

    These are the checks of ``check_estimator`` and those that it leaves to scikit-learn's own
    classes: column names of data frames, and for clusterers those of clusters.
    """
    if checks is None:
        return pytest.mark.skip(reason="scikit-learn is not installed")
    failures = expected_failures or {}
    parameters = [
        pytest.param(instance, check, id=_name(instance, check), marks=_marks(check, failures))
        for estimator in estimators
        for instance, check in _checks_of(estimator)
    ]

    def decorate(test):
        for mark in (
            pytest.mark.parametrize(("estimator", "check"), parameters),
            pytest.mark.filterwarnings("ignore:Estimator .* does not inherit:UserWarning"),
            pytest.mark.filterwarnings("ignore::imgmine.ConvergenceWarning"),
        ):
            test = mark(test)
        return test

    return decorate


def _checks_of(estimator):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Estimator .* does not inherit", UserWarning)
        yield from list(checks.estimator_checks_generator(estimator))
    name = type(estimator).__name__
    yield estimator, partial(checks.check_dataframe_column_names_consistency, name)
    if get_tags(estimator).estimator_type == "clusterer":
        for check in checks._yield_clustering_checks(estimator):
            yield estimator, partial(check, name)


def _function(check):
    while isinstance(check, partial):
        check = check.func
    return check


def _name(estimator, check):
    words = [repr(estimator), _function(check).__name__]
    while isinstance(check, partial):
        words += [f"{key}={value}" for key, value in check.keywords.items()]
        check = check.func
    return "-".join(words)


def _marks(check, expected_failures):
    reason = expected_failures.get(_function(check).__name__)
    return () if reason is None else (pytest.mark.xfail(reason=reason, strict=True),)
