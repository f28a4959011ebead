"""Unread: what a page says of the runs that nobody could read."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.judging import numbers
from holdfast.report.untrusted import one_line

__all__ = ["Unread", "unread_of"]

_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Runs that cannot be read, in words; empty where all can."""

    headline: str
    """Stands beside the verdict: a newer run that cannot be read could have said another thing."""
    sentences: tuple[str, ...]


def unread_of(texts: Sequence[str]) -> Unread:
    """What is said of runs that cannot be read; each text is a sentence about one of them."""
    if not texts:
        return Unread(headline="", sentences=())
    kept = [one_line(text, 600) for text in texts[:_LISTED]]
    if len(texts) > len(kept):
        kept.append(f"{numbers.count(len(texts) - len(kept))} more cannot be read either.")
    return Unread(
        headline=f"{numbers.plural(len(texts), 'run')} cannot be read, and a gate may stand here "
        "as an earlier run left it: see “Left out”.",
        sentences=tuple(kept),
    )
