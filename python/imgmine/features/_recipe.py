from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import UINT8, Array, as_image, as_jobs, as_name, is_gray
from ._aggregated import AggregatedDescriptor
from ._batch import map_ordered
from ._descriptors import DESCRIPTORS
from ._embedder import Embedder
from ._model_file import paths_of, remember
from ._plan import Plan, describe
from ._presets import PRESETS
from ._recipe_json import parsed, written
from ._recipe_parts import as_min_side, as_parts, as_weights, fitted
from ._steps import STEPS, Gray, Step
from ._transformer import Transformer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    import numpy.typing as npt

    from ._descriptor import Descriptor


class Recipe(Transformer):
    """How pictures become vectors: steps that prepare them, and descriptors, one after the other.

    Recipes are equal if their parts are, and written down as JSON, so that a catalogue or a
    classifier knows for ever how its vectors were made. They never change, but for `fit`, which
    gives descriptors that learn (`BagOfWords`, `VLAD`, `FisherVector`) their codebooks. Gray, blur,
    and of the descriptors `Histogram`, `ColorHistogram`, `ColorMoments`, `ColorCorrelogram`, `LBP`
    (8 points at radius 1), `Tamura` and `EdgeHistogram` run fused: in one pass over the image, band
    by band of rows, each made gray or brought into a color space once for all of them. The other
    descriptors share the gray image.

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
        self._min_side = as_min_side(min_side)
        self._weights = None if weights is None else as_weights(weights, len(self._descriptors))
        self._plan = Plan(self._descriptors, self._preprocess)

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
        return self._plan.is_gray

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
            is left out. On a GPU also a batch of shape (N, H, W, C) of 1, 3 or 4 channels, if all
            steps and descriptors have CUDA versions.

        Returns
        -------
        ndarray of shape (size,), float32
            The same bits as the steps and descriptors give one by one, on every CPU and with any
            number of threads. Of a batch on a GPU (N, size), there; values are those of the parts'
            CUDA versions, and with `weights` within 2e-7 of themselves.

        Raises
        ------
        TypeError
            If `image` is not uint8, or on a GPU, where one of the parts cannot work: the message
            names it.
        ValueError
            If it has another shape.
        """
        self._require_fitted()
        array = as_picture(image, gpu=True)
        parts = (self._descriptors, self._sizes, self._weights)
        return version_for(array, describe)(array, self._plan, *parts)

    def _require_fitted(self) -> None:
        for part in self._descriptors:
            part.require_ready()

    def pictures(
        self, images: Iterable[Any], n_jobs: int | None = None
    ) -> tuple[Generator[Array | Exception, None, None], Recipe]:
        """Decode pictures for a GPU, several at once: what `imgmine.cuda.transform` uploads.

        Parameters
        ----------
        images : iterable of paths, bytes or images
        n_jobs : int, optional
            Threads; default: all the process may use.

        Returns
        -------
        generator of ndarray of shape (H, W, C), uint8, or the exceptions that pictures raised
            In order; at the recipe's own size, if it begins with `Resize` (or `Gray` and it).
        Recipe
            That describes them as this one describes `images`.
        """
        self._require_fitted()
        first, rest = self._plan.before_upload()

        def prepared(source: Any) -> Array:
            picture = as_picture(self._decoded(source))
            for step in first:
                picture = step(picture)
            return picture if picture.ndim == 3 else picture[..., np.newaxis]

        jobs = as_jobs(n_jobs, _core.num_threads())
        described = Recipe(self._descriptors, rest, weights=self._weights)
        return map_ordered(prepared, images, jobs), described

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
        self._descriptors = fitted(self._given, images, self._prepared_source)
        return self

    def _prepared_source(self, source: Any) -> Array:
        return self._plan.prepared(as_picture(self._decoded(source)))

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
        return written(self._descriptors, self._preprocess, self._weights, self._min_side)

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
        return parsed(text, cls)

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
        files = [
            f for part in self._descriptors if isinstance(part, Embedder) for f in part.files()
        ]
        return (_restored, (self.to_json(), paths_of(files)))


def as_picture(image: npt.ArrayLike, *, gpu: bool = False) -> Array:
    """Return what a recipe can describe."""
    array = as_image(image, (UINT8,), gpu=gpu)
    if not is_gray(array) and array.shape[-1] not in (3, 4):
        raise ValueError(f"image must have shape (H, W), (H, W, 3) or (H, W, 4), got {array.shape}")
    return array


def _restored(text: str, paths: dict[str, str]) -> Recipe:
    """Read a recipe in a process that may not have seen its models."""
    remember(paths)
    return Recipe.from_json(text)
