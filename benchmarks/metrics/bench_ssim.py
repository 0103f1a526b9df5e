import imgmine as im
import numpy as np
import pytest
from skimage.metrics import structural_similarity

from ..pictures import picture


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
def bench_ssim(race, threads, size):
    image = np.ascontiguousarray(picture(*size)[..., 1])
    other = np.ascontiguousarray(image[::-1])
    options = {"gaussian_weights": True, "use_sample_covariance": False, "data_range": 255}

    def agree(ours, theirs):
        assert abs(ours - theirs) < 1e-6

    race(
        lambda: im.metrics.ssim(image, other),
        {"scikit-image": lambda: structural_similarity(image, other, **options)},
        agree,
        moves=2 * image.nbytes,
        turns=5,
    )
