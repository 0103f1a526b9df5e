import cv2
import imgmine as im
import numpy as np
from skimage import measure

from ..pictures import picture

PEERS = ("area", "perimeter", "eccentricity", "solidity", "extent", "euler_number")


def bench_region_shape(race, threads):
    image = cv2.cvtColor(picture(256, 256), cv2.COLOR_RGB2GRAY)
    _, labels, stats, _ = cv2.connectedComponentsWithStats((image > 140).astype(np.uint8))
    names = im.features.region_shape_names()
    columns = [names.index(name) for name in PEERS]
    large = stats[1:, cv2.CC_STAT_AREA] > 20  # scikit-image warns of the hulls of small ones

    def with_scikit_image():
        regions = np.array(measure.regionprops(labels), object)[large]
        return [[getattr(region, name) for name in PEERS] for region in regions]

    race(
        lambda: im.features.region_shape(labels=labels)[large][:, columns],
        {"scikit-image": with_scikit_image},
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, rtol=1e-9),
        moves=labels.nbytes,
    )
