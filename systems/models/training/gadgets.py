"""Gadgets: more tools with the ways in which people ask for them, learned and never measured."""

from systems.models.training.phrases import table
from systems.models.training.toolbox import kit

__all__ = ["GADGETS"]

GADGETS = tuple(
    kit(
        one["name"],
        " ~ ".join(one["about"]),
        one["arguments"],
        " ~ ".join(one["asks"]),
        one["gives"],
        " ~ ".join(one["answers"]),
    )
    for one in table("gadgets")["tool"]
)
