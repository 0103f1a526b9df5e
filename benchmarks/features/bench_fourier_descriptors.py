import cv2
import imgmine as im
import numpy as np


def with_opencv(mask):
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    points = max(contours, key=cv2.contourArea)[:, 0].astype(float)
    closed = np.vstack([points, points[:1]])
    way = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    at = way[-1] * np.arange(256) / 256
    z = np.interp(at, way, closed[:, 0]) + 1j * np.interp(at, way, closed[:, 1])
    f = np.abs(np.fft.fft(z))
    f = f if f[1] > f[-1] else f[-np.arange(256)]
    return f[[-1, 2, -2, 3, -3, 4, -4, 5]] / f[1]


def bench_fourier_descriptors(race, threads):
    y, x = np.mgrid[-120:120, -160:160]
    mask = np.hypot(y, x) < 90 + 20 * np.cos(5 * np.arctan2(y, x))
    race(
        lambda: im.features.fourier_descriptors(mask, 16),
        {"opencv, numpy": lambda: with_opencv(mask.astype(np.uint8))},
        lambda ours, theirs: np.testing.assert_allclose(ours[:8], theirs, atol=1e-6),
    )
