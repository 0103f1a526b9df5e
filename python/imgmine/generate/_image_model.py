"""What `Autoencoder` and `VAE` share: learning, drawing at random, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .._samples import as_seed
from .._validate import Array, as_float, as_int, as_name
from ..nn import History
from . import _model_file
from ._architecture import Plan, decoder_of, default_widths, encoder_of
from ._density import Density, chosen_by, density_of, drawn, normal
from ._images import as_images, parts, to_unit
from ._inpainting import Inpainting
from ._labels import classes_of, numbers_of
from ._training import Samples, Settings, Training, one_hot

if TYPE_CHECKING:
    import os

    import numpy.typing as npt

    from .._progress import Progress

Self = TypeVar("Self", bound="ImageModel")

_MOST_UNITS = 1 << 20
_MOST_STAGES = 30


class ImageModel(Inpainting):
    """An autoencoder of any kind."""

    history_: History
    class_counts_: Array | None

    channels: Any
    hidden: int
    noise: float
    epochs: int
    batch_size: int
    learning_rate: float
    precision: str
    random_state: int | None

    def fit(
        self: Self, images: npt.ArrayLike, y: Any = None, *, progress: Progress = False
    ) -> Self:
        """Learn from pictures, anew.

        Parameters
        ----------
        images : array_like of shape (n, H, W) or (n, H, W, C), uint8 or float32
            At least one; float32 from 0 to 1.
        y : array_like of shape (n,), optional
            The class of each; then whatever is made of a picture or a code takes a class, too.
        progress : bool or callable ``(done, total)``, default False

        Returns
        -------
        Autoencoder or VAE
            The model.

        Raises
        ------
        TypeError
            If images are neither uint8 nor float32, or a parameter is of the wrong kind.
        ValueError
            If there are no images, they are of another shape, float32 outside 0 to 1 or NaN, `y`
            does not fit, or a parameter is out of range.

        Warns
        -----
        ConvergenceWarning
            If the error is no finite number any more, where learning ends.
        """
        pictures = as_images(images)
        if not len(pictures):
            raise ValueError("images must be at least one, got none")
        classes, numbers = classes_of(y, len(pictures))
        shape = (*pictures.shape[1:], 1)[:3]
        settings = self._settings(progress)
        self._fits_density()  # complains before anything is learned
        n_classes = 0 if classes is None else len(classes)
        networks = self._networks(shape, n_classes, settings.seed)
        self.encoder_, self.decoder_ = networks
        self.image_shape_, self.dtype_ = pictures.shape[1:], pictures.dtype
        self.classes_ = classes
        self.class_counts_ = None if numbers is None else np.bincount(numbers)
        self.mean_image_ = _mean(pictures, shape)
        samples = Samples(pictures, shape, numbers, n_classes)
        self.history_ = Training(networks, samples, settings).run()
        self._densities = self._densities_of(samples, settings.seed)
        return self

    def sample(
        self, n: int = 1, rng: int | np.random.Generator | None = None, *, label: Any = None
    ) -> Array:
        """Return new pictures, drawn at random.

        Parameters
        ----------
        n : int, default 1
        rng : int or numpy.random.Generator, optional
            A seed, or where numbers come from. Default: other pictures each time.
        label : label or array_like of shape (n,), optional
            The class of all, or of each. Default, of a model that learned with labels: drawn, each
            as often as it was there.

        Returns
        -------
        ndarray of shape (n, *image_shape_), of the dtype of the pictures it learned from

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If `n` is negative, or `label` is none that it learned.
        """
        self._require_fitted("decoder_")
        if as_int(n, "n") < 0:
            raise ValueError(f"n must not be negative, got {n}")
        generator = np.random.default_rng(rng)
        if self.classes_ is None or self.class_counts_ is None:
            return self._decode(
                self._codes(n, 0, generator), self._condition(label, n, "label"), self.dtype_
            )
        if label is None:
            numbers = chosen_by(self.class_counts_, n, generator)
        else:
            numbers = numbers_of(label, self.classes_, n, "label")
        codes = np.empty((n, self._size), np.float32)
        for number in range(len(self.classes_)):
            chosen = np.flatnonzero(numbers == number)
            codes[chosen] = self._codes(len(chosen), number, generator)
        return self._decode(codes, [one_hot(numbers, len(self.classes_))], self.dtype_)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model as a safetensors file; a reader finds the old one or the whole new one.

        Programs that know nothing of imgmine can read the weights.

        Parameters
        ----------
        path : path

        Raises
        ------
        NotFittedError
            Before `fit`.
        TypeError
            If a label is neither str nor a number.
        """
        self._require_fitted("encoder_")
        _model_file.write(path, self)

    @classmethod
    def load(cls: type[Self], path: str | os.PathLike[str]) -> Self:
        """Read a model that `save` wrote.

        Parameters
        ----------
        path : path

        Returns
        -------
        Autoencoder or VAE

        Raises
        ------
        FormatError
            If the file is damaged, or of anything else.
        OSError
            If it cannot be read.
        """
        model: Self = _model_file.read(path, {cls.__name__: cls})
        return model

    # What it learns with

    def _settings(self, progress: Progress) -> Settings:
        return Settings(
            epochs=_at_least_1(self.epochs, "epochs"),
            batch_size=_at_least_1(self.batch_size, "batch_size"),
            learning_rate=_between(self.learning_rate, "learning_rate", 1e6),
            noise=_between(self.noise, "noise", 1e3),
            beta=self._divergence_weight(),
            seed=as_seed(self.random_state),
            progress=progress,
        )

    def _networks(self, shape: tuple[int, int, int], n_classes: int, seed: int) -> Any:
        channels = default_widths(*shape[:2]) if self.channels is None else self.channels
        widths = tuple(_at_least_1(width, "channels") for width in channels)
        if not 1 <= len(widths) <= _MOST_STAGES:
            raise ValueError(f"channels must be of 1 to {_MOST_STAGES} stages, got {len(widths)}")
        size, hidden = _at_least_1(self.code_size, "code_size"), _at_least_1(self.hidden, "hidden")
        plan = Plan(shape, widths, hidden, size, n_classes, as_name(self.precision, "precision"))
        seeds = [int(x) for x in np.random.SeedSequence((seed, 3)).generate_state(2) >> 1]
        return encoder_of(plan, self._outputs(size), seeds[0]), decoder_of(plan, seeds[1])

    def _set_fitted(self, fitted: _model_file.Fitted) -> None:
        self.encoder_, self.decoder_ = fitted.networks
        self.image_shape_, self.dtype_ = fitted.image_shape, fitted.dtype
        self.classes_, self.class_counts_ = fitted.classes, fitted.class_counts
        self.mean_image_, self._densities = fitted.mean_image, fitted.densities
        self.history_ = History()

    def _outputs(self, code_size: int) -> int:
        """Return how many numbers the encoder says."""
        return code_size

    def _divergence_weight(self) -> float | None:
        """Return what the divergence counts, None where codes are not drawn."""
        return None

    def _fits_density(self) -> bool:
        """Tell whether codes are drawn from what is fitted to them."""
        return True

    def _densities_of(self, samples: Samples, seed: int) -> list[Density]:
        """Return how the codes of each class are distributed, if codes are drawn from that."""
        if not self._fits_density() or self.history_.stopped is not None:
            return []
        numbers = samples.numbers
        if numbers is None:
            return [density_of(self._encode(samples.images, []), seed)]
        codes = self._encode(samples.images, [one_hot(numbers, samples.n_classes)])
        return [density_of(codes[numbers == i], seed) for i in range(samples.n_classes)]

    def _codes(self, n: int, number: int, rng: np.random.Generator) -> Array:
        if self._densities:
            return drawn(self._densities[number], n, rng)
        return normal((n, self._size), rng)


def _mean(pictures: Array, shape: tuple[int, int, int]) -> Array:
    total = np.zeros(shape)
    for part in parts(len(pictures), shape):
        total += to_unit(pictures[part], shape).sum(axis=0, dtype=np.float64)
    return (total / len(pictures)).astype(np.float32)


def _at_least_1(value: int, name: str) -> int:
    if not 1 <= as_int(value, name) <= _MOST_UNITS:
        raise ValueError(f"{name} must be from 1 to {_MOST_UNITS}, got {value}")
    return int(value)


def _between(value: float, name: str, most: float) -> float:
    if not 0 <= as_float(value, name) <= most:
        raise ValueError(f"{name} must be from 0 to {most:g}, got {value}")
    return float(value)
