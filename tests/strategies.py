"""What the property tests draw: images in every layout that memory has, of all sizes; recipes."""

import numpy as np
from hypothesis import strategies as st
from imgmine.features import (
    HOG,
    LBP,
    ColorCorrelogram,
    ColorHistogram,
    ColorMoments,
    EdgeHistogram,
    GaussianBlur,
    Gray,
    Haralick,
    Histogram,
    HuMoments,
    Recipe,
    Resize,
    Tamura,
)

# Around the widths of registers (16, 32, 64) and well below a kernel's; empty, too.
HEIGHTS = st.sampled_from([0, 1, 2, 3, 5, 8, 17]) | st.integers(1, 12)
WIDTHS = st.sampled_from([0, 1, 2, 3, 15, 16, 17, 22, 33, 64, 65, 130]) | st.integers(1, 40)


def unaligned(array):
    """Return a copy of `array` that starts in the middle of a value."""
    room = np.zeros(array.nbytes + 1, np.uint8)
    copy = np.ndarray(array.shape, array.dtype, room, offset=1)
    copy[...] = array
    return copy


def inside_larger(array):
    """Return `array` as a rectangle of a larger one: rows in place, with a gap between them."""
    larger = np.full([extent + 3 for extent in array.shape[:2]] + list(array.shape[2:]), 7)
    larger = larger.astype(array.dtype)
    window = larger[1 : 1 + array.shape[0], 2 : 2 + array.shape[1]]
    window[...] = array
    return window


def every_other(array, axis):
    """Return `array` as every other row or column of one twice as large."""
    return np.repeat(array, 2, axis)[(slice(None),) * axis + (slice(None, None, 2),)]


