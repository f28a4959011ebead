"""Gadgets: further tools with the ways in which people ask for them."""

from collections.abc import Mapping
from typing import Any

from systems.models.training.phrases import whole
from systems.models.training.toolbox import Kit, kit

__all__ = ["GADGETS"]


def _kit(one: Mapping[str, Any]) -> Kit:
    about, asks, answers = (" ~ ".join(one[name]) for name in ("about", "asks", "answers"))
    return kit(one["name"], about, one["arguments"], asks, one["gives"], answers)


GADGETS = whole("gadgets", "tool", _kit)
