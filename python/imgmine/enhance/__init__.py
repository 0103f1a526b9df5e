"""Image to image: light, contrast and color made better."""

__all__: list[str] = []
