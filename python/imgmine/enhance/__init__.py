"""Image to image: light, contrast and color made better."""

from ._adjust import adjust, adjust_brightness, adjust_contrast, adjust_gamma
from ._adjust_saturation import adjust_saturation
from ._apply_lut import apply_lut
from ._autocontrast import autocontrast
from ._clahe import clahe
from ._equalize_hist import equalize_hist
from ._flat_field import flat_field
from ._match_histograms import match_histograms
from ._normalize import normalize
from ._unsharp_mask import unsharp_mask
from ._white_balance import white_balance

__all__ = [
    "adjust",
    "adjust_brightness",
    "adjust_contrast",
    "adjust_gamma",
    "adjust_saturation",
    "apply_lut",
    "autocontrast",
    "clahe",
    "equalize_hist",
    "flat_field",
    "match_histograms",
    "normalize",
    "unsharp_mask",
    "white_balance",
]
