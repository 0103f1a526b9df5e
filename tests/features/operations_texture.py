"""The texture features of gray images, with arguments that make each work."""

import functools

from imgmine import features as f

TEXTURE = {
    "lbp": f.lbp,
    "lbp default 8, 2": functools.partial(f.lbp, radius=2, method="default"),
    "lbp ror 12, 1.5": functools.partial(f.lbp, points=12, radius=1.5, method="ror"),
    "lbp nri 18, 3": functools.partial(f.lbp, points=18, radius=3, method="nri_uniform"),
    "lbp_histogram": f.lbp_histogram,
    "lbp_histogram grid": functools.partial(f.lbp_histogram, points=16, radius=2, grid=(3, 2)),
    "multiblock_lbp": functools.partial(f.multiblock_lbp, block=(2, 3)),
    "multiblock_lbp_histogram": functools.partial(f.multiblock_lbp_histogram, block=1),
    "glcm": f.glcm,
    "glcm 32": functools.partial(f.glcm, levels=32, quantize=True, symmetric=True),
    "glcm 16, far": functools.partial(f.glcm, distances=(2, 5.5), angles=(0.3, 4), quantize=True),
    "haralick": functools.partial(f.haralick, levels=32),
    "haralick 256": functools.partial(f.haralick, distances=(1, 3), per_direction=True),
    "gabor_features": functools.partial(f.gabor_features, wavelengths=(4, 7.5), orientations=3),
    "gabor_features real": functools.partial(f.gabor_features, wavelengths=5, part="real"),
    "gabor_responses": functools.partial(f.gabor_responses, wavelengths=(3,), orientations=4),
    "tamura": f.tamura,
}
