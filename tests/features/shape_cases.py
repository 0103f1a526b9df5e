"""What every feature of shapes and edges must hold: one list of them, and images they may meet."""

from __future__ import annotations

import numpy as np
from imgmine import features

from ..strategies import LAYOUTS


def labels_of(image):
    return (image.astype(np.int32) // 64).astype(np.int32)


FEATURES = {
    "hog": features.hog,
    "hog, signed": lambda image: features.hog(image, 7, 4, 3, signed=True, sqrt=True),
    "hog, plain": lambda image: features.hog(image, 6, 5, 2, interpolation="none"),
    "hog, orientation": lambda image: features.hog(
        image, 8, 8, 1, interpolation="orientation", normalize="l1"
    ),
    "edge_histogram": features.edge_histogram,
    "edge_histogram, levels": lambda image: features.edge_histogram(image, quantize=True),
    "phog": lambda image: features.phog(image, low=10, high=30),
    "moments": features.moments,
    "central_moments": features.central_moments,
    "normalized_moments": features.normalized_moments,
    "hu_moments": features.hu_moments,
    "hu_moments, log": lambda image: features.hu_moments(image, log=True),
    "hu_moments of regions": lambda image: features.hu_moments(image, labels=labels_of(image)),
    "zernike_moments": lambda image: features.zernike_moments(image, 12),
    "fourier_descriptors": lambda image: features.fourier_descriptors(image > 128),
    "region_shape": lambda image: features.region_shape(image > 128),
    "region_shape of labels": lambda image: features.region_shape(labels=labels_of(image)),
}
DESCRIPTORS = {
    "HOG": features.HOG(shape=(64, 32), cell=8),
    "HOG, plain": features.HOG(shape=(64, 64), interpolation="none", normalize=None),
    "EdgeHistogram": features.EdgeHistogram(),
    "EdgeHistogram, larger": features.EdgeHistogram(larger_parts=True),
    "EdgeHistogram, levels": features.EdgeHistogram(quantize=True),
    "PHOG": features.PHOG(levels=2, signed=True),
    "HuMoments": features.HuMoments(),
    "HuMoments, raw": features.HuMoments(log=False),
    "ZernikeMoments": features.ZernikeMoments(6, radius=10),
    "FourierDescriptors": features.FourierDescriptors(n=9),
    "RegionShape": features.RegionShape(),
}
SIZES = [(0, 0), (0, 5), (5, 0), (1, 1), (1, 20), (20, 1), (2, 2), (3, 50), (40, 33)]

__all__ = ["DESCRIPTORS", "FEATURES", "LAYOUTS", "SIZES"]
