"""Order: which cases a sequential run draws first.

Suites are usually sorted by topic, so that the first half of a file says little of the whole. The
seeded order draws whole units (clusters, or cases without one) at random, each first tag in about
its share of every prefix. It depends on the seed and the cases alone, whatever their order in the
file; docs/reference/run-format.md describes it, because a record holds only how far it was drawn.
"""

from collections.abc import Sequence
from hashlib import sha256

from holdfast.record import CaseRecord

__all__ = ["drawing_order"]


def drawing_order(cases: Sequence[CaseRecord], *, seed: int) -> tuple[tuple[str, ...], ...]:
    """Ids of the cases by unit, in the order in which the units are drawn.

    Each unit gets a random place within its share of the stratum, so that strata mix evenly and
    rare tags are as likely early as late.
    """
    units: dict[str, list[CaseRecord]] = {}
    for case in cases:
        name = f"case {case.id}" if case.cluster is None else f"cluster {case.cluster}"
        units.setdefault(name, []).append(case)
    strata: dict[str, list[str]] = {}
    for name, members in units.items():
        members.sort(key=lambda case: case.id)
        first = members[0]
        strata.setdefault(first.tags[0] if first.tags else "", []).append(name)
    places: list[tuple[float, str]] = []
    for names in strata.values():
        names.sort(key=lambda name: (_share(seed, "order", name), name))
        for position, name in enumerate(names):
            offset = _share(seed, "place", name)
            places.append(((position + offset) / len(names), name))
    return tuple(tuple(case.id for case in units[name]) for _, name in sorted(places))


def _share(seed: int, what: str, unit: str) -> float:
    text = f"{seed}\0{what}\0{unit}".encode("utf-8", "surrogatepass")
    return int.from_bytes(sha256(text).digest()[:8]) / 2**64
