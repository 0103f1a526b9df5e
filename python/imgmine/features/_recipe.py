from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from .. import _core
from .._errors import FormatError, NotFittedError
from .._progress import Progress, reporter
from .._validate import UINT8, Array, as_float, as_image, as_int, as_jobs, as_name, is_path
from ..io import imread
from ._aggregated import AggregatedDescriptor
from ._batch import map_ordered
from ._descriptor import Descriptor, as_gray, is_fused
from ._descriptors import DESCRIPTORS
from ._presets import PRESETS
from ._steps import STEPS, GaussianBlur, Gray, Step

T = TypeVar("T")

FORMAT = 1  # of to_json


def as_parts(parts: Sequence[T], known: dict[str, type[T]], name: str) -> tuple[T, ...]:
    """Return `parts` as a tuple if all of them are of types that are `known`."""
    if not isinstance(parts, Sequence):
        raise TypeError(f"{name} must be a sequence, got {type(parts).__name__}")
    for part in parts:
        if not isinstance(part, tuple(known.values())):
            raise TypeError(f"{name} must hold {' or '.join(known)}, got {part!r}")
    return tuple(parts)


def as_weights(weights: Sequence[float], n: int) -> tuple[float, ...]:
    """Return `weights` as `n` numbers."""
    if not isinstance(weights, Sequence) or len(weights) != n:
        raise ValueError(f"weights must be a number for each of {n} descriptors, got {weights!r}")
    numbers = tuple(as_float(weight, "weights") for weight in weights)
    if not all(0 <= number < np.inf for number in numbers):
        raise ValueError(f"weights must be finite and not negative, got {weights!r}")
    return numbers


