"""The demo's pictures: what scikit-image and scikit-learn carry inside their packages.

Only files that lie in the installed packages are used, and only those whose terms the packages
state; nothing is ever downloaded.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._errors import MissingDependencyError
from ..filters import gaussian_blur
from ..geometry import resize
from ..io import imread, imwrite

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._validate import Array

_FOLDERS = {
    "scikit-image": ("skimage", "data"),
    "scikit-learn": ("sklearn", "datasets", "images"),
}
CREDITS = "CREDITS.txt"
DIGITS_CREDIT = (
    "Digits: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, "
    "UCI Machine Learning Repository, CC BY 4.0 (in scikit-learn)"
)


@dataclass(frozen=True)
class Photograph:
    """A picture inside a package, who made it and what may be done with it."""

    package: str
    file: str
    author: str
    terms: str

    def find(self) -> Path | None:
        """Return where it lies, None if this version of the package does not have it."""
        top, *below = _FOLDERS[self.package]
        spec = find_spec(top)
        if spec is None or not spec.submodule_search_locations:
            raise MissingDependencyError(self.package, "demo")
        path = Path(spec.submodule_search_locations[0], *below, self.file)
        return path if path.is_file() else None

    @property
    def credit(self) -> str:
        """One line that says whose it is."""
        return f"{self.file}: {self.author}, {self.terms} (in {self.package})"


PHOTOGRAPHS = tuple(
    Photograph(*fields)
    for fields in (
        ("scikit-image", "astronaut.png", "NASA", "public domain"),
        ("scikit-image", "brick.png", "CC0Textures", "CC0"),
        ("scikit-image", "camera.png", "Lav Varshney", "CC0"),
        ("scikit-image", "cell.png", "Paul Müller and others", "CC0"),
        ("scikit-image", "chelsea.png", "Stefan van der Walt", "CC0"),
        ("scikit-learn", "china.jpg", "danielbuechele (Flickr)", "CC BY 2.0"),
        ("scikit-image", "clock_motion.png", "Stefan van der Walt", "public domain"),
        ("scikit-image", "coffee.png", "Rachel Michetti", "CC0"),
        ("scikit-image", "coins.png", "Brooklyn Museum", "no known copyright restrictions"),
        ("scikit-learn", "flower.jpg", "vultilion (Flickr)", "CC BY 2.0"),
        ("scikit-image", "grass.png", "linolafett (DeviantArt)", "CC0"),
        ("scikit-image", "gravel.png", "CC0Textures", "CC0"),
        ("scikit-image", "hubble_deep_field.jpg", "NASA", "public domain"),
        (
            *("scikit-image", "ihc.png", "Center for Microscopy and Molecular Imaging"),
            "no known copyright restrictions",
        ),
        ("scikit-image", "microaneurysms.png", "Andreas Maier", "CC0"),
        ("scikit-image", "retina.jpg", "Mikael Häggström", "CC0"),
        ("scikit-image", "rocket.jpg", "SpaceX", "public domain"),
    )
)


def copy_photographs(folder: Path) -> dict[Path, Photograph]:
    """Put the photographs into `folder` as they are, with a file that says whose they are."""
    found = {photograph: photograph.find() for photograph in PHOTOGRAPHS}
    copies: dict[Path, Photograph] = {}
    folder.mkdir(parents=True, exist_ok=True)
    for photograph, source in found.items():
        if source is not None:
            copies[folder / photograph.file] = photograph
            shutil.copyfile(source, folder / photograph.file)
    text = "".join(f"{photograph.credit}\n" for photograph in copies.values())
    (folder / CREDITS).write_text(text, encoding="utf-8")
    return copies


@dataclass(frozen=True)
class Alteration:
    """What may happen to a picture on its way through the world."""

    name: str
    folder: str
    change: Callable[[Array], Array]
    quality: int = 90
    subtle: bool = False  # hardly visible in a small picture

    def write(self, original: Path, root: Path) -> Path:
        """Write an altered copy of `original` under `root`, as a JPEG, and return its path."""
        path = root / self.folder / f"{original.stem}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        imwrite(path, self.change(imread(original)), quality=self.quality)
        return path


def _cropped(image: Array) -> Array:
    top, left = (side // 10 for side in image.shape[:2])
    return image[top : image.shape[0] - top, left : image.shape[1] - left]


def _half(image: Array) -> Array:
    height, width = image.shape[:2]
    return resize(image, (height // 2, width // 2))


def _brighter(image: Array) -> Array:
    brighter: Array = np.minimum(image, np.uint8(255 - 40)) + np.uint8(40)
    return brighter


ALTERATIONS = (
    Alteration("cropped to 80 % a side", "cropped", _cropped),
    Alteration("blurred, sigma 3", "blurred", lambda image: gaussian_blur(image, 3.0)),
    Alteration("JPEG quality 20", "jpeg20", lambda image: image, quality=20, subtle=True),
    Alteration("half the size", "half", _half, subtle=True),
    Alteration("mirrored", "mirrored", lambda image: image[:, ::-1]),
    Alteration("brighter by 40 of 255", "brighter", _brighter),
)


def load_digits() -> tuple[Array, Array]:
    """Return scikit-learn's handwritten digits.

    Returns
    -------
    images : ndarray of shape (1797, 8, 8), uint8, values 0 to 16
    labels : ndarray of shape (1797,), int
    """
    try:
        from sklearn import datasets
    except ImportError as error:
        raise MissingDependencyError("scikit-learn", "demo") from error
    digits = datasets.load_digits()
    return digits.images.astype(np.uint8), digits.target
