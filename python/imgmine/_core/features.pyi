from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]
_Columns: TypeAlias = tuple[_Array, _Array, _Array, _Array, _Array]

class RecipePlan:
    def __init__(self) -> None: ...
    def add_gray(self) -> None: ...
    def add_blur(self, sigma: float | None, ksize: int | None, border: str) -> None: ...
    def add_histogram(
        self,
        bins: int,
        low: float,
        high: float,
        normalize: str,
        grid: Sequence[int],
        levels: int,
    ) -> None: ...
    def add_color_histogram(
        self,
        bins: Sequence[int],
        space: str,
        joint: bool,
        normalize: str,
        grid: Sequence[int],
        levels: int,
    ) -> None: ...
    def add_color_moments(self, space: str, grid: Sequence[int]) -> None: ...
    def add_color_correlogram(
        self, bins: Sequence[int], distances: Sequence[int], space: str
    ) -> None: ...
    def add_lbp(
        self,
        rows: Sequence[float],
        columns: Sequence[float],
        method: str,
        normalize: str,
        grid: Sequence[int],
    ) -> None: ...
    def add_tamura(self) -> None: ...
    def add_edge_histogram(self, n_blocks: int, threshold: float, quantize: bool) -> None: ...
    def check(self) -> None: ...
    def size(self, channels: int) -> int: ...
    def describe(self, image: _Array) -> _Array: ...

