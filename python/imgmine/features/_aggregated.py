"""What bag of words, VLAD and Fisher vectors share: dense SIFT in, one vector per image out."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import KW_ONLY, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from .. import _core
from .._errors import NotFittedError
from .._progress import Progress, reporter
from .._validate import Array, as_bool, as_float, as_int, as_jobs, as_rows
from ..geometry import resize
from ._batch import map_ordered
from ._codebook import Codebook
from ._dense_sift import bin_sizes
from ._descriptor import Descriptor, as_gray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Self = TypeVar("Self", bound="AggregatedDescriptor")

SIFT_SIZE = 128
N_SAMPLES = 100_000


def as_local(descriptors: npt.ArrayLike, size: int) -> Array:
    """Return local descriptors as a finite float32 array of shape (n, size)."""
    rows = as_rows(descriptors, "descriptors")
    if rows.shape[1] != size:
        raise ValueError(f"descriptors must have {size} values as the codebook, got {rows.shape}")
    if not np.isfinite(rows).all():
        raise ValueError("descriptors must be finite, got NaN or infinity")
    return rows


def as_parameters(values: npt.ArrayLike, name: str) -> Array:
    """Return an array of shape (k, size), neither of them 0, float32 and finite."""
    rows = np.ascontiguousarray(as_rows(values, name))
    if 0 in rows.shape:
        raise ValueError(f"{name} must have shape (k, size), both at least 1, got {rows.shape}")
    if not np.isfinite(rows).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity")
    return rows


def as_power(power: float) -> float:
    """Return `power` if it is one of the two that there are."""
    number = as_float(power, "power")
    if number not in (0.5, 1):
        raise ValueError(f"power must be 0.5 or 1, got {power}")
    return number


def is_unit(normalize: str | None) -> bool:
    """Tell whether vectors are scaled to length 1."""
    if normalize is not None and normalize != "l2":
        raise ValueError(f"normalize must be 'l2' or None, got {normalize!r}")
    return normalize == "l2"


@dataclass(frozen=True)
class AggregatedDescriptor(Descriptor):
    """A descriptor that learns from images once, before it can describe any.

    `fitted` returns a copy that has a codebook; `imgmine.features.Recipe.fit` calls it.
    """

    of_gray = True

    k: int
    _: KW_ONLY
    step: int = 6
    sizes: Sequence[int] = (6, 10, 16, 24)
    root: bool = True
    contrast: float = 3.0
    max_side: int = 480
    components: int | None = 64
    spatial: float = 1.0
    seed: int = 0
    codebook: Codebook | None = None

    def __post_init__(self) -> None:
        for name in ("k", "step", "max_side", "seed"):
            object.__setattr__(self, name, as_int(getattr(self, name), name))
        for name in ("contrast", "spatial"):
            object.__setattr__(self, name, as_float(getattr(self, name), name))
        object.__setattr__(self, "sizes", bin_sizes(self.sizes))
        object.__setattr__(self, "root", as_bool(self.root, "root"))
        if self.components is not None:
            object.__setattr__(self, "components", as_int(self.components, "components"))
        self._check()
        if self.codebook is not None:
            self._check_codebook(self.codebook)

    def _check(self) -> None:
        """Raise ValueError where a parameter is out of range."""
        if not 1 <= self.k <= 65536:
            raise ValueError(f"k must be from 1 to 65536, got {self.k}")
        if not 1 <= self.max_side <= 65536:
            raise ValueError(f"max_side must be from 1 to 65536, got {self.max_side}")
        if self.components is not None and not 1 <= self.components <= SIFT_SIZE:
            raise ValueError(f"components must be from 1 to {SIFT_SIZE}, got {self.components}")
        if not 0 <= self.spatial <= 1e6:
            raise ValueError(f"spatial must be from 0 to 1e6, got {self.spatial}")
        if self.seed < 0:
            raise ValueError(f"seed must not be negative, got {self.seed}")
        self._sift(np.empty((0, 0), np.uint8))

    def _check_codebook(self, codebook: Codebook) -> None:
        if not isinstance(codebook, Codebook):
            raise TypeError(f"codebook must be a Codebook, got {type(codebook).__name__}")
        shapes = self._shapes()
        if self.components is not None:
            shapes |= {"mean": (SIFT_SIZE,), "components": (self.components, SIFT_SIZE)}
        if codebook.shapes() != shapes:
            raise ValueError(f"codebook must have {shapes}, got {codebook.shapes()}")

    @abstractmethod
    def _shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shapes of what `_learn` returns."""

    @abstractmethod
    def _learn(self, local: Array) -> dict[str, Array]:
        """Learn from local descriptors, shape (n, local_size)."""

    @abstractmethod
    def _encode(self, local: Array, codebook: Codebook) -> Array:
        """Turn an image's local descriptors, shape (n, local_size), into its vector."""

    @property
    def is_fitted(self) -> bool:
        """Whether there is a codebook."""
        return self.codebook is not None

    def require_ready(self) -> None:
        """Raise NotFittedError if there is no codebook yet."""
        if self.codebook is None:
            name = type(self).__name__
            raise NotFittedError(
                f"{name} has no codebook yet: call fitted, or fit of its recipe, with pictures"
            )

    @property
    def local_size(self) -> int:
        """Length of a local descriptor as it is encoded."""
        components = SIFT_SIZE if self.components is None else self.components
        return components + (2 if self.spatial else 0)

    def _sift(self, gray: Array) -> tuple[Array, Array]:
        """Return descriptors that have contrast, and where they are: -0.5 to 0.5 either way."""
        places, descriptors, described = _core.features.dense_sift(
            gray, self.step, self.sizes, self.root, self.contrast, True
        )
        if not described.all():
            places, descriptors = places[described], descriptors[described]
        height, width = gray.shape
        shares = places[:, :2] / np.array([max(width, 1), max(height, 1)], np.float32)
        return descriptors, shares - np.float32(0.5)

    def _local(self, image: Array) -> tuple[Array, Array]:
        gray = as_gray(image)
        height, width = gray.shape
        longest = max(height, width)
        if longest > self.max_side and min(height, width) > 0:
            shorter = max(1, (min(height, width) * self.max_side * 2 + longest) // (2 * longest))
            size = (self.max_side, shorter) if height >= width else (shorter, self.max_side)
            gray = resize(gray, size, "area")
        return self._sift(gray)

    def _project(self, sift: Array, places: Array, axes: dict[str, Array] | Codebook) -> Array:
        local = sift
        if self.components is not None:
            local = _core.cluster.project(sift, axes["mean"], axes["components"])
        if not self.spatial:
            return local
        return np.concatenate([local, places * np.float32(self.spatial)], axis=1)

    def __call__(self, image: Array) -> Array:
        self.require_ready()
        codebook = cast("Codebook", self.codebook)
        return self._encode(self._project(*self._local(image), codebook), codebook)

    def fitted(
        self: Self,
        images: Iterable[Any],
        *,
        n_samples: int = N_SAMPLES,
        n_jobs: int | None = None,
        progress: Progress = False,
    ) -> Self:
        """Return a copy that has learned from images.

        Parameters
        ----------
        images : iterable of array_like of shape (H, W) or (H, W, 3), uint8
        n_samples : int, default 100000
            About so many local descriptors are learned from, as many of each image.
        n_jobs : int, optional
            Threads; default: all the process may use. They do not change what is learned.
        progress : bool or callable ``(done, total)``, default False

        Returns
        -------
        descriptor
            Equal but for its codebook.

        Raises
        ------
        ValueError
            If the images have too few places with contrast.
        """
        return self.fitted_to(list(images), lambda image: image, n_samples, n_jobs, progress)

    def fitted_to(
        self: Self,
        items: list[Any],
        prepare: Callable[[Any], Array],
        n_samples: int = N_SAMPLES,
        n_jobs: int | None = None,
        progress: Progress = False,
    ) -> Self:
        """Learn from the images that `prepare` makes of items."""
        share = -(-as_int(n_samples, "n_samples") // max(len(items), 1))

        def sample(numbered: tuple[int, Any]) -> tuple[Array, Array]:
            at, item = numbered
            sift, places = self._local(prepare(item))
            chosen = _core.cluster.sample_below(len(sift), share, self.seed + at)
            return sift[chosen], places[chosen]

        report = reporter(progress)
        parts = []
        jobs = as_jobs(n_jobs, _core.num_threads())
        for result in map_ordered(sample, enumerate(items), jobs):
            if isinstance(result, Exception):
                raise result
            parts.append(result)
            report(len(parts), len(items))
        count = sum(len(sift) for sift, _ in parts)
        if count < self.k:
            raise ValueError(
                f"images must have at least k = {self.k} places with contrast, got {count}"
            )
        sift, places = (np.concatenate(part) for part in zip(*parts, strict=True))
        learned: dict[str, Array] = {}
        if self.components is not None:
            learned["mean"], learned["components"], *_ = _core.cluster.fit_pca(
                sift, self.components
            )
        learned |= self._learn(self._project(sift, places, learned))
        return replace(self, codebook=Codebook(learned))

    def _learn_centers(self, local: Array) -> dict[str, Array]:
        options = {"k": self.k, "max_iter": 50, "tol": 1e-4, "seed": self.seed}
        centers, *_ = _core.cluster.fit_kmeans(local, options, None, None, False)
        return {"centers": centers.astype(np.float32)}

    def to_dict(self) -> dict[str, Any]:
        """Return the parameters as JSON can hold them."""
        parameters = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name != "codebook"
        }
        return {
            **parameters,
            "sizes": list(self.sizes),
            "codebook": None if self.codebook is None else self.codebook.to_dict(),
        }

    @classmethod
    def from_dict(cls, parameters: dict[str, Any]) -> Descriptor:
        """Return the descriptor of which `to_dict` wrote the parameters."""
        written = parameters.get("codebook")
        codebook = None if written is None else Codebook.from_dict(written)
        return cls(**{**parameters, "codebook": codebook})
