"""Provenance row: where and with what a run was made, as JSON and back."""

from holdfast.digest import Json
from holdfast.record import Provenance, Receipt
from holdfast.storage.codec import Row

__all__ = ["provenance_from", "provenance_row"]

_RECEIPT = tuple(Receipt.__dataclass_fields__)
_PROVENANCE = tuple(name for name in Provenance.__dataclass_fields__ if name != "cache")
# Left out where they are empty: a run that was made before them is written as it was.
_OPTIONAL = frozenset(("os", "hardware", "sources", "metric_sources", "settings", "git_branch"))


def provenance_row(provenance: Provenance) -> dict[str, Json]:
    """Fields of a provenance."""
    values = ((name, getattr(provenance, name)) for name in _PROVENANCE)
    row: dict[str, Json] = {name: value for name, value in values if value or name not in _OPTIONAL}
    receipt = provenance.cache
    row["cache"] = {"hits": receipt.hits, "misses": receipt.misses, "reasons": receipt.reasons}
    return row


def provenance_from(row: Row) -> Provenance:
    """Provenance that `provenance_row` wrote; unknown fields are ignored."""
    known = {name: row[name] for name in _PROVENANCE if name in row}
    cache = {name: row["cache"][name] for name in _RECEIPT if name in row.get("cache", {})}
    return Provenance(**known, cache=Receipt(**cache))
