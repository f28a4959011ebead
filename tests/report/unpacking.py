"""What a report packs for its script, unpacked again."""

import base64
import gzip
import json
import re
from typing import Any


def rows_of(html: str) -> dict[str, Any]:
    """The columns of the table of cases."""
    return json.loads(_unpacked(_data(html, "case-rows")))


def bodies_of(html: str) -> dict[int, str]:
    """HTML of the opened case by its row."""
    rows, packs = rows_of(html), _data(html, "case-details").split()
    assert len(rows["blocks"]) == len(packs)
    bodies: dict[int, str] = {}
    for places, pack in zip(rows["blocks"], packs, strict=True):
        bodies |= zip(places, _unpacked(pack).split("\x1e"), strict=True)
    return bodies


def _data(html: str, name: str) -> str:
    found = re.search(rf'<script type="text/plain" id="{name}">([A-Za-z0-9+/= ]*)</script>', html)
    assert found is not None
    return found.group(1)


def _unpacked(text: str) -> str:
    return gzip.decompress(base64.b64decode(text)).decode()
