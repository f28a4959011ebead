"""Review summary: what people said of the pairs of two runs, told on the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.commands.console import Console

if TYPE_CHECKING:
    from holdfast.reviewing.preferences import Preferences

__all__ = ["tell_summary"]


def tell_summary(file: Path, console: Console) -> int:
    """Write what the pairs of a file say, two runs at a time."""
    from holdfast.reviewing.label_file import read_judgements
    from holdfast.reviewing.preferences import preferences

    found = preferences(read_judgements(file))
    for one in found:
        for line in _lines(one):
            console.say(line)
    console.answer([_row(one) for one in found])
    return 0


def _lines(one: "Preferences") -> list[str]:
    from holdfast.judging import numbers

    counts = one.cases
    lines = [
        f"{one.candidate} beside {one.baseline}: {counts.wins} preferred, {counts.losses} not, "
        f"{numbers.plural(counts.ties, 'tie')} ({counts.identical} with equal answers, "
        f"{counts.both_bad} with two bad ones)"
    ]
    if counts.share is not None:
        low, high = numbers.share(counts.share.low), numbers.share(counts.share.high)
        lines.append(
            f"  of {numbers.plural(counts.wins + counts.losses, 'decided pair')} the candidate won "
            f"{numbers.share(counts.share.estimate)} (95 % interval {low} to {high}, exact); the "
            f"baseline is preferred: {numbers.p_value(counts.p_worse)}"
        )
    first = one.first.share
    if first is not None:
        lines.append(
            f"  the answer shown first won {numbers.share(first.estimate)} "
            f"({numbers.share(first.low)} to {numbers.share(first.high)})"
        )
    lines += [
        f"  {name}: {tally.wins} preferred, {tally.losses} not, {numbers.plural(tally.ties, 'tie')}"
        for name, tally in one.by_reviewer
    ]
    return [*lines, *_agreement(one), *_cautions(one)]


def _agreement(one: "Preferences") -> list[str]:
    from holdfast.judging import numbers
    from holdfast.judging.numbers import Scale

    concord = one.concord
    if concord is None:
        return []
    text = (
        f"  {numbers.plural(concord.pairs, 'pair')} judged by several people, {concord.same} alike"
    )
    score = Scale(decimals=2).score
    for name, found in (("kappa", concord.kappa), ("alpha", concord.alpha)):
        if found is not None:
            text += f"; {name} {score(found.estimate)} ({score(found.low)} to {score(found.high)})"
    return [text]


def _cautions(one: "Preferences") -> list[str]:
    from holdfast.judging import numbers

    lines: list[str] = []
    if one.skipped:
        lines.append(f"  {numbers.plural(one.skipped, 'question')} skipped")
    if one.revealed:
        lines.append(
            f"  {numbers.plural(one.revealed, 'choice')} made with what was expected shown"
        )
    if one.seconds is not None:
        lines.append(f"  {numbers.duration(one.seconds)} for a choice on average")
    if not one.random:
        lines.append("  warning: cases were chosen by a filter; this says nothing of the others")
    return lines


def _row(one: "Preferences") -> dict[str, object]:
    from dataclasses import asdict

    row = asdict(one)
    share = one.cases.share
    row["share"] = None if share is None else [share.low, share.estimate, share.high]
    row["p_worse"] = one.cases.p_worse
    first = one.first.share
    row["first_share"] = None if first is None else [first.low, first.estimate, first.high]
    row["by_reviewer"] = {name: asdict(tally) for name, tally in one.by_reviewer}
    return row
