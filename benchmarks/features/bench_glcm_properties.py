import imgmine as im
import numpy as np
from skimage.feature import graycoprops


def bench_glcm_properties(race, threads):
    matrix = np.random.default_rng(0).integers(0, 50, (32, 32, 1, 4), np.uint32)
    names = list(im.features.glcm_properties(matrix))

    def agree(ours, theirs):
        for name in names:
            np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-10)

    race(
        lambda: im.features.glcm_properties(matrix),
        {"skimage": lambda: {name: graycoprops(matrix, name) for name in names}},
        agree,
    )
