import cv2
import imgmine as im
import numpy as np
import scipy.fft

from ..pictures import picture


def bench_gabor_features(race, threads):
    """Mean and deviation of the answers to 8 filters of 21 x 21.

    The peers filter with real kernels, as they are used; ours are complex, at the same cost.
    """
    image = cv2.cvtColor(picture(512, 512), cv2.COLOR_RGB2GRAY)
    kernels = []
    for i in range(8):
        kernel = im.filters.gabor_kernel(21, 4.4966, i * np.pi / 8, 8, gamma=1)
        envelope = im.filters.gabor_kernel(21, 4.4966, 0, 1e9, gamma=1)
        kernels.append(kernel / envelope.sum())
    side = scipy.fft.next_fast_len(532, real=True)
    spectra = [scipy.fft.rfft2(kernel, (side, side)) for kernel in kernels]

    def statistics(answers):
        return np.array([(answer.mean(), answer.std()) for answer in answers]).ravel()

    def fft():
        """With spectra of the kernels computed before."""
        padded = np.pad(image.astype(np.float32), 10, mode="reflect")
        spectrum = scipy.fft.rfft2(padded, (side, side))
        return statistics(
            [scipy.fft.irfft2(spectrum * one, (side, side))[20:532, 20:532] for one in spectra]
        )

    race(
        lambda: im.features.gabor_features(image, 8, 8, ksize=21, part="real"),
        {
            "scipy fft": fft,
            "opencv": lambda: statistics([cv2.filter2D(image, cv2.CV_32F, k) for k in kernels]),
        },
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, rtol=1e-2, atol=1e-2),
    )
