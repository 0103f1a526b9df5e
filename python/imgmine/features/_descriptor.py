"""What every descriptor is: a small frozen object that turns an image into a vector."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard, cast

import numpy as np

from .._validate import UINT8, Array, as_image, is_gray
from ..color import rgb2gray

if TYPE_CHECKING:
    import numpy.typing as npt

    from .. import _core
    from .._device_array import DeviceArray


def plain(number: float) -> float:
    """Return a number of NumPy's as Python's, which JSON knows."""
    return number.item() if isinstance(number, np.generic) else number


def as_gray(image: npt.ArrayLike) -> Array:
    """Return a uint8 image of shape (H, W) as it is, and one of shape (H, W, 3) as its luma.

    Of batches on a GPU the luma has shape (N, H, W, 1).
    """
    array = as_image(image, (UINT8,), gpu=True)
    if is_gray(array):
        return array
    gray = as_image(rgb2gray(array), (UINT8,), gpu=True)
    if array.ndim == 3:
        return gray
    return cast("Array", cast("DeviceArray", gray).of_one_channel())


class Descriptor(ABC):
    """A function's parameters, frozen, so that a recipe can keep, compare and write them down.

    Subclasses are frozen dataclasses that check their parameters when they are made, as the
    function does.
    """

    #: Sees a gray image: one of three channels is given to it as its luma.
    of_gray: ClassVar[bool] = False
    #: Sees a color image: cannot come after `Gray`.
    of_color: ClassVar[bool] = False

    @abstractmethod
    def __call__(self, image: Array) -> Array:
        """Describe a uint8 image of shape (H, W), or (H, W, 3), or both, as a float32 vector."""

    @abstractmethod
    def size(self, channels: int) -> int:
        """Return the length of the vector of an image of so many channels, 1 or 3."""

    def require_ready(self) -> None:  # noqa: B027 - most need nothing
        """Raise what describing any image would raise for want of a codebook or a model."""

    def to_dict(self) -> dict[str, Any]:
        """Return the parameters as JSON can hold them."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]  # subclasses are dataclasses

    @classmethod
    def from_dict(cls, parameters: dict[str, Any]) -> Descriptor:
        """Return the descriptor of which `to_dict` wrote the parameters."""
        return cls(**parameters)


class FusedDescriptor(Descriptor):
    """A descriptor that a recipe computes while a band of the image is in the cache."""

    @property
    def is_fused(self) -> bool:
        """Whether that goes with these parameters, too; else it is called like any other."""
        return True

    @abstractmethod
    def add_to(self, plan: _core.features.RecipePlan) -> None:
        """Make the descriptor part of a fused pass."""


def is_fused(descriptor: Descriptor) -> TypeGuard[FusedDescriptor]:
    """Tell whether a recipe computes `descriptor` in its pass."""
    return isinstance(descriptor, FusedDescriptor) and descriptor.is_fused
