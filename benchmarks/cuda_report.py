"""Everything there is to say of the CUDA versions, in a single call.

    python -m benchmarks.cuda_report [sm_80]

Where there is a GPU: each function's time on it and how it compares (`cuda_measure`). Where there
is none:
what each kernel compiles to for an architecture (PTX, and registers, shared and spilled bytes if
`ptxas` is found), and the bytes and operations that its design rests on.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import imgmine as im
import numpy as np
from numba import cuda

from benchmarks import cuda_measure

BATCH, SIDE = 32, 1024
RECIPES = ("histogram", "color", "balanced", "shape", "objects", "texture")

# Of a value of the result (of a pair of rows of n values for the last two): bytes read and written,
# and operations, as the kernels are written; neighbors are taken to come from the caches.
DESIGN = {
    "rgb2gray, uint8": ("3 + 1", "11 instructions"),
    "rgb2hsv, uint8, a pixel": ("3 + 3", "54 instructions"),
    "rgb2lab, uint8, a pixel": ("3 + 3", "78 instructions, 6 look-ups in shared memory"),
    "gaussian_blur, n taps, uint8": ("1 + 1", "n / 4 dot products of four, n / 2 of two"),
    "gaussian_blur, n taps, float32": ("4 + 4", "n 96 / (97 - n) + n fused multiply-adds"),
    "the same, n above 61": ("4 + 4", "2 n fused multiply-adds, 8 bytes of the second cache"),
    "gaussian_blur, fast, by s": ("1 + 1", "4 + 4 / s + 2 n / s^2 fused multiply-adds, n up to 61"),
    "box_blur, wide": ("1 + 1", "4 additions, 10 bytes of the second cache"),
    "convolve, n x n, uint8": ("1 + 1", "n (n + 3) / 4 dot products of four"),
    "sobel, uint8 to int16": ("1 + 2", "6 dot products of four"),
    "median_blur 3": ("1 + 1", "8 minima and maxima of two bytes"),
    "median_blur 5, uint8": ("1 + 1", "160 minima and maxima"),
    "median_blur k, uint8": ("1 + 1", "6 k accesses of shared memory and a walk"),
    "resize area by s, uint8": ("s^2 + 1", "s / 2 + 1 products of two bytes, 63 instructions at 2"),
    "resize lanczos by s, uint8": ("s^2 + 1", "3 s^2 + 6 s of them, 105 instructions at 2"),
    "phash, a pixel of W a row to w": ("3 + w / W", "luma, 6 multiplications and additions"),
    "pdq, a pixel": ("3 + 32", "4 additions and 2 divisions"),
    "histogram, uint8": ("1", "13 instructions, 1 of them an addition in shared memory"),
    "color_histogram, a pixel": ("3", "38 instructions (HSV: 56), 1 addition in shared memory"),
    "recipe, a part of n values": ("4 + 4", "1 addition of squares: the columns of the result"),
    "color_correlogram, at d": ("3 + 1", "8 d comparisons, 2 additions for each run of a color"),
    "tamura, a pixel": ("1 + 1 + 2 + 1", "98 shared loads, 8 + 80 additions"),
    "phog, a pixel": ("1 + 5 + 5 + 5 + 5", "3 gradients and 2 additions on an edge"),
    "cedd, a block of 80 x 80": ("192", "80 minima in doubles"),
    "color_layout, a pixel": ("3", "5 multiplications and 3 additions of 64 bits"),
    "color_moments, a pixel": ("3", "9 additions, 6 multiplications of 64 bits"),
    "edge_histogram, a pixel": ("1", "1 addition"),
    "glcm, an offset": ("1, 4 a count", "1 addition in shared memory for each run of equal pairs"),
    "haralick": ("4 a count", "3 additions in shared memory, 1 logarithm a count, in doubles"),
    "gabor_features, rows": ("1 + 32", "18 h sums and products: 2 h + 1 weights, 4 filters"),
    "gabor_features, columns": ("32", "36 h sums and products, 6 roots, 18 doubles"),
    "hog, a pixel": ("1 + 7", "910 instructions: 1.3 arc tangents, 18 additions in shared memory"),
    "lbp, 8 points at distance 1": ("1 + 1", "41 instructions; 65 if flat, other ties in doubles"),
    "lbp, n points": ("1 + 1", "55 n instructions, 2.5 n loads from caches; 25 doubles a tie"),
    "lbp_histogram, n points": ("1", "59 n instructions, 1 addition in shared memory for each run"),
    "pairwise, n values": ("n / 16 + 4", "n fused multiply-adds, n / 16 shared loads of 16 bytes"),
    "pairwise, n bytes": ("n / 64 + 4", "n / 4 dot products of 4, n / 64 shared loads of 16 bytes"),
    "pairwise, n bytes, by matrices": ("n / 64 + 4", "n / 4096 products of matrices a warp"),
    "top_k, n values": ("n / 16", "the same, 1 comparison; few candidates written and read"),
    "top_k, up to 16 queries": ("n / 4", "the same, the base read once"),
}


def registers(ptx: str, architecture: str, most: int | None) -> str:
    """Return what ptxas says of a kernel of so many registers, or that it is not there."""
    places = [str(path) for path in Path(cuda.__file__).parents[3].glob("nvidia/*/bin/ptxas")]
    ptxas = next(iter(places), None) or shutil.which("ptxas")  # of the version that made the PTX
    if ptxas is None:
        return "ptxas is not installed"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernel.ptx"
        path.write_text(ptx)
        command = [ptxas, f"-arch={architecture}", "-v", "-o", f"{path}.cubin", str(path)]
        if most:
            command.append(f"-maxrregcount={most}")
        said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    used = re.search(r"Used (\d+) registers", said)
    shared, spilled = re.search(r"(\d+) bytes smem", said), re.search(r"(\d+) bytes spill st", said)
    figures = [found.group(1) if found else "0" for found in (used, shared, spilled)]
    return "{} registers, {} shared, {} spilled".format(*figures)


def report_design(architecture: str) -> None:
    from imgmine.cuda import _signatures
    from numba.cuda import dispatcher

    major, minor = int(architecture[3:-1]), int(architecture[-1])
    # Functions that kernels call are compiled for the current device, which is not there.
    device = SimpleNamespace(compute_capability=(major, minor))
    dispatcher.get_current_device = lambda: device
    print(f"no GPU: {architecture}, per kernel and types")
    for kernel, types in _signatures.signatures():
        ptx, _ = cuda.compile_ptx(kernel.py_func, types, cc=(major, minor))
        arrays = " ".join(str(t.dtype) for t in types if hasattr(t, "dtype"))
        figures = registers(ptx, architecture, kernel.targetoptions.get("max_registers"))
        print(f"{kernel.py_func.__name__:20} {arrays:44} {len(ptx):7} bytes of PTX, {figures}")
    print("\nbytes and operations a value")
    for name, (n_bytes, operations) in DESIGN.items():
        print(f"{name:30} {n_bytes:24} {operations}")


def cases():
    """Yield name, function, arguments on the host and the bytes that must be moved."""
    yield from image_cases()
    rng = np.random.default_rng(0)
    rows, base = rng.random((256, 512), np.float32), rng.random((200_000, 512), np.float32)
    yield "pairwise", im.similarity.pairwise, (rows, base), base.nbytes + 4 * 256 * 200_000
    yield "top_k 10", lambda a, b: im.similarity.top_k(a, b, 10), (rows, base), base.nbytes
    yield from searches(rng)


def image_cases():
    """Yield those of images."""
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (BATCH, SIDE, SIDE, 3), np.uint8)
    gray = rgb[..., :1].copy()
    flat = np.full_like(gray, 7)
    n = rgb.nbytes
    yield "rgb2gray", im.color.rgb2gray, (rgb,), n + n // 3
    for function in (im.color.rgb2hsv, im.color.rgb2lab):
        yield function.__name__, function, (rgb,), 2 * n
    floats = rgb.astype(np.float32)
    yield "rgb2lab float32", im.color.rgb2lab, (floats,), 8 * n
    for sigma in (1, 3, 8, 30):
        blur = partial(im.filters.gaussian_blur, sigma=sigma)
        yield f"gaussian_blur {sigma}", blur, (rgb,), 2 * n
        yield f"gaussian_blur {sigma} float32", blur, (floats,), 8 * n
    for ksize in (5, 9, 51):
        yield f"box_blur {ksize}", partial(im.filters.box_blur, ksize=ksize), (rgb,), 2 * n
    yield "convolve 5 x 5", lambda x: im.filters.convolve(x, np.eye(5) / 5), (rgb,), 2 * n
    yield "sobel", lambda x: im.filters.sobel(x, 1), (gray,), gray.nbytes * 3
    yield "sobel, lengths", im.filters.sobel, (gray,), gray.nbytes * 3
    for ksize in (3, 5, 7, 15):
        median = partial(im.filters.median_blur, ksize=ksize)
        yield f"median_blur {ksize}", median, (gray,), gray.nbytes * 2
    for method in ("area", "linear", "nearest", "cubic", "lanczos"):
        resize = partial(im.geometry.resize, size=(SIDE // 2, SIDE // 2), method=method)
        yield f"resize {method}", resize, (rgb,), n + n // 4
    photo = rng.integers(0, 256, (BATCH, 3 * SIDE // 4, SIDE, 3), np.uint8)
    for method in ("area", "lanczos"):
        resize = partial(im.geometry.resize, size=(7 * SIDE // 32,) * 2, method=method)
        moved = photo.nbytes + BATCH * (7 * SIDE // 32) ** 2 * 3
        yield f"resize {method}, photo to square", resize, (photo,), moved
    small = partial(im.geometry.resize, size=(SIDE // 2, SIDE // 2), method="lanczos")
    yield "resize lanczos float32", small, (floats,), 5 * n
    for name, image in (("noise", gray), ("flat", flat)):
        yield (
            f"histogram 256, {name}",
            lambda x: im.features.histogram(x, 256),
            (image,),
            image.nbytes,
        )
    colors = partial(im.features.color_histogram, bins=8, space="hsv")
    yield "color_histogram hsv", colors, (rgb,), n
    colors = partial(im.features.color_correlogram, bins=(8, 4, 4), distances=(1,), space="hsv")
    yield "color_correlogram hsv", colors, (rgb,), n + 2 * n // 3
    yield "phog", im.features.phog, (gray,), 21 * gray.nbytes
    yield "cedd", im.features.cedd, (rgb,), n
    yield "tamura", im.features.tamura, (gray,), 5 * gray.nbytes
    waves = partial(im.features.gabor_features, wavelengths=(3, 6, 12, 24))
    rows = 4 * (4 * 8) * gray.nbytes  # of complex numbers, of four filters of each wavelength
    yield "gabor_features", waves, (gray,), gray.nbytes + 2 * rows
    yield "color_layout", im.features.color_layout, (rgb,), n
    for function in (im.features.ahash, im.features.phash, im.features.whash, im.features.pdq):
        yield function.__name__, function, (rgb,), n
    yield "color_moments hsv", partial(im.features.color_moments, space="hsv"), (rgb,), n
    yield "edge_histogram", im.features.edge_histogram, (gray,), gray.nbytes
    for levels, name, image in ((32, "noise", gray), (32, "flat", flat), (256, "noise", gray)):
        pairs = partial(im.features.glcm, levels=levels, quantize=True)
        counts = BATCH * levels**2 * 4 * 4
        yield f"glcm {levels}, {name}", pairs, (image,), image.nbytes + 3 * counts
    yield "haralick 32", partial(im.features.haralick, levels=32), (gray,), gray.nbytes
    blocks = 4 * BATCH * (SIDE // 8 - 1) ** 2 * 36
    yield "hog", im.features.hog, (gray,), gray.nbytes + 3 * blocks
    coarse = partial(im.features.hog, interpolation="none")
    yield "hog, not interpolated", coarse, (gray,), gray.nbytes + 3 * blocks
    for name in RECIPES:
        yield f"recipe {name}", im.features.Recipe.named(name), (rgb,), n
    for name, image in (("noise", gray), ("flat", flat)):
        yield f"lbp, {name}", im.features.lbp, (image,), image.nbytes * 2
        circle = partial(im.features.lbp, points=8, radius=2)
        yield f"lbp 8 at 2, {name}", circle, (image,), image.nbytes * 2
        patterns = partial(im.features.lbp_histogram, grid=(2, 2), normalize="hellinger")
        yield f"lbp_histogram, {name}", patterns, (image,), image.nbytes


def searches(rng):
    """Yield cases of few and many queries, of each type, as `cases` does."""
    for dtype in (np.float32, np.float16, np.int8):
        values = [rng.integers(-128, 128, (n, 512), np.int8) for n in (4096, 200_000)]
        queries, base = (x.astype(dtype) / (1 if dtype == np.int8 else 128) for x in values)
        queries, base = queries.astype(dtype), base.astype(dtype)
        for n in (1, 16, 256, 4096):
            find = partial(im.similarity.top_k, k=10, metric="inner_product")
            yield f"top_k 10 of {n}, {np.dtype(dtype)}", find, (queries[:n], base), base.nbytes
    find = partial(im.similarity.top_k, k=100, metric="inner_product")
    yield "top_k 100 of 256, int8", find, (queries[:256], base), base.nbytes
    hashes = rng.integers(0, 256, (4_000_000, 8), np.uint8)
    for n in (16, 256):
        find = partial(im.similarity.top_k, k=10, metric="hamming")
        yield f"top_k 10 of {n}, hashes", find, (hashes[:n], hashes), hashes.nbytes


if __name__ == "__main__":
    if im.cuda.is_available():
        sys.exit(cuda_measure.main(cases()))
    report_design(sys.argv[1] if len(sys.argv) > 1 else "sm_80")
