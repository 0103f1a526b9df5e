"""The color rules of Chatzichristofis and Boutalis (2008), written out for whole arrays."""

import numpy as np

HUES = [0, 5, 10, 35, 50, 70, 85, 150, 165, 195, 205, 265, 280, 315, 330, 360]


def ramp(x, low, high):
    return np.clip((x - low) / (high - low), 0, 1)


def hsv(rgb):
    """Hue, saturation and value of colors, rounded down."""
    r, g, b = np.moveaxis(rgb.astype(np.int64), -1, 0)
    high, low = np.max([r, g, b], axis=0), np.min([r, g, b], axis=0)
    span = np.maximum(high - low, 1)
    hue = np.select(
        [high == low, (high == r) & (g >= b), high == r, high == g],
        [
            0 * r,
            60 * (g - b) // span,
            (359 * span + 60 * (g - b)) // span,
            (119 * span + 60 * (b - r)) // span,
        ],
        (239 * span + 60 * (r - g)) // span,
    )
    return hue, 255 * (high - low) // np.maximum(high, 1), high


def colors(rgb):
    """Return 24 memberships of each color."""
    h, s, v = hsv(rgb)
    rising = [np.ones(h.shape), *(ramp(h, HUES[i], HUES[i + 1]) for i in range(1, 15, 2))]
    hues = [a - b for a, b in zip(rising, [*rising[1:], np.zeros(h.shape)], strict=True)]
    hues = [np.where(np.abs(x) < 1e-15, 0, x) for x in hues]
    colorful = ramp(s, 10, 75)
    dark, light = 1 - ramp(v, 10, 75), ramp(v, 180, 220)
    middle = np.minimum(1 - dark, 1 - light)
    ten = np.zeros((10, *h.shape))
    for i, hue in enumerate(hues):
        ten[0] += np.minimum(hue, np.minimum(1 - colorful, light))
        ten[1] += np.minimum(hue, np.minimum(1 - colorful, middle))
        ten[2] += np.minimum(hue, np.minimum(1 - colorful, dark))
        ten[2] += np.minimum(hue, np.minimum(colorful, dark))
        for value in (middle, light):
            ten[3 + i % 7] += np.minimum(hue, np.minimum(colorful, value))
    vivid, bright = ramp(s, 68, 188), ramp(v, 68, 188)
    shades = [
        np.minimum(1 - vivid, bright),
        np.minimum(vivid, bright),
        np.minimum(1 - vivid, 1 - bright) + np.minimum(vivid, 1 - bright),
    ]
    return np.stack([*ten[:3], *(color * shade for color in ten[3:] for shade in shades)])


def nearest_levels(histogram, tables):
    """Return the level of each share, and how far the share is from the border of levels."""
    shares = histogram / max(histogram.sum(), 1e-300)
    tables = np.repeat(np.asarray(tables), 24, axis=0) / 1e6
    borders = (tables[:, 1:] + tables[:, :-1]) / 2
    levels = np.abs(shares[:, None] - tables).argmin(1)
    return levels, np.abs(shares[:, None] - borders).min(1)
