"""Sequence row: how a sequential run was looked at, as JSON and back."""

from holdfast.digest import Json
from holdfast.sequence import Look, SequentialRecord
from holdfast.storage.codec import Row

__all__ = ["sequence_from", "sequence_row"]

_SEQUENCE = tuple(name for name in SequentialRecord.__dataclass_fields__ if name != "looks")
_LOOK = tuple(name for name in Look.__dataclass_fields__ if name != "states")


def sequence_row(sequence: SequentialRecord) -> dict[str, Json]:
    """Fields of how a sequential run draws its cases, with one object for each look."""
    row: dict[str, Json] = {name: getattr(sequence, name) for name in _SEQUENCE}
    row["looks"] = [
        {**{name: getattr(look, name) for name in _LOOK}, "states": dict(look.states)}
        for look in sequence.looks
    ]
    return row


def sequence_from(row: Row) -> SequentialRecord:
    """Record that `sequence_row` wrote; unknown fields are ignored."""
    looks = [
        Look(**{name: look[name] for name in (*_LOOK, "states") if name in look})
        for look in row.get("looks", ())
    ]
    known = {name: row[name] for name in _SEQUENCE if name in row}
    return SequentialRecord(**known, looks=tuple(looks))
