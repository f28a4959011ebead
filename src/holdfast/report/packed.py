"""Packed: text for a page's own script, compressed and in letters that HTML leaves alone."""

import base64
import gzip

__all__ = ["packed"]

_LEVEL = 6


def packed(text: str) -> str:
    """The text as gzip in base64, the same for the same text."""
    return base64.b64encode(gzip.compress(text.encode(), _LEVEL, mtime=0)).decode("ascii")
