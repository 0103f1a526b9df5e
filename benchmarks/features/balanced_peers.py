"""The descriptors of the recipe "balanced" as one would write them with OpenCV and its friends."""

import cv2
import numpy as np
from skimage.feature import local_binary_pattern

from .bench_edge_histogram import with_numpy as edge_histogram

RANGES = [0, 180, 0, 256, 0, 256]


def color_histogram(image):
    """OpenCV, 16 x 4 x 4 bins of HSV, square roots of shares."""
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    counts = cv2.calcHist([hsv], [0, 1, 2], None, [16, 4, 4], RANGES)
    return np.sqrt(counts.ravel() / counts.sum())


def color_correlogram(image):
    """NumPy over OpenCV's HSV: 8 x 4 x 4 colors, the eight neighbors, each pair looked at once."""
    planes = cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2HSV))
    levels = np.arange(256)
    tables = np.uint8([np.minimum(levels * 8 // 180, 7) * 16, levels // 64 * 4, levels // 64])
    hue, saturation, value = map(cv2.LUT, planes, tables)
    colors = hue + saturation + value
    same, pairs = np.zeros(128), np.zeros(128)
    height, width = colors.shape
    for dy, dx in ((0, 1), (1, -1), (1, 0), (1, 1)):
        a = colors[: height - dy, max(-dx, 0) : width - max(dx, 0)]
        b = colors[dy:, max(dx, 0) : width + min(dx, 0)]
        for part in (a, b):
            pairs += cv2.calcHist([np.ascontiguousarray(part)], [0], None, [128], [0, 128]).ravel()
        same += 2 * np.bincount(a[a == b], minlength=128)
    return same / np.maximum(pairs, 1)


def color_moments(image):
    """Moments of OpenCV's histograms of 3 x 3 cells and three channels."""
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    height, width = hsv.shape[:2]
    values = np.arange(256.0)
    moments = []
    for i in range(9):
        y, x = divmod(i, 3)
        rows = slice(y * height // 3, (y + 1) * height // 3)
        cell = hsv[rows, x * width // 3 : (x + 1) * width // 3]
        for c in range(3):
            counts = cv2.calcHist([cell], [c], None, [256], [0, 256]).ravel().astype(float)
            shares = counts / counts.sum()
            mean = shares @ values
            centered = values - mean
            third = np.cbrt(shares @ centered**3)
            moments += [mean, np.sqrt(shares @ centered**2), third]
    return np.array(moments)


def lbp(gray):
    """Count scikit-image's patterns; square roots of shares."""
    codes = local_binary_pattern(gray, 8, 1, "uniform").astype(np.uint8)
    return np.sqrt(np.bincount(codes.ravel(), minlength=10) / codes.size)


def coarseness(gray):
    """OpenCV's box filters, the best of five sizes by NumPy."""
    padded = cv2.copyMakeBorder(gray, 32, 32, 32, 32, cv2.BORDER_REPLICATE)
    height, width = gray.shape
    best, sizes = np.full(gray.shape, -1, np.float32), np.zeros(gray.shape, np.float32)
    for k in range(1, 6):
        size, half = 2**k, 2 ** (k - 1)
        means = cv2.boxFilter(padded, cv2.CV_32F, (size, size), anchor=(half, half))

        def at(dy, dx, means=means):
            return means[32 + dy : 32 + dy + height, 32 + dx : 32 + dx + width]

        differ = cv2.max(
            cv2.absdiff(at(0, half), at(0, -half)), cv2.absdiff(at(half, 0), at(-half, 0))
        )
        np.copyto(sizes, size, where=differ >= best)
        best = cv2.max(best, differ)
    return sizes.mean()


def contrast(gray):
    """Moments of OpenCV's histogram."""
    shares = cv2.calcHist([gray], [0], None, [256], [0, 256]).ravel().astype(float) / gray.size
    centered = np.arange(256) - shares @ np.arange(256)
    second, fourth = shares @ centered**2, shares @ centered**4
    return second / fourth**0.25 if fourth else 0


def directions(gray):
    """Prewitt's gradients by OpenCV, 16 directions by its angles."""
    step, ones = np.float32([-1, 0, 1]), np.float32([1, 1, 1])
    across, down = (
        cv2.sepFilter2D(gray, cv2.CV_32F, x, y, borderType=cv2.BORDER_REPLICATE)
        for x, y in ((step, ones), (ones, step))
    )
    angles = cv2.phase(across, down)
    strong = np.abs(across) + np.abs(down) >= 24
    bins = np.rint(angles[strong] * (16 / np.pi)).astype(np.uint8) & 15
    counts = np.bincount(bins, minlength=16)
    return np.sqrt(counts / max(counts.sum(), 1))


def tamura(gray):
    return np.concatenate([[coarseness(gray) / 32, contrast(gray) / 128], directions(gray)])


def vectors(image):
    """Describe a picture, one descriptor after the other, each from the picture."""

    def gray():
        return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)

    side = max(int(np.sqrt(image[..., 0].size / 1100) / 2) * 2, 2)
    return [
        color_histogram(image),
        color_correlogram(image),
        color_moments(image),
        lbp(gray()),
        tamura(gray()),
        edge_histogram(gray(), side),
    ]


def balanced(image, weights):
    """Bring each vector to its length, and append them."""
    parts = vectors(image)
    scales = [w / max(np.linalg.norm(v), 1e-12) for w, v in zip(weights, parts, strict=True)]
    return np.concatenate([v * scale for v, scale in zip(parts, scales, strict=True)])
