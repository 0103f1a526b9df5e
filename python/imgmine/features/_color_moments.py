from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import UINT8, Array, as_image, as_name
from ._areas import are_fused, as_areas, as_grid, n_cells
from ._descriptor import FusedDescriptor

if TYPE_CHECKING:
    import numpy.typing as npt

SPACES = ("rgb", "hsv", "lab", "opponent")


def as_space(space: str) -> str:
    """Return `space` if it names a color space."""
    if as_name(space, "space") not in SPACES:
        raise ValueError(f"space must be 'rgb', 'hsv', 'lab' or 'opponent', got {space!r}")
    return space


def color_moments(
    image: npt.ArrayLike,
    space: str = "rgb",
    *,
    grid: tuple[int, int] = (1, 1),
    mask: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
) -> Array:
    """Describe the distribution of colors by mean, spread and skew of each channel.

    Parameters
    ----------
    image : array_like of shape (H, W, 3) or (H, W, 4), uint8
        R, G, B in this order; a fourth channel is left out.
    space : {"rgb", "hsv", "lab", "opponent"}, default "rgb"
        The 8-bit color spaces of `color_histogram`. Hue is taken as a number from 0 to 179, not as
        an angle.
    grid : (int, int), default (1, 1)
    mask : array_like of shape (H, W), bool, optional
    labels : array_like of shape (H, W), int32, optional
        Which pixels are described together, as in `histogram`.

    Returns
    -------
    ndarray of shape (9,), float32
        Of each channel its mean, its standard deviation, and the cube root, with its sign, of the
        third central moment: all three in levels of 8 bits. Of cells nine values each, row by row;
        of labels (labels.max(), 9). Zeros where there is no pixel. Sums are of whole numbers and
        exact, so the bits are the same on every CPU and with any number of threads, and on a GPU,
        where there are neither masks nor labels, cells have fewer than 2^26 pixels and each image
        of a batch has its row.

    Raises
    ------
    TypeError
        If `image` is not uint8, `mask` not bool or `labels` not int32.
    ValueError
        If `image`, `mask` or `labels` has another shape, or a parameter is out of range.

    References
    ----------
    M. Stricker, M. Orengo, "Similarity of color images", SPIE 2420, 1995.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((1, 4, 3), np.uint8)
    >>> image[0, 0, 0] = 100
    >>> im.features.color_moments(image).round(2)[:3]
    array([25.  , 43.3 , 45.43], dtype=float32)
    """
    array = as_image(image, (UINT8,), gpu=True)
    if array.ndim < 3 or array.shape[-1] not in (3, 4):
        raise ValueError(f"image must have shape (H, W, 3) or (H, W, 4), got {array.shape}")
    areas = as_areas(array, grid, mask, labels)
    return version_for(array, _core.features.color_moments)(array, as_name(space, "space"), *areas)


@dataclass(frozen=True)
class ColorMoments(FusedDescriptor):
    """Descriptor: `imgmine.features.color_moments` with the same parameters.

    Parameters
    ----------
    space : {"rgb", "hsv", "lab", "opponent"}, default "rgb"
    grid : (int, int), default (1, 1)

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.ColorMoments()(np.full((2, 2, 3), 7, np.uint8))
    array([7., 0., 0., 7., 0., 0., 7., 0., 0.], dtype=float32)
    """

    of_color = True

    space: str = "rgb"
    grid: tuple[int, int] = (1, 1)

    def __post_init__(self) -> None:
        as_space(self.space)
        object.__setattr__(self, "grid", as_grid(self.grid))

    def __call__(self, image: Array) -> Array:
        return color_moments(image, self.space, grid=self.grid)

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return 9 * n_cells(self.grid, 1)

    @property
    def is_fused(self) -> bool:
        return are_fused(3 * 256, self.grid, 1)

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        plan.add_color_moments(self.space, self.grid)