def read_only(array):
    """Return a copy of `array` that cannot be written."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy


LAYOUTS = {
    "C": lambda a: a,
    "Fortran": np.asfortranarray,
    "rows reversed": lambda a: a[::-1].copy()[::-1],
    "columns reversed": lambda a: a[:, ::-1].copy()[:, ::-1],
    "channels reversed": lambda a: a[..., ::-1].copy()[..., ::-1],
    "transposed": lambda a: a.swapaxes(0, 1).copy().swapaxes(0, 1),
    "every other row": lambda a: every_other(a, 0),
    "every other column": lambda a: every_other(a, 1),
    "inside a larger one": inside_larger,
    "one row, many times": lambda a: np.broadcast_to(a[:1], a.shape) if len(a) else a,
    "one pixel, many times": lambda a: np.broadcast_to(a[:1, :1], a.shape) if a.size else a,
    "read-only": read_only,
    "unaligned": unaligned,
}


def values_of(rng, shape, dtype, kind):
    """Return random values that are spread, or at both ends only, or all the same."""
    if np.dtype(dtype) == np.uint8:
        choices = {"spread": np.arange(256), "ends": [0, 255], "constant": [rng.integers(256)]}
        return rng.choice(choices[kind], shape).astype(np.uint8)
    if kind == "constant":
        return np.full(shape, rng.normal(), dtype)
    spread = rng.normal(0, 100, shape)
    return (spread if kind == "spread" else np.sign(spread) * 1e6).astype(dtype)


@st.composite
def images(draw, dtypes=(np.uint8, np.float32), channels=(None, 1, 2, 3, 4, 5), min_side=0):
    """Draw an image; channels of None leave the third axis out."""
    shape = (draw(HEIGHTS.filter(lambda n: n >= min_side)),)
    shape += (draw(WIDTHS.filter(lambda n: n >= min_side)),)
    count = draw(st.sampled_from(channels))
    shape += () if count is None else (count,)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    kind = draw(st.sampled_from(["spread", "spread", "ends", "constant"]))
    array = values_of(rng, shape, draw(st.sampled_from(dtypes)), kind)
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](array)


def large(shape, dtype=np.uint8):
    """Return an image so large that its rows are shared out among threads."""
    return values_of(np.random.default_rng(len(shape)), shape, dtype, "spread")


norms = st.sampled_from(["l1", "l2", "hellinger", None])
few = st.integers(1, 20)
borders = st.sampled_from(["reflect101", "reflect", "replicate", "wrap", "constant"])
grids = st.sampled_from([(1, 1), (1, 1), (3, 3), (2, 5), (7, 1), (20, 33)])
# Of a grid, or of a pyramid.
cells = grids.map(lambda grid: (grid, 1)) | st.integers(2, 3).map(lambda n: ((1, 1), n))
histograms = st.builds(
    lambda bins, ends, norm, where: Histogram(bins, ends, norm, *where),
    few, st.sampled_from([(0, 256), (10, 99.5), (-50, 300)]), norms, cells,
)  # fmt: skip
color_histograms = st.builds(
    lambda bins, space, joint, norm, where: ColorHistogram(bins, space, joint, norm, *where),
    few | st.tuples(few, few, few), st.sampled_from(["rgb", "hsv", "lab", "opponent"]),
    st.booleans(), norms, cells,
)  # fmt: skip
color_moments = st.builds(ColorMoments, st.sampled_from(["rgb", "hsv", "lab", "opponent"]), grids)
# Descriptors that a recipe calls one by one.
lbps = st.builds(
    LBP, st.sampled_from([4, 8]), st.sampled_from([1, 1.5, 2]),
    st.sampled_from(["uniform", "nri_uniform"]), norms, grids,
)  # fmt: skip
others_of_gray = lbps | st.sampled_from(
    [Tamura(), EdgeHistogram(n_blocks=400), HuMoments(), Haralick(), HOG(cell=8, shape=(16, 16))]
)
others_of_color = st.sampled_from([ColorCorrelogram(2, (1, 3)), ColorCorrelogram(3, (2,), "hsv")])
blurs = st.builds(GaussianBlur, st.none(), st.integers(0, 6).map(lambda n: 2 * n + 1), borders)
blurs |= st.builds(GaussianBlur, st.floats(0.2, 3), st.none(), borders)
resize_methods = st.sampled_from(["area", "linear", "cubic", "lanczos", "nearest"])
resizes = st.builds(Resize, st.tuples(few, few), resize_methods)


@st.composite
def recipes(draw):
    """Draw any recipe that may be: colors are described only where they are still there."""
    steps = draw(st.lists(st.just(Gray()) | blurs | resizes, max_size=3))
    gray = any(isinstance(step, Gray) for step in steps)
    descriptors = histograms | others_of_gray if draw(st.booleans()) else histograms
    if not gray:
        descriptors |= color_histograms | color_moments | others_of_color
    chosen = draw(st.lists(descriptors, min_size=1, max_size=4))
    weigh = draw(st.booleans())
    weights = [draw(st.sampled_from([0, 0.25, 1, 3.5])) for _ in chosen] if weigh else None
    return Recipe(chosen, steps, weights=weights, min_side=draw(st.none() | st.integers(1, 500)))


METRICS = ("euclidean", "l1", "chi2", "inner_product", "cosine", "pearson", "intersection")
ROW_SIZES = st.sampled_from([0, 1, 2, 15, 16, 17, 31, 32, 33, 64, 100])


@st.composite
def rows(draw, size, dtype=np.float32, max_rows=9):
    """Draw vectors of `size` values, not negative, some of them twice, some zero or constant."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = draw(st.integers(0, max_rows))
    array = values_of(rng, (n, size), dtype, draw(st.sampled_from(["spread", "ends"])))
    array = np.abs(array) if array.dtype == np.float32 else array
    for i, kind in enumerate(rng.choice(["", "", "", "twin", "zero", "constant"], n)):
        if kind:
            array[i] = {"twin": array[i // 2], "zero": 0, "constant": rng.integers(1, 9)}[kind]
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](array)


@st.composite
def pairs_of_rows(draw, dtype=np.float32, max_rows=9):
    """Draw two lists of vectors of one size."""
    size = draw(ROW_SIZES)
    return draw(rows(size, dtype, max_rows)), draw(rows(size, dtype, max_rows))
