"""Gadgets: further tools with the ways in which people ask for them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from systems.models.training.phrases import Phrases, whole
from systems.models.training.toolbox import Kit, kit

__all__ = ["GADGETS"]


def _kit(one: Mapping[str, Any]) -> Kit:
    about, answers = (" ~ ".join(one[name]) for name in ("about", "answers"))
    asks = tuple(one["asks"])
    # All of them are learned, or all measured.
    made = kit(one["name"], about, one["arguments"], "", one["gives"], answers)
    return replace(made, more=Phrases(asks, asks))


GADGETS = whole("gadgets", "tool", _kit)
