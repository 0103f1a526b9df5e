import imgmine as im
import numpy as np
import pdqhash
import pytest

from ..pictures import picture


@pytest.mark.parametrize("size", [(512, 512), (1080, 1920)])
def bench_pdq(race, threads, size):
    image = picture(*size)
    race(
        lambda: im.features.pdq(image),
        {"pdqhash": lambda: pdqhash.compute(image)},
        lambda a, b: np.testing.assert_array_equal(np.unpackbits(a[0]), b[0]),
        moves=image.nbytes,
        turns=5,
    )
