"""Corrected: what human labels made of a judge's change."""

from dataclasses import dataclass

__all__ = ["Corrected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The change as the judge alone saw it, beside a delta that human labels have corrected."""

    labelled: int
    """Cases with a human label in both arms."""
    weight: float
    """Share of the judge's word that the correction uses, from 0 (labels alone) to 1."""
    low: float
    """Lower one-sided bound of the judge's own change."""
    estimate: float
    """The judge's own change, positive is better."""
    high: float
    """Upper one-sided bound of the judge's own change."""
