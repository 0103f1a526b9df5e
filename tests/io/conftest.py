import pytest
from imgmine.io import _jpeg


@pytest.fixture(params=["simplejpeg", "pillow"])
def jpeg_road(request, monkeypatch):
    """Run a test once with simplejpeg and once as if it were not installed."""
    if request.param == "simplejpeg":
        pytest.importorskip("simplejpeg")
    else:
        monkeypatch.setattr(_jpeg, "simplejpeg_decoder", lambda: None)
    return request.param