class Recipe:
    """How pictures become vectors: steps that prepare them, and descriptors, one after the other.

    Recipes are equal if their parts are, and written down as JSON, so that a catalogue or a
    classifier knows for ever how its vectors were made. They never change, but for `fit`, which
    gives descriptors that learn (`BagOfWords`, `VLAD`, `FisherVector`) their codebooks. Gray, blur,
    histograms and color moments run fused: each pixel is loaded once. The other descriptors share
    the gray image.

    Parameters
    ----------
    descriptors : sequence of descriptors
        At least one.
    preprocess : sequence of steps, optional
        Any of `Gray`, `GaussianBlur` and `Resize`, in the order they are done.
    weights : sequence of float, optional
        One for each descriptor, at least 0: its vector is brought to this Euclidean length (zeros
        stay zeros), so that none drowns the others when vectors are compared. Default: vectors are
        left as they are.
    min_side : int, optional
        Files may be decoded at a smaller scale as long as their shorter side keeps so many
        pixels (`imgmine.io.imread`): several times faster for large photographs. Arrays are never
        shrunk.

    Raises
    ------
    TypeError
        If a part is no step or descriptor.
    ValueError
        If there is no descriptor, a color descriptor comes after `Gray`, or a parameter is out of
        range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> from imgmine.features import GaussianBlur, Gray, Histogram
    >>> recipe = im.features.Recipe([Histogram(bins=4)], [Gray(), GaussianBlur(ksize=5)])
    >>> recipe(np.full((10, 10, 3), 200, np.uint8))
    array([0., 0., 0., 1.], dtype=float32)
    """

    def __init__(
        self,
        descriptors: Sequence[Descriptor],
        preprocess: Sequence[Step] = (),
        *,
        weights: Sequence[float] | None = None,
        min_side: int | None = None,
    ) -> None:
        self._given = self._descriptors = as_parts(descriptors, DESCRIPTORS, "descriptors")
        self._preprocess = as_parts(preprocess, STEPS, "preprocess")
        self._min_side = None if min_side is None else as_int(min_side, "min_side")
        if self._min_side is not None and self._min_side < 1:
            raise ValueError(f"min_side must be at least 1, got {min_side}")
        self._weights = None if weights is None else as_weights(weights, len(self._descriptors))
        if self.is_gray:
            for descriptor in self._descriptors:
                if descriptor.of_color:
                    raise ValueError(f"{type(descriptor).__name__} cannot come after Gray")
        # The steps before the fused pass, and the pass for images of three channels and of one.
        self._first, fused = self._split()
        for step in self._first:
            step.check()
        self._plan = self._compile(fused)
        self._gray_plan = self._compile([step for step in fused if not isinstance(step, Gray)])

    def _split(self) -> tuple[tuple[Step, ...], list[Gray | GaussianBlur]]:
        """Take the steps that the fused pass can do off the end of the others.

        It can do none if the image is wanted by descriptors outside of the pass.
        """
        if not all(is_fused(descriptor) for descriptor in self._descriptors):
            return self._preprocess, []
        rest = list(self._preprocess)
        fused: list[Gray | GaussianBlur] = []
        for kind in (GaussianBlur, Gray):
            last = rest[-1] if rest else None
            if isinstance(last, kind):
                fused.insert(0, last)
                rest.pop()
        return tuple(rest), fused

    def _compile(self, fused: list[Gray | GaussianBlur]) -> _core.features.RecipePlan | None:
        parts = [part for part in self._descriptors if is_fused(part)]
        if not parts and self._descriptors:
            return None
        plan = _core.features.RecipePlan()
        for part in (*fused, *parts):
            part.add_to(plan)
        plan.check()
        return plan

    @property
    def descriptors(self) -> tuple[Descriptor, ...]:
        """The descriptors."""
        return self._descriptors

    @property
    def preprocess(self) -> tuple[Step, ...]:
        """The steps before them."""
        return self._preprocess

    @property
    def weights(self) -> tuple[float, ...] | None:
        """The Euclidean lengths of the descriptors' vectors, if they are set."""
        return self._weights

    @property
    def min_side(self) -> int | None:
        """How small a file may be decoded."""
        return self._min_side

    @property
    def is_gray(self) -> bool:
        """Whether the descriptors see gray images."""
        return any(isinstance(step, Gray) for step in self._preprocess)

    @property
    def mode(self) -> str:
        """What files are decoded to: "L" where the first step is `Gray`, else "RGB"."""
        first = self._preprocess[:1]
        return "L" if first and isinstance(first[0], Gray) else "RGB"

    @property
    def size(self) -> int:
        """Length of the vectors."""
        return sum(self._sizes)

    @property
    def _sizes(self) -> list[int]:
        channels = 1 if self.is_gray else 3
        return [descriptor.size(channels) for descriptor in self._descriptors]

    def __call__(self, image: npt.ArrayLike) -> Array:
        """Describe one image.

        Parameters
        ----------
        image : array_like of shape (H, W), (H, W, 3) or (H, W, 4), uint8
            Where colors are wanted a gray image counts as one of equal channels; a fourth channel
            is left out.

        Returns
        -------
        ndarray of shape (size,), float32
            The same bits as the steps and descriptors give one by one, on every CPU and with any
            number of threads.
        """
        self._require_fitted()
        vector = self._describe(self._prepared(image))
        if self._weights is not None:
            _core.features.scale_parts(vector, self._sizes, self._weights)
        return vector

    def _require_fitted(self) -> None:
        for part in self._descriptors:
            if isinstance(part, AggregatedDescriptor) and not part.is_fitted:
                raise NotFittedError(
                    f"{type(part).__name__} has no codebook yet: call the recipe's fit with "
                    "pictures first"
                )

    def _prepared(self, image: npt.ArrayLike) -> Array:
        """Return an image that went through the steps before the fused pass."""
        array = as_image(image, (UINT8,))
        if array.ndim == 3 and array.shape[2] not in (3, 4):
            raise ValueError(
                f"image must have shape (H, W), (H, W, 3) or (H, W, 4), got {array.shape}"
            )
        if array.ndim == 3 and array.shape[2] == 4:
            array = np.ascontiguousarray(array[..., :3])
        if array.ndim == 2 and not self.is_gray:
            array = np.repeat(array[..., np.newaxis], 3, axis=2)
        for step in self._first:
            array = step(array)
        return array

    def _describe(self, image: Array) -> Array:
        """Return the descriptors' vectors of an image that went through the steps before them."""
        plan = self._gray_plan if image.ndim == 2 else self._plan
        fused = np.empty(0, np.float32) if plan is None else plan.describe(image)
        if fused.size == self.size:
            return fused
        channels = 1 if image.ndim == 2 else 3
        gray = as_gray(image) if any(part.of_gray for part in self._descriptors) else image
        vector = np.empty(self.size, np.float32)
        at = taken = 0
        for part in self._descriptors:
            size = part.size(channels)
            if is_fused(part):
                vector[at : at + size] = fused[taken : taken + size]
                taken += size
            else:
                vector[at : at + size] = part(gray if part.of_gray else image)
            at += size
        return vector

    def read(self, source: Any) -> Array:
        """Describe one picture given as a file's path or bytes, or as an image.

        Files are decoded by ``imread(source, mode=recipe.mode, min_side=recipe.min_side)``; in
        mode "L" a JPEG's own luma is taken, which can differ from `rgb2gray` by a level.

        Parameters
        ----------
        source : path, bytes or array_like

        Returns
        -------
        ndarray of shape (size,), float32

        Raises
        ------
        DecodeError
            If a file cannot be decoded.
        OSError
            If it cannot be read.
        """
        return self(self._decoded(source))

    def _decoded(self, source: Any) -> Any:
        if is_path(source) or isinstance(source, (bytes, bytearray, memoryview)):
            return imread(source, mode=self.mode, min_side=self._min_side)
        return source

    def iterate(
        self, images: Iterable[Any], n_jobs: int | None = None
    ) -> Iterator[Array | Exception]:
        """Yield the vector of each picture, or the exception it raised, in order.

        Parameters
        ----------
        images : iterable of paths, bytes or images
        n_jobs : int, optional
            Threads; default: all the process may use.

        Yields
        ------
        ndarray of shape (size,), float32, or an exception

        Raises
        ------
        NotFittedError
            At once, if a descriptor has no codebook yet.
        """
        self._require_fitted()
        return map_ordered(self.read, images, as_jobs(n_jobs, _core.num_threads()))

    def transform(
        self,
        images: Iterable[Any],
        n_jobs: int | None = None,
        progress: Progress = False,
    ) -> Array:
        """Describe many pictures, several at once.

        Parameters
        ----------
        images : iterable of paths, bytes or images, or an array of shape (N, H, W[, C])
        n_jobs : int, optional
            Threads; default: all the process may use.
        progress : bool or callable ``(done, total)``, default False

        Returns
        -------
        ndarray of shape (N, size), float32

        Raises
        ------
        DecodeError, OSError, TypeError, ValueError
            What the first picture that could not be described raised; `iterate` goes on instead.

        Examples
        --------
        >>> import numpy as np
        >>> import imgmine as im
        >>> im.features.Recipe.named("histogram").transform(np.zeros((2, 4, 4), np.uint8)).shape
        (2, 8)
        """
        items = list(images)
        vectors = np.empty((len(items), self.size), np.float32)
        report = reporter(progress)
        for i, result in enumerate(self.iterate(items, n_jobs)):
            if isinstance(result, Exception):
                raise result
            vectors[i] = result
            report(i + 1, len(items))
        return vectors

    @property
    def is_fitted(self) -> bool:
        """Whether every descriptor that learns has learned."""
        return all(
            part.is_fitted for part in self._descriptors if isinstance(part, AggregatedDescriptor)
        )

    def fit(self, images: Iterable[Any] | None = None, labels: Any = None) -> Recipe:  # noqa: ARG002
        """Let descriptors learn that were given without a codebook; others have nothing to learn.

        Fitting again learns anew. It changes the recipe, also as a key of a dictionary.

        Parameters
        ----------
        images : iterable of paths, bytes or images
            They go through the steps first. Not needed where nothing is to be learned.
        labels : ignored

        Returns
        -------
        Recipe
            The recipe.

        Raises
        ------
        DecodeError, OSError, TypeError, ValueError
            What the first picture that could not be read raised.
        ValueError
            If the pictures have too few places with contrast.
        """
        parts = list(self._given)
        items: list[Any] | None = None
        for i, part in enumerate(parts):
            if not isinstance(part, AggregatedDescriptor) or part.is_fitted:
                continue
            if images is None:
                raise TypeError("images must be pictures to learn from, got None")
            items = list(images) if items is None else items
            parts[i] = part.fitted_to(items, self._prepared_source)
        self._descriptors = tuple(parts)
        return self

    def _prepared_source(self, source: Any) -> Array:
        return self._prepared(self._decoded(source))

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """Return the constructor's parameters, as scikit-learn asks of its transformers."""
        return {
            "descriptors": self._given,
            "preprocess": self._preprocess,
            "weights": self._weights,
            "min_side": self._min_side,
        }

    def to_json(self) -> str:
        """Write the recipe down.

        Returns
        -------
        str
            JSON that `from_json` turns into an equal recipe.

        Examples
        --------
        >>> import imgmine as im
        >>> recipe = im.features.Recipe.named("color")
        >>> im.features.Recipe.from_json(recipe.to_json()) == recipe
        True
        """

        def write(part: Step | Descriptor) -> dict[str, Any]:
            fields = part.to_dict() if isinstance(part, Descriptor) else asdict(part)
            return {"type": type(part).__name__, **fields}

        written = {
            "format": FORMAT,
            "preprocess": [write(step) for step in self._preprocess],
            "descriptors": [write(descriptor) for descriptor in self._descriptors],
            "min_side": self._min_side,
        }
        if self._weights is not None:
            written["weights"] = self._weights
        return json.dumps(written)

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """Read a recipe that `to_json` wrote.

        Parameters
        ----------
        text : str

        Returns
        -------
        Recipe

        Raises
        ------
        FormatError
            If `text` is anything else.
        """

        def read(part: Any, known: dict[str, Any]) -> Any:
            fields = dict(part)
            name = fields.pop("type")
            if name not in known:
                raise ValueError(f"unknown part {name!r}")
            make = known[name]
            return make.from_dict(fields) if issubclass(make, Descriptor) else make(**fields)

        try:
            parts = json.loads(text)
            if parts["format"] != FORMAT:
                raise ValueError(f"format {parts['format']!r}, this library reads {FORMAT}")
            return cls(
                [read(part, DESCRIPTORS) for part in parts["descriptors"]],
                [read(part, STEPS) for part in parts["preprocess"]],
                weights=parts.get("weights"),
                min_side=parts["min_side"],
            )
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise FormatError(f"not a recipe: {error}") from error

    @classmethod
    def named(cls, name: str) -> Recipe:
        """Return a recipe that has proved itself.

        Parameters
        ----------
        name : {"histogram", "color", "texture", "shape", "balanced", "objects"}
            "histogram": gray, Gaussian 5x5, 8 bins: the classic first descriptor, tiny and fast,
            for light and exposure. "color": 8 x 4 x 4 joint HSV bins as Hellinger histograms, so
            that Euclidean search compares color distributions: for near-duplicates. "texture" and
            "shape": gray patterns, and edges and where they are. "balanced": colors, their
            neighborhood and place, and texture: for scenes and collections of anything. "objects":
            edges first, colors last: for things that come in all colors. What each finds stands
            in the benchmarks of the documentation.

        Returns
        -------
        Recipe

        Raises
        ------
        ValueError
            If there is none of this name.

        Examples
        --------
        >>> import imgmine as im
        >>> im.features.Recipe.named("histogram").size
        8
        """
        if as_name(name, "name") not in PRESETS:
            raise ValueError(f"name must be {' or '.join(map(repr, PRESETS))}, got {name!r}")
        return cls(**PRESETS[name])

    def _key(self) -> tuple[Any, ...]:
        return (self._descriptors, self._preprocess, self._weights, self._min_side)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipe) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return (
            f"Recipe({list(self._descriptors)!r}, preprocess={list(self._preprocess)!r}, "
            f"weights={self._weights!r}, min_side={self._min_side!r})"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return (Recipe.from_json, (self.to_json(),))
