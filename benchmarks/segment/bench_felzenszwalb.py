import imgmine as im
import numpy as np
import pytest
from skimage import data, segmentation

OPTIONS = {"scale": 100, "sigma": 0.8, "min_size": 20}


def agree(ours, theirs):
    """Equal differences are taken in another order: regions are about the same."""
    n, m = ours.max(), theirs.max() + 1
    assert abs(int(n) - int(m)) <= 0.02 * n
    both = np.unique(ours.astype(np.int64) * m + theirs, return_counts=True)[1]
    apart = [np.bincount(labels.ravel()) for labels in (ours, theirs)]
    assert 2 * np.sum(both**2.0) / sum(np.sum(sizes**2.0) for sizes in apart) > 0.98


@pytest.mark.targets
@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
def bench_felzenszwalb(race, threads, size):
    image = im.geometry.resize(data.astronaut(), size)
    race(
        lambda: im.segment.felzenszwalb(image, **OPTIONS),
        {"scikit-image": lambda: segmentation.felzenszwalb(image, **OPTIONS)},
        agree,
    )
