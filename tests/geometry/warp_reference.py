"""The definition of a warp: borders by np.pad's rules, weights in float64, no shortcut."""

import numpy as np


def border_index(i, n, border):
    """Map indices into [0, n); -1 is the constant."""
    if border == "constant":
        return np.where((i >= 0) & (i < n), i, -1)
    if border == "replicate":
        return np.clip(i, 0, n - 1)
    if border == "wrap":
        return i % n
    period = 2 * n if border == "reflect" else max(2 * n - 2, 1)
    j = i % period
    return np.minimum(j, period - (border == "reflect") - j) if n > 1 else 0 * j


def cubic(x):
    """Weigh four taps by Keys' kernel with a = -0.75."""
    a = -0.75
    t = np.stack([1 + x, x, 1 - x, 2 - x])
    near = (a + 2) * t**3 - (a + 3) * t**2 + 1
    far = a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a
    return np.where(t <= 1, near, far)


WEIGHTS = {
    "nearest": (0, lambda x: np.ones((1, *x.shape))),
    "linear": (0, lambda x: np.stack([1 - x, x])),
    "cubic": (-1, cubic),
}


def sample(image, x, y, method, border, value=0):
    """Take the values of an image at places, arrays of float64."""
    half = 0.5 if method == "nearest" else 0
    # Rounded as the result is documented to be, so that both stand on the same side of a pixel.
    x, y = (np.floor((c + half) * 2.0**24 + 0.5) / 2.0**24 for c in (x, y))
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    first, weights = WEIGHTS[method]
    wx, wy = weights(x - column), weights(y - row)
    channels = image.reshape(*image.shape[:2], -1).astype(np.float64)
    constant = np.broadcast_to(np.asarray(value, np.float64), channels.shape[2:])
    total = np.zeros((*x.shape, channels.shape[2]))
    for j, down in enumerate(wy):
        for i, across in enumerate(wx):
            a = border_index(row + first + j, image.shape[0], border)
            b = border_index(column + first + i, image.shape[1], border)
            taps = np.where(((a < 0) | (b < 0))[..., None], constant, channels[a, b])
            weight = (down * across)[..., None]
            total += np.where(weight == 0, 0, weight * np.where(weight == 0, 0, taps))
    if image.dtype == np.uint8:
        total = np.clip(total, 0, 255)
    return total.reshape(*x.shape, *image.shape[2:])


def grid(size):
    """Return the places of a result's pixels: x, y."""
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float64)
    return x, y


def assert_close(actual, expected, image, value=0):
    """Within half a level and what rounding adds (uint8), or 1e-5 of the range (float32)."""
    assert actual.dtype == image.dtype
    assert actual.shape == expected.shape
    if image.dtype == np.uint8:
        assert np.abs(actual - expected).max(initial=0) <= 0.6
    else:
        scale = max(np.abs(image).max(initial=0), np.abs(value).max())
        np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-5 * scale)
