"""Slices: groups of cases that are looked at beside the whole."""

from collections.abc import Sequence

from error_study.cells import Cell, GateCell
from error_study.chapter import Chapter, Found, table
from error_study.checks import Checklist
from error_study.tagged_draws import TaggedCases

LANGUAGES = ("lang:de", "lang:en", "lang:fr")
SUITES = {
    "300 cases, 5 topics": (5, 60, ()),
    "300 cases, 5 topics and 3 languages": (5, 60, LANGUAGES),
    "1,000 cases, 20 topics and 3 languages": (20, 50, LANGUAGES),
}
LOSSES = (0.0, 0.1, 0.2)
FLIPS = 0.085


def cell(words: str, loss: float, *, gate: bool = False) -> GateCell:
    """The cell of one entry in a table; the first topic lost."""
    topics, size, second = SUITES[words]
    setting = TaggedCases(
        sizes=tuple((f"topic:{index}", size) for index in range(topics)),
        flips=FLIPS,
        worse="topic:0" if loss else "",
        loss=loss,
        second=second,
    )
    return GateCell(setting=setting, share=0.4, slices="gate" if gate else "warn")


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    return [
        cell(words, loss, gate=gate)
        for words in SUITES
        for loss in LOSSES
        for gate in (False, True)
    ]


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    return "\n\n".join(
        (
            "## Slices",
            "Every case has a topic and, where said, a language; single tags, pairs of tags and "
            "quarters by length of input are searched together. 8.5 % of the cases flip, as often "
            "for the better as for the worse. `a slice lost`: any slice is said to have lost where "
            "nothing changed. Then one topic lost points: `named` counts runs in which it is "
            "named, `another topic` those in which a topic that lost nothing is. `gate` lets "
            "slices block.",
            _table(found, checks),
        )
    )


def _table(found: Found, checks: Checklist) -> str:
    rows = []
    for words in SUITES:
        same, gated = found[cell(words, 0.0)], found[cell(words, 0.0, gate=True)]
        row = [
            words,
            checks.at_most(f"named: a slice, {words}, unchanged", same, "slice lost"),
            checks.at_most(f"blocked: slices as gates, {words}, unchanged", gated, "blocked"),
        ]
        for loss in LOSSES[1:]:
            rates, blocking = found[cell(words, loss)], found[cell(words, loss, gate=True)]
            what = f"another topic, {words}, one lost {100 * loss:.0f} pt"
            row += [
                checks.plain(rates, "lost tag named"),
                checks.at_most(f"named: {what}", rates, "other tag named"),
                f"{rates.percent('blocked'):.1f} / {blocking.percent('blocked'):.1f}",
            ]
        rows.append(row)
    headers = ["", "a slice lost, unchanged", "blocked with slices as gates, unchanged"]
    for loss in LOSSES[1:]:
        points = f"one topic −{100 * loss:.0f} pt"
        headers += [f"{points}: named", "another topic", "blocked: warn / gate"]
    return table(headers, rows)


CHAPTER = Chapter(key="slices", cells=cells, write=write)
