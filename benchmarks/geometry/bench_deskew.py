import cv2
import imgmine as im
import numpy as np
import pytest


def opencv_deskew(image):
    """OpenCV's digits sample, about the middle."""
    moments = cv2.moments(image)
    skew = moments["mu11"] / moments["mu02"]
    height, width = image.shape
    matrix = np.float32([[1, skew, -0.5 * (height - 1) * skew], [0, 1, 0]])
    return cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    )


@pytest.mark.parametrize("size", [(28, 28), (480, 640)], ids=str)
def bench_deskew_moments(race, threads, size):
    image = np.zeros(size, np.uint8)
    cv2.line(image, (size[1] // 3, size[0] - 4), (size[1] // 2, 4), 255, max(2, size[1] // 20))

    def agree(ours, theirs):
        assert np.abs(ours.astype(int) - theirs).max() <= 1

    race(
        lambda: im.geometry.deskew(image, background=0),
        {"OpenCV's sample": lambda: opencv_deskew(image)},
        agree,
    )


def opencv_text_angle(image):
    """Find the angle by turning the page once per candidate."""
    ink = (255 - image).astype(np.float32)
    height, width = image.shape
    best = (-1.0, 0.0)
    for step, reach in ((0.5, 30), (0.1, 5), (0.02, 5)):
        middle = best[1]
        for angle in middle + step * np.arange(-reach, reach + 1):
            matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -angle, 1)
            rows = cv2.warpAffine(ink, matrix, (width, height)).sum(axis=1)
            best = max(best, (float((np.diff(rows) ** 2).sum()), float(angle)))
    return best[1]


def bench_skew_angle(race, threads):
    image = np.full((480, 640), 255, np.uint8)
    for y in range(60, 440, 20):
        cv2.putText(image, "the quick brown fox jumps over the dog", (40, y), 0, 0.5, 0)
    image = im.geometry.rotate(image, 3.3, value=255)

    def agree(ours, theirs):
        assert abs(ours - theirs) < 0.1

    race(
        lambda: im.geometry.skew_angle(image, method="projection"),
        {"OpenCV, angle by angle": lambda: opencv_text_angle(image)},
        agree,
        turns=3,
    )
