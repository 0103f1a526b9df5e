"""What each estimator of the package consists of once it is fitted: how it gets into a file."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._errors import FormatError
from .._validate import FLOAT32, FLOAT64, UINT8, Array
from ._grid_search_cv import GridSearchCV

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._estimator import Estimator

INT32 = np.dtype(np.int32)


class Part(NamedTuple):
    """An array of a fitted estimator.

    A letter of `shape` stands for a size: c classes, l lines (1 for two classes, else c),
    f features, n and any other letter for whatever it is, the same everywhere.
    """

    shape: str
    dtypes: tuple[np.dtype[Any], ...] = (FLOAT64,)
    is_optional: bool = False
    is_log: bool = False  # of a probability: minus infinity is a value like others
    below: str = ""  # whole numbers from 0 on, below the size of this letter


class Parts(NamedTuple):
    """All that prediction needs; everything else of an estimator is lost in a file."""

    arrays: dict[str, Part]
    numbers: tuple[str, ...] = ()


_LINES, _CLASSES, _TABLE = Part("l"), Part("c"), Part("cf")
_COUNTED = Parts(
    {
        "feature_count_": _TABLE,
        "feature_log_prob_": Part("cf", is_log=True),
        "class_count_": _CLASSES,
        "class_log_prior_": Part("c", is_log=True),
    }
)

# By the name of the class, which the package offers; an estimator may carry its own `_parts`.
PARTS = {
    "BernoulliNB": _COUNTED,
    "GaussianNB": Parts(
        {
            "theta_": _TABLE,
            "var_": _TABLE,
            "class_count_": _CLASSES,
            "class_prior_": _CLASSES,
        },
        ("epsilon_",),
    ),
    "KNeighborsClassifier": Parts(
        {"_rows": Part("nf", (FLOAT32, UINT8)), "_codes": Part("n", (INT32,), below="c")},
        ("n_samples_fit_",),
    ),
    "LinearSVC": Parts(
        {
            "coef_": Part("lf"),
            "intercept_": _LINES,
            "probA_": Part("l", is_optional=True),
            "probB_": Part("l", is_optional=True),
        },
        ("n_iter_",),
    ),
    "MultinomialNB": _COUNTED,
}


class State(NamedTuple):
    """A fitted estimator as plain data and arrays."""

    type: str
    params: dict[str, Any]
    numbers: dict[str, float]
    arrays: dict[str, Array]


def classes_that_can_be_saved() -> dict[str, type[Estimator]]:
    """Return the package's estimators that a file can hold, by name."""
    package = importlib.import_module(__package__)
    return {
        name: getattr(package, name)
        for name in package.__all__
        if name in PARTS or hasattr(getattr(package, name), "_parts")
    }


def parts_of(known: type[Estimator]) -> Parts:
    """Return what an estimator of this class consists of."""
    parts: Parts = getattr(known, "_parts", None) or PARTS[known.__name__]
    return parts


def state_of(model: Any) -> State:
    """Take a fitted estimator apart."""
    if isinstance(model, GridSearchCV):
        model = model.best_estimator_
    saved = classes_that_can_be_saved()
    name = type(model).__name__
    if saved.get(name) is not type(model):
        raise TypeError(
            f"model must be one of {', '.join(sorted(saved))} to be saved, got "
            f"{type(model).__module__.split('.')[0]}'s {name}: what others have learned could only "
            "be pickled, and a pickle is no file format, it runs whatever code it holds"
        )
    parts = parts_of(type(model))
    return State(
        name,
        {key: _plain(value, key) for key, value in model.get_params().items()},
        {key: _number(getattr(model, key)) for key in parts.numbers if hasattr(model, key)},
        {
            key: np.ascontiguousarray(getattr(model, key), _stored(getattr(model, key), part))
            for key, part in parts.arrays.items()
            if not part.is_optional or getattr(model, key, None) is not None
        },
    )


def model_from(state: State, classes: Array, n_features: int) -> Estimator:
    """Put a fitted estimator together; a `FormatError` if its parts do not fit."""
    known = classes_that_can_be_saved().get(state.type)
    if known is None:
        raise FormatError(f"it has a model of type {state.type!r}, which is unknown")
    parts = parts_of(known)
    unknown = set(state.params) - set(known._parameter_names())
    if unknown:
        raise FormatError(f"it has unknown parameters {sorted(unknown)}")
    model = known(**{name: _restored(value) for name, value in state.params.items()})
    if not state.numbers.keys() <= set(parts.numbers):
        raise FormatError("it has unknown numbers")
    sizes = {"c": len(classes), "l": 1 if len(classes) == 2 else len(classes), "f": n_features}
    needed = {name for name, part in parts.arrays.items() if not part.is_optional}
    if not needed <= state.arrays.keys() <= parts.arrays.keys():
        raise FormatError(f"it has other arrays than a {state.type} has")
    for name, array in state.arrays.items():
        _check(array, parts.arrays[name], sizes, name)
        setattr(model, name, np.array(array))
    for name, number in state.numbers.items():
        if type(number) not in (int, float) or not 0 <= number < np.inf:
            raise FormatError(f"it has no proper {name}")
        setattr(model, name, number)
    model.classes_, model.n_features_in_ = classes, n_features  # type: ignore[attr-defined]
    check = getattr(model, "_check_restored", None)
    if check is not None:
        _as_format_error(check)
    return model


def _as_format_error(check: Callable[[], None]) -> None:
    try:
        check()
    except (AttributeError, TypeError, ValueError) as error:
        raise FormatError(f"its model does not hold together: {error}") from error


def _stored(value: Any, part: Part) -> np.dtype[Any]:
    dtype = np.asarray(value).dtype
    return dtype if dtype in part.dtypes else part.dtypes[0]


def _check(array: Array, part: Part, sizes: dict[str, int], name: str) -> None:
    wanted = tuple(
        sizes.setdefault(letter, extent)
        for letter, extent in zip(part.shape, array.shape, strict=False)
    )
    if len(part.shape) != array.ndim or array.shape != wanted or array.dtype not in part.dtypes:
        raise FormatError(f"it has no {name} of the right shape and type")
    sound = np.isfinite(array) | (array == -np.inf) if part.is_log else np.isfinite(array)
    if array.size == 0 or not sound.all():
        raise FormatError(f"it has a {name} that is empty or not finite")
    if part.below and not (array.min() >= 0 and array.max() < sizes[part.below]):
        raise FormatError(f"it has a {name} that is out of range")


def _number(value: Any) -> float:
    number: float = value.item() if isinstance(value, np.generic) else value
    return number


def _plain(value: Any, name: str) -> Any:
    """Return a parameter as JSON can hold it; there, keys are only texts."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        pairs = [[_plain(key, name), _plain(item, name)] for key, item in value.items()]
        return {"pairs": pairs}
    if isinstance(value, (list, tuple)):
        return [_plain(item, name) for item in value]
    if value is not None and not isinstance(value, (bool, int, float, str)):
        raise TypeError(f"{name} must be plain data to be saved, got {type(value).__name__}")
    return value


def _restored(value: Any) -> Any:
    if isinstance(value, dict):
        return {_restored(key): _restored(item) for key, item in value["pairs"]}
    return [_restored(item) for item in value] if isinstance(value, list) else value
