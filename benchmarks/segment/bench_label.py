import cv2
import imgmine as im
import kornia_rs.imgproc
import numpy as np
import pytest
from scipy import ndimage

from .photo import otsu_mask


def same_up_to_names(ours, theirs):
    """OpenCV may number components in another order."""
    labels, n = ours
    others = max(theirs, key=np.size).reshape(labels.shape)
    pairs = labels.astype(np.int64) * (n + 1) + others
    assert others.max() == n
    assert len(np.unique(pairs)) == n + 1


@pytest.mark.targets
@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("size", [(1080, 1920), (2160, 3840)], ids=str)
def bench_label(race, threads, data_dir, size, connectivity):
    """OpenCV's fastest algorithm is another one with one thread than with several."""
    mask = otsu_mask(data_dir, *size)

    def by_opencv(algorithm):
        return lambda: cv2.connectedComponentsWithAlgorithm(
            mask, connectivity, cv2.CV_32S, algorithm
        )

    race(
        lambda: im.segment.label(mask, connectivity=connectivity),
        {
            "opencv spaghetti": by_opencv(cv2.CCL_SPAGHETTI),
            "opencv bolelli": by_opencv(cv2.CCL_BOLELLI),
            "opencv sauf": by_opencv(cv2.CCL_SAUF),
            "kornia": lambda: kornia_rs.imgproc.connected_components(
                mask[..., None], connectivity=connectivity
            ),
            "scipy": lambda: ndimage.label(mask, np.ones((3, 3)) if connectivity == 8 else None),
        },
        same_up_to_names,
        moves=5 * mask.nbytes,
    )
