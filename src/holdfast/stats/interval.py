"""Interval: an estimate and how far it may be off."""

from dataclasses import dataclass

__all__ = ["Interval"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate between two one-sided bounds, each at level 1 - alpha."""

    low: float
    estimate: float
    high: float