def scale_parts(vector: _Array, sizes: Sequence[int], lengths: Sequence[float]) -> None: ...
def histogram(
    image: _Array,
    bins: int,
    low: float,
    high: float,
    normalize: str,
    grid: Sequence[int],
    levels: int,
    mask: _Array | None,
    labels: _Array | None,
    n_labels: int,
) -> _Array: ...
def color_histogram(
    image: _Array,
    bins: Sequence[int],
    space: str,
    joint: bool,
    normalize: str,
    grid: Sequence[int],
    levels: int,
    mask: _Array | None,
    labels: _Array | None,
    n_labels: int,
) -> _Array: ...
def color_moments(
    image: _Array,
    space: str,
    grid: Sequence[int],
    mask: _Array | None,
    labels: _Array | None,
    n_labels: int,
) -> _Array: ...
def color_correlogram(
    image: _Array, bins: Sequence[int], distances: Sequence[int], space: str
) -> _Array: ...
def color_layout(image: _Array, n_luma: int, n_chroma: int) -> _Array: ...
def scalable_color(image: _Array, coefficients: int) -> _Array: ...
def cedd(image: _Array, normalize: str) -> _Array: ...
def fcth(image: _Array, normalize: str) -> _Array: ...
def lbp(image: _Array, rows: Sequence[float], columns: Sequence[float], method: str) -> _Array: ...
def lbp_histogram(
    image: _Array,
    rows: Sequence[float],
    columns: Sequence[float],
    method: str,
    normalize: str,
    grid: Sequence[int],
    mask: _Array | None,
    labels: _Array | None,
    n_labels: int,
) -> _Array: ...
def multiblock_lbp(image: _Array, height: int, width: int) -> _Array: ...
def glcm(
    image: _Array,
    offsets: Sequence[Sequence[float]],
    n_angles: int,
    levels: int,
    symmetric: bool,
    normalize: bool,
    quantize: bool,
    mask: _Array | None,
    labels: _Array | None,
    n_labels: int,
) -> _Array: ...
def glcm_properties(tables: _Array) -> _Array: ...
def haralick(
    image: _Array,
    offsets: Sequence[Sequence[float]],
    n_angles: int,
    levels: int,
    per_direction: bool,
    mask: _Array | None,
) -> _Array: ...
def gabor_features(
    image: _Array,
    wavelengths: Sequence[float],
    orientations: int,
    sigmas: Sequence[float],
    ksizes: Sequence[int],
    border: str,
    magnitude: bool,
    scaled: bool,
) -> _Array: ...
def gabor_responses(
    image: _Array,
    wavelengths: Sequence[float],
    orientations: int,
    sigmas: Sequence[float],
    ksizes: Sequence[int],
    border: str,
) -> _Array: ...
def tamura(image: _Array, scaled: bool) -> _Array: ...
def dense_sift(
    image: _Array, step: int, sizes: Sequence[int], root: bool, contrast: float, as_floats: bool
) -> tuple[_Array, _Array, _Array]: ...
def bag_of_words(descriptors: _Array, centers: _Array, normalize: str) -> _Array: ...
def vlad(descriptors: _Array, centers: _Array, intra: bool, power: float, unit: bool) -> _Array: ...
def fisher_vector(
    descriptors: _Array,
    weights: _Array,
    means: _Array,
    variances: _Array,
    power: float,
    unit: bool,
) -> _Array: ...
def image_hash(
    image: _Array, method: str, size: int, factor: int, scale: int, remove_lowest: bool
) -> _Array: ...
def dihedral_hashes(
    image: _Array, method: str, size: int, factor: int, scale: int, remove_lowest: bool
) -> _Array: ...
def pdq(image: _Array) -> tuple[_Array, int]: ...
def fingerprint(image: _Array) -> tuple[_Array, _Array]: ...
def near_duplicates(
    hashes: _Array,
    thumbnails: _Array,
    other_hashes: _Array,
    other_thumbnails: _Array,
    within: bool,
    radius: int,
    threshold: float,
) -> tuple[_Array, _Array]: ...
def hash_clusters(hashes: _Array, radius: int) -> _Array: ...
def hash_pairs(hashes: _Array, radius: int) -> _Array: ...
def fingerprint_clusters(
    hashes: _Array, thumbnails: _Array, used: _Array, radius: int, threshold: float
) -> _Array: ...
def fast(image: _Array, threshold: int, nonmax: bool, mask: _Array | None) -> _Columns: ...
def orb(
    image: _Array, n: int, scale: float, levels: int, threshold: int, mask: _Array | None
) -> tuple[_Columns, _Array]: ...
def sift(
    image: _Array,
    n: int | None,
    layers: int,
    contrast: float,
    edge: float,
    sigma: float,
    upsample: bool,
    root: bool,
    mask: _Array | None,
) -> tuple[_Columns, _Array]: ...
def match(
    a: _Array, b: _Array, ratio: float, cross_check: bool, metric: str
) -> tuple[_Array, _Array]: ...
def find_homography(
    src: _Array, dst: _Array, threshold: float, confidence: float, max_iters: int, seed: int
) -> tuple[_Array | None, _Array]: ...
def hog(
    image: _Array,
    orientations: int,
    cell: int,
    block: int,
    signed: bool,
    interpolation: str,
    normalize: str,
    sqrt: bool,
) -> _Array: ...
def edge_histogram(
    image: _Array, n_blocks: int, threshold: float, quantize: bool, larger_parts: bool
) -> _Array: ...
def phog(
    image: _Array,
    bins: int,
    levels: int,
    signed: bool,
    low: float,
    high: float,
    normalize: str,
) -> _Array: ...
def moments(
    image: _Array,
    mask: _Array | None,
    labels: _Array | None,
    n: int,
    central: bool,
    center: tuple[float, float] | None,
) -> _Array: ...
def normalized_moments(central: _Array) -> _Array: ...
def hu_moments(central: _Array, log: bool) -> _Array: ...
def zernike_moments(
    image: _Array, degree: int, radius: float | None, center: tuple[float, float] | None
) -> _Array: ...
def outer_contour(mask: _Array) -> _Array: ...
def fourier_descriptors(contour: _Array, n: int, points: int) -> _Array: ...
def region_shape(mask: _Array) -> _Array: ...
def region_shapes(labels: _Array, n: int) -> _Array: ...
