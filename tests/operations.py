"""Every operation on images, with arguments that make it work.

One list of preprocessing, for what all of it must hold (layouts, sizes, bits, memory) and for the
scripts that measure how cost grows with size and how much memory an operation takes; and one of
segmentation, which holds the same but needs room for its regions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import imgmine
import numpy as np
from imgmine import color, enhance, geometry, metrics, segment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BOTH = ("uint8", "float32")
BYTES = ("uint8",)
ANY = (None, 1, 3)
GRAY = (None,)
RGB = (3,)

rng = np.random.default_rng(0)
WHOLE_3 = np.array([[1, -2, 3], [0, 4, -1], [2, -3, 1]])
REAL_7 = rng.normal(size=(7, 7)) / 20
REAL_31 = rng.normal(size=(31, 31)) / 300
LINE = np.array([1, 3, -2, 3, 1]) / 6
DISK = np.hypot(*np.mgrid[-4:5, -4:5]) < 4.5
TURN = np.array([[0.966, 0.259, -3.5], [-0.259, 0.966, 11.25]])
TILT = np.vstack([TURN, [1e-5, -2e-5, 1]])
LENS = (-0.2, 0.05, 1e-3, -5e-4, 0.01, 0.02, -0.01, 0.003)


@dataclass(frozen=True)
class Operation:
    """One way to call one function."""

    name: str
    call: Callable[..., Any]
    dtypes: Sequence[str] = BOTH
    channels: Sequence[int | None] = ANY
    slow: bool = False  # takes so long a pixel that it is measured on smaller images
    out: bool = False  # takes out=, the result having the image's shape
    refuses: Sequence[str] = ("float64", "int32", "complex64")

    @property
    def function(self) -> Callable[..., Any]:
        """The public function that is called."""
        package, name = self.name.split()[0].split(".")
        return getattr(getattr(imgmine, package), name)

    def __call__(self, image: np.ndarray, **more: Any) -> Any:
        return self.call(image, **more)


def op(name, *args, dtypes=BOTH, channels=ANY, slow=False, out=True, **kwargs):
    """Return the operation of that name with these arguments behind the image."""
    package, function = name.split()[0].split(".")
    called = getattr(getattr(imgmine, package), function)

    def call(image, **more):
        return called(image, *args, **kwargs, **more)

    return Operation(name, call, dtypes, channels, slow, out)


def of_shape(name, function, **kwargs):
    """Return an operation whose arguments depend on the image: `function(image)`."""
    return Operation(name, function, **kwargs)


def camera(image):
    """Return the matrix of a camera that took `image`."""
    height, width = (max(extent, 1) for extent in image.shape[:2])
    return np.array([[width, 0, width / 2], [0, width, height / 2], [0, 0, 1]], np.float64)


def half(image):
    return (max(image.shape[0] // 2, 1), max(image.shape[1] // 3, 1))


def larger(image):
    return (image.shape[0] * 5 // 4 + 1, image.shape[1] * 3 // 2 + 1)


def inner(image):
    height, width = image.shape[:2]
    return (height // 4, width // 5, height // 2, width // 2)


def above(image):
    return image[:-1]


def below(image):
    return image[1:]


COLOR = [
    op("color.rgb2gray", channels=RGB, out=False),
    *(
        op(f"color.{name}", channels=RGB)
        for name in ("rgb2hsv", "hsv2rgb", "rgb2lab", "lab2rgb", "rgb2ycbcr", "ycbcr2rgb")
    ),
    of_shape(
        "color.nv12_to_rgb",
        lambda image: color.nv12_to_rgb(image[: len(image) // 3 * 3]),
        dtypes=BYTES,
        channels=GRAY,
    ),
    op("color.yuyv_to_rgb", dtypes=BYTES, channels=(2,), out=False),
]

FILTERS = [
    op("filters.convolve 3x3 whole", WHOLE_3),
    op("filters.convolve 7x7", REAL_7),
    op("filters.convolve 31x31", REAL_31, slow=True),
    op("filters.convolve to int16", WHOLE_3, dtypes=BYTES, dtype="int16", out=False),
    op("filters.convolve to float32", REAL_7, dtypes=BYTES, dtype="float32", out=False),
    op("filters.correlate separable", np.outer(LINE, LINE)),
    op("filters.sep_convolve", LINE, LINE[1:4]),
    op("filters.gaussian_blur 5", ksize=5),
    op("filters.gaussian_blur sigma 3", 3.0),
    op("filters.gaussian_blur sigma 40", 40.0),
    op("filters.box_blur 3", 3),
    op("filters.box_blur 41", 41),
    op("filters.median_blur 3", 3),
    op("filters.median_blur 5", 5),
    op("filters.median_blur 15", 15, slow=True),
    op("filters.bilateral_filter", slow=True),
    op("filters.nl_means", slow=True, patch_size=5, window_size=11),
    op("filters.erode 3", 3),
    op("filters.erode 31", 31),
    op("filters.dilate disk", DISK),
    op("filters.opening 9", 9),
    op("filters.closing 9", (3, 9)),
    op("filters.opening disk", DISK),
    op("filters.remove_specks", 5, dtypes=BYTES, channels=GRAY),
    op("filters.sobel", out=False),
    op("filters.sobel axis 0", 0, out=False),
    op("filters.sobel axis 1, 5 taps", 1, ksize=5, out=False),
    op("filters.scharr", out=False),
    op("filters.prewitt", out=False),
    op("filters.laplacian", out=False),
    op("filters.canny", 60, 140, dtypes=BYTES, channels=(None, 3), out=False),
    op("filters.integral_image", out=False),
]

GEOMETRY = [
    *(
        of_shape(
            f"geometry.resize {word}, {method}",
            lambda image, size=size, method=method: geometry.resize(image, size(image), method),
        )
        for method in ("area", "linear", "cubic", "lanczos", "nearest")
        for word, size in (("smaller", half), ("larger", larger))
    ),
    op("geometry.flip 0", 0),
    op("geometry.flip 1", 1),
    of_shape("geometry.crop", lambda image: geometry.crop(image, inner(image))),
    op("geometry.pad", ((2, 3), (5, 0)), border="wrap", out=False),
    op("geometry.rotate 90", 90, out=False, expand=True),
    op("geometry.rotate 15", 15, out=False),
    *(
        op(f"geometry.warp_affine {method}", TURN, out=False, method=method)
        for method in ("nearest", "linear", "cubic")
    ),
    op("geometry.warp_perspective", TILT, out=False, border="reflect101"),
    of_shape("geometry.undistort", lambda image: geometry.undistort(image, camera(image), LENS)),
    op("geometry.deskew moments", method="moments", channels=GRAY, out=False),
    op("geometry.deskew projection", method="projection", channels=GRAY, out=False, slow=True),
]

ENHANCE = [
    op("enhance.adjust_brightness", 30),
    op("enhance.adjust_contrast", 1.5),
    op("enhance.adjust_gamma", 0.7),
    op("enhance.adjust_saturation", 1.6, channels=RGB),
    op("enhance.autocontrast", cutoff=1, dtypes=BYTES),
    op("enhance.equalize_hist", dtypes=BYTES),
    op("enhance.clahe", dtypes=BYTES, channels=GRAY),
    of_shape(
        "enhance.match_histograms",
        lambda image, **more: enhance.match_histograms(image, image[len(image) // 2 :], **more),
        dtypes=BYTES,
        out=True,
    ),
    op("enhance.unsharp_mask", 2.0, 1.2),
    op("enhance.normalize", 0.45, 0.22, out=False),
    *(
        op(f"enhance.white_balance {method}", method, channels=RGB)
        for method in ("gray_world", "white_patch", "shades_of_gray")
    ),
    of_shape("enhance.flat_field", lambda image: enhance.flat_field(above(image), below(image))),
]

COMPRESS = [
    op("compress.quantize_colors", 16, dtypes=BYTES, channels=RGB, out=False, slow=True),
    op("compress.dct_compress", 0.1),
]

METRICS = [
    of_shape("metrics.mse", lambda image: metrics.mse(above(image), below(image))),
    of_shape("metrics.psnr", lambda image: metrics.psnr(above(image), below(image))),
    of_shape("metrics.ssim", lambda image: metrics.ssim(above(image), below(image))),
]


def blocks(image):
    """Return a label image of blocks of 16 x 16 pixels, the last one of which has all the rest."""
    y, x = np.indices(image.shape[:2]) // 16
    return np.minimum(1 + x + y * (1 + x.max(initial=0)), 40).astype(np.int32)


def corners(image):
    """Return markers of two regions in two corners."""
    markers = np.zeros(image.shape[:2], np.int32)
    markers[:1, :1] = 1
    markers[-1:, -1:] = 2
    return markers


def measured(image):
    """Return columns of a table of regions, each of which has a pass of its own."""
    table = segment.regions(blocks(image), image)
    names = ("area", "perimeter", "area_convex", "moments", "mean", "std")
    return tuple(getattr(table, name) for name in names)


def adjacency(image):
    found = segment.region_adjacency(blocks(image), image)
    return found.pairs, found.length, found.color_difference, found.gradient


def contours(image):
    return np.concatenate([np.zeros((0, 2)), *segment.find_contours(image, 100)])


def three_classes(image):
    pixels = image.copy()
    pixels[:1, :3] = (0, 90, 200)[: pixels.shape[1]]  # as many values as classes at the least
    return segment.threshold_multiotsu(pixels)


def depths(image):
    mask = image.copy()
    mask[:1, :1] = 0  # without any background distances are infinite
    return segment.distance_transform(mask)


def four_colors(image):
    return segment.kmeans_segment(image, max(min(4, image[..., 0].size), 1), max_iter=5)


def on_bytes(name, *args, channels=GRAY, **kwargs):
    return op(f"segment.{name}", *args, dtypes=BYTES, channels=channels, out=False, **kwargs)


def on_labels(name, **kwargs):
    return Operation(
        f"segment.{name}",
        lambda image: getattr(segment, name)(image, **kwargs),
        dtypes=("uint8",),
        channels=GRAY,
        refuses=("float64", "complex64"),
    )


SEGMENT = [
    on_bytes("threshold_otsu"),
    of_shape("segment.threshold_multiotsu", three_classes, dtypes=BYTES, channels=GRAY),
    on_bytes("threshold_li"),
    on_bytes("threshold_triangle"),
    on_bytes("threshold_local mean", 15),
    on_bytes("threshold_local gaussian", 15, method="gaussian"),
    on_bytes("threshold_niblack"),
    on_bytes("threshold_sauvola"),
    op("segment.threshold_hysteresis", 60, 120, channels=GRAY, out=False),
    on_bytes("label 4", connectivity=4),
    on_bytes("label 8", connectivity=8),
    of_shape("segment.distance_transform", depths, dtypes=BYTES, channels=GRAY),
    on_bytes("fill_holes"),
    on_labels("relabel"),
    on_labels("clear_border", margin=0),
    on_labels("find_boundaries", connectivity=8),
    Operation("segment.find_contours", contours, channels=GRAY, refuses=("int32", "complex64")),
    on_bytes("slic", 50, channels=ANY),
    on_bytes("slic adaptive", 50, channels=RGB, adaptive=True),
    on_bytes("superpixels", 50, channels=ANY, slow=True),
    op("segment.felzenszwalb", out=False, slow=True),
    of_shape("segment.kmeans_segment", four_colors, dtypes=BYTES, channels=RGB, slow=True),
    op("segment.watershed", 9, channels=GRAY, out=False, slow=True),
    op("segment.watershed compact", 9, channels=GRAY, out=False, slow=True, compactness=3),
    of_shape("segment.region_grow", lambda image: segment.region_grow(image, corners(image)),
             slow=True),
    of_shape("segment.grabcut", lambda image: segment.grabcut(image, inner(image), n_iter=1),
             dtypes=BYTES, channels=RGB, slow=True),
    of_shape("segment.region_adjacency", adjacency, dtypes=BYTES),
    of_shape("segment.merge_regions",
             lambda image: segment.merge_regions(image, blocks(image), n_regions=5), dtypes=BYTES),
    of_shape("segment.regions", measured),
]  # fmt: skip

OPERATIONS = [*COLOR, *FILTERS, *GEOMETRY, *ENHANCE, *COMPRESS, *METRICS]


def picture(shape, dtype, seed=3):
    """Return slopes with noise on them: smooth enough to be a picture, rough enough to be hard."""
    height, width, *channels = shape
    y, x = np.mgrid[:height, :width]
    slopes = (3 * x + 5 * y)[(..., *[None] * len(channels))] // 7
    noise = np.random.default_rng(seed).integers(0, 60, shape)
    image = ((slopes + noise) % 256).astype(dtype)
    return image if image.dtype == np.uint8 else image / np.float32(1.7)
