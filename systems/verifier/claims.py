"""Claims: supported and unsupported ones, generated over texts whose sentences are given."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from systems.verifier.edits import CHANGES, KEEPS, Source

__all__ = ["Claim", "handbook", "over", "passages", "write_generated", "written"]

_ROOT = Path(__file__).resolve().parents[2]
_END = re.compile(r"(?<=[a-z0-9)%][.!?]) +(?=[A-Z\"(])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim with its evidence and whether the evidence supports it."""

    text: str
    evidence: tuple[str, ...]
    supported: bool
    kind: str
    """The edit that made it, `removed` where its sentence was taken out of the evidence."""
    sentence: int | None
    """Number of the evidence sentence that it was made from; None where that is gone."""


def handbook() -> Iterator[tuple[str, ...]]:
    """The handbook's documents as sentences."""
    folder = _ROOT / "datasets" / "handbook" / "documents"
    for path in sorted(folder.rglob("*.md")):
        body = path.read_text(encoding="utf-8").split("---", 2)[2]
        lines = (line.strip("-*# ") for line in body.splitlines())
        found = [part for line in lines if line for part in _END.split(line)]
        yield tuple(found)


def passages(split: str, *, tag: str = "hand-written") -> Iterator[tuple[str, ...]]:
    """The passages of one file of datasets/claims whose claims have a tag."""
    path = _ROOT / "datasets" / "claims" / f"{split}.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if tag in row["tags"]]
    yield from dict.fromkeys(tuple(row["input"]["evidence"]) for row in rows)


def over(texts: Iterable[Sequence[str]], *, seed: int, share: float = 1.0) -> Iterator[Claim]:
    """Claims over the texts: for each sentence one of most kinds, a share of them kept."""
    dice = Random(seed)  # noqa: S311  # claims need no secrecy
    for text in texts:
        for number, sentence in enumerate(text):
            if 7 <= len(sentence.split()) <= 40 and sentence.endswith("."):
                made = list(_about(text, number, dice))
                yield from (one for one in made if dice.random() < share)


def _about(text: Sequence[str], number: int, dice: Random) -> Iterator[Claim]:
    rest = [one for at, one in enumerate(text) if at != number]
    whole, less = tuple(text), tuple(rest)
    source = Source(text=text[number], around=rest)
    for edits, supported in ((KEEPS, True), (CHANGES, False)):
        for kind, edit in edits.items():
            changed = edit(source, dice)
            if changed is None:
                continue
            yield _claim(changed, whole, supported=supported, kind=kind, sentence=number)
            # An edit of a reworded sentence is as wrong as one of the sentence itself.
            again = KEEPS["reworded"](Source(text=changed, around=rest), dice)
            if not supported and again is not None:
                yield _claim(again, whole, supported=False, kind=kind, sentence=number)
    yield _claim(source.text, less, supported=False, kind="removed")
    if number + 1 < len(text) and text[number + 1].endswith("."):
        both = f"{text[number][:-1]}, and {text[number + 1][0].lower()}{text[number + 1][1:]}"
        yield _claim(both, whole, supported=True, kind="merged", sentence=number)
        yield _claim(both, less, supported=False, kind="half-removed")


def _claim(
    text: str,
    evidence: tuple[str, ...],
    *,
    supported: bool,
    kind: str,
    sentence: int | None = None,
) -> Claim:
    return Claim(text=text, evidence=evidence, supported=supported, kind=kind, sentence=sentence)


def written(split: str) -> Iterator[Claim]:
    """The hand-written claims of one split of datasets/claims."""
    path = _ROOT / "datasets" / "claims" / f"{split}.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "hand-written" in row["tags"]:
            yield Claim(
                text=row["input"]["claim"],
                evidence=tuple(row["input"]["evidence"]),
                supported=row["expected"]["supported"],
                kind=row["tags"][1],
                sentence=None,
            )


def write_generated(split: str, *, seed: int, most: int = 18) -> int:
    """Put fresh generated claims behind the hand-written ones of a split; gives all their number.

    Each kind of edit gives so many claims at most, drawn at random, and supported ones are drawn
    until both labels are about as many.
    """
    path = _ROOT / "datasets" / "claims" / f"{split}.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if "hand-written" in row["tags"]]
    clusters = {tuple(row["input"]["evidence"]): row["cluster"] for row in rows}
    dice = Random(seed)  # noqa: S311  # claims need no secrecy
    made = list(over(passages(split), seed=seed))
    dice.shuffle(made)
    taken: dict[tuple[bool, str], list[Claim]] = {}
    for one in made:
        room = most * (len(CHANGES) + 2) // (len(KEEPS) + 1) if one.supported else most
        kept = taken.setdefault((one.supported, one.kind), [])
        if len(kept) < room:
            kept.append(one)
    kept = [one for group in taken.values() for one in group]
    rows += [
        {
            "id": f"claims-{split}-generated-{number:03d}",
            "input": {"claim": one.text, "evidence": list(one.evidence)},
            "expected": {
                "supported": one.supported,
                "evidence": [] if one.sentence is None else [one.sentence],
            },
            "tags": ["generated", one.kind],
            "cluster": _cluster(one, clusters),
        }
        for number, one in enumerate(kept, start=1)
    ]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return len(rows)


def _cluster(claim: Claim, clusters: Mapping[tuple[str, ...], str]) -> str:
    """The passage that a claim is about, of which its evidence may lack a sentence."""
    inside = set(claim.evidence)
    return next(name for text, name in clusters.items() if inside <= set(text))
