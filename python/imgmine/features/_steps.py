"""What a recipe may do to an image before it is described: small frozen objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._validate import Array, as_float, as_int, as_name, is_gray
from ..color import rgb2gray
from ..filters import gaussian_blur
from ..geometry import resize
from ..geometry._resize import two_sides

if TYPE_CHECKING:
    from .. import _core

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Gray:
    """Step of a recipe: RGB to luma, as `imgmine.color.rgb2gray`; gray images stay as they are.

    A recipe that begins with it asks image files for luma only, which JPEG decoders hand out
    faster than colors.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.Gray()(np.full((1, 1, 3), 9, np.uint8))
    array([[9]], dtype=uint8)
    """

    def __call__(self, image: Array) -> Array:
        return image if is_gray(image) else rgb2gray(image)

    def shape(self, shape: Shape) -> Shape:
        """Return height, width and channels of what the step makes of an image."""
        return (*shape[:2], 1)

    def check(self) -> None:
        """Do nothing: there is no parameter that could be out of range."""

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        """Make the step part of a fused pass."""
        plan.add_gray()


@dataclass(frozen=True)
class GaussianBlur:
    """Step of a recipe: `imgmine.filters.gaussian_blur` with the same parameters, always exact.

    Parameters
    ----------
    sigma : float, optional
    ksize : int, optional
    border : str, default "reflect101"

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.GaussianBlur(ksize=3)(np.full((1, 2), 9, np.uint8))
    array([[9, 9]], dtype=uint8)
    """

    sigma: float | None = None
    ksize: int | None = None
    border: str = "reflect101"

    def __post_init__(self) -> None:
        if self.sigma is not None:
            object.__setattr__(self, "sigma", as_float(self.sigma, "sigma"))
        if self.ksize is not None:
            object.__setattr__(self, "ksize", as_int(self.ksize, "ksize"))
        as_name(self.border, "border")

    def __call__(self, image: Array) -> Array:
        return gaussian_blur(
            image, self.sigma, ksize=self.ksize, border=self.border, method="exact"
        )

    def shape(self, shape: Shape) -> Shape:
        """Return height, width and channels of what the step makes of an image."""
        return shape

    def check(self) -> None:
        """Raise ValueError where a parameter is out of range."""
        self(np.empty((0, 0), np.uint8))

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        """Make the step part of a fused pass."""
        plan.add_blur(self.sigma, self.ksize, self.border)


@dataclass(frozen=True)
class Resize:
    """Step of a recipe: `imgmine.geometry.resize` with the same parameters.

    Parameters
    ----------
    size : (int, int)
        Height and width.
    method : {"area", "linear", "cubic", "lanczos", "nearest"}, default "area"

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.Resize((1, 1))(np.array([[1, 3]], np.uint8))
    array([[2]], dtype=uint8)
    """

    size: tuple[int, int]
    method: str = "area"

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", two_sides(self.size))
        as_name(self.method, "method")

    def __call__(self, image: Array) -> Array:
        return resize(image, self.size, self.method)

    def shape(self, shape: Shape) -> Shape:
        """Return height, width and channels of what the step makes of an image."""
        return (*self.size, shape[2])

    def check(self) -> None:
        """Raise ValueError where a parameter is out of range."""
        for size in ((self.size[0], 0), (0, self.size[1])):  # without an image of that size
            resize(np.empty((0, 0), np.uint8), size, self.method)


Step = Gray | GaussianBlur | Resize
STEPS: dict[str, type[Step]] = {step.__name__: step for step in (Gray, GaussianBlur, Resize)}
