import imgmine as im
import numpy as np
import pytest

from ..pictures import picture

numba = pytest.importorskip("numba")


@numba.njit
def count(colors, distance, n):
    """Compare each pixel with its ring."""
    height, width = colors.shape
    same, pairs = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for y in range(height):
        for x in range(width):
            color = colors[y, x]
            for dy in range(-distance, distance + 1):
                if y + dy < 0 or y + dy >= height:
                    continue
                step = 1 if abs(dy) == distance else 2 * distance
                for dx in range(-distance, distance + 1, step):
                    if x + dx < 0 or x + dx >= width:
                        continue
                    pairs[color] += 1
                    same[color] += colors[y + dy, x + dx] == color
    return same, pairs


def bench_color_correlogram(race, threads):
    image = picture(480, 640)

    def loop():
        red, green, blue = (image[..., c] >> 6 for c in range(3))
        colors = red * 16 + green * 4 + blue
        shares = []
        for distance in (1, 3, 5, 7):
            same, pairs = count(colors, distance, 64)
            shares.append(same / np.maximum(pairs, 1))
        return np.concatenate(shares)

    race(
        lambda: im.features.color_correlogram(image),
        {"numba": loop},
        lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6),
    )
