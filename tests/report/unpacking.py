"""What a report packs for its script, unpacked again."""

import base64
import gzip
import json
import re
from typing import Any


def rows_of(html: str) -> dict[str, Any]:
    """The columns of the table of cases."""
    return json.loads(_unpacked(_data(html, "case-rows")))


def bodies_of(html: str) -> dict[int, list[Any]]:
    """The views of the opened case by its row, as nested lists."""
    rows, packs = rows_of(html), _data(html, "case-details").split()
    assert len(rows["blocks"]) == len(packs)
    bodies: dict[int, list[Any]] = {}
    for places, pack in zip(rows["blocks"], packs, strict=True):
        bodies |= zip(places, json.loads(_unpacked(pack)), strict=True)
    return bodies


def texts_in(view: object) -> list[str]:
    """Every text in nested lists, in their order."""
    if isinstance(view, list):
        return [text for part in view for text in texts_in(part)]
    return [view] if isinstance(view, str) else []


def _data(html: str, name: str) -> str:
    found = re.search(rf'<script type="text/plain" id="{name}">([A-Za-z0-9+/= ]*)</script>', html)
    assert found is not None
    return found.group(1)


def _unpacked(text: str) -> str:
    return gzip.decompress(base64.b64decode(text)).decode()
