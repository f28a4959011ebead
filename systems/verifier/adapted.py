"""AdaptedVerifier: the shipped verifier, and where it is in doubt a model that reads the claim."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.digest import digest_bytes
from holdfast.errors import UsageError
from holdfast.system import Spec
from holdfast.verifying.claim_verifier import ClaimVerifier
from holdfast.verifying.evidence import prepare
from holdfast.verifying.marks import read_claim
from holdfast.verifying.sentences import split
from holdfast.verifying.verdict import Grounds, Verdict
from systems.verifier.combining import COMBINATION, read_combination
from systems.verifier.drills import window
from systems.verifier.neighbours import Neighbours
from systems.verifier.reading import AdaptedReader, Reading

__all__ = ["AdaptedVerifier", "Read", "readings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What both made of one sentence of a claim."""

    shipped: Verdict
    reading: Reading
    more: tuple[Grounds, ...]
    """What was read beside the grounds of the shipped verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptedVerifier:
    """Scores claims by the shipped verifier and by an adapted MiniLM, offline.

    For each sentence of a claim the shipped verifier chooses up to three sentences of the evidence
    by their words; `near` may choose others by meaning. The reader reads them together with the
    claim, and one probability is made of its log-odds and of the shipped score. It sees exchanged
    words and roles, which the shipped one hardly does, and is slower. English only.
    """

    reader: AdaptedReader = field(default_factory=AdaptedReader)
    near: Neighbours = field(default_factory=Neighbours)
    """What is read of the sentences chosen by words, and which are chosen by meaning."""
    between: tuple[float, float] = (0.0, 1.0)
    """Shipped scores between which the reader is asked; beyond them a claim keeps its score."""
    threshold: float | None = None
    """Score from which a claim counts as supported; None takes the one chosen with the weights."""
    combination: Path = COMBINATION
    """File with the weights of the two."""

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 < self.threshold < 1:
            raise UsageError(f"a threshold lies between 0 and 1, got {self.threshold!r}")
        low, high = self.between
        if not 0 <= low < high <= 1:
            raise UsageError(f"`between` has two scores, the lower one first, got {self.between!r}")

    @property
    def spec(self) -> Spec:
        return Spec(
            name="adapted-verifier",
            params={"between": list(self.between), "threshold": self.threshold},
            artifacts={
                "near": self.near.spec.digest,
                "reader": self.reader.spec.digest,
                "shipped": ClaimVerifier().spec.digest,
                "combination": digest_bytes(self.combination.read_bytes()),
            },
        )

    def verify(self, claims: Sequence[str], evidence: Sequence[str], /) -> tuple[Verdict, ...]:
        """One verdict for each claim; evidence texts may be sentences or whole passages."""
        parts = {claim: read_claim(claim) for claim in claims}
        said = list(dict.fromkeys(one for found in parts.values() for one in found))
        first = dict(zip(said, ClaimVerifier().verify(said, evidence), strict=True))
        low, high = self.between
        asked = [first[one] for one in said if low <= first[one].score <= high]
        for found in readings(asked, evidence, reader=self.reader, near=self.near):
            first[found.shipped.claim] = self._joined(found)
        return tuple(self._whole(claim, [first[one] for one in parts[claim]]) for claim in claims)

    def _joined(self, found: Read) -> Verdict:
        shipped, reading = found.shipped, found.reading
        score = read_combination(self.combination).score(shipped.score, reading.supported)
        why = [shipped.why] if shipped.why else []
        if reading.supported < 0:
            why.append(_told(reading))
        return Verdict(
            claim=shipped.claim,
            score=score,
            supported=score >= self._least,
            grounds=(*shipped.grounds, *found.more),
            why="; ".join(why),
        )

    def _whole(self, claim: str, parts: Sequence[Verdict]) -> Verdict:
        """A claim of several sentences scores as its weakest."""
        if not parts:
            (verdict,) = ClaimVerifier().verify([claim], [])
            return verdict
        weakest = min(parts, key=lambda one: one.score)
        return Verdict(
            claim=claim,
            score=weakest.score,
            supported=weakest.score >= self._least,
            grounds=tuple(dict.fromkeys(one for part in parts for one in part.grounds)),
            why=weakest.why,
        )

    @property
    def _least(self) -> float:
        if self.threshold is not None:
            return self.threshold
        return read_combination(self.combination).threshold


def readings(
    verdicts: Sequence[Verdict],
    evidence: Sequence[str],
    *,
    reader: AdaptedReader,
    near: Neighbours,
) -> list[Read]:
    """What is read of claims beside their shipped verdicts; left out where there is no evidence.

    Args:
        verdicts: of the shipped verifier, each on a claim of one sentence.
        evidence: sentences or whole passages.
        reader: reads.
        near: chooses sentences by meaning beside those of the verdicts.
    """
    places = _places(evidence)
    known = [window(one) for one in verdicts]
    chosen = near([one.claim for one in verdicts], list(places), known=known)
    full = [at for at, some in enumerate(chosen) if some]
    found = reader([(verdicts[at].claim, chosen[at]) for at in full])
    return [
        Read(
            shipped=verdicts[at],
            reading=reading,
            more=tuple(places[one] for one in chosen[at] if one not in known[at]),
        )
        for at, reading in zip(full, found, strict=True)
    ]


def _places(evidence: Sequence[str]) -> dict[str, Grounds]:
    """Where each sentence stands, by its text without labels."""
    parts = [
        Grounds(text=number, sentence=part)
        for number, text in enumerate(evidence)
        for part in split(text)
    ]
    bare = prepare([one.sentence for one in parts]).texts
    # From the end, so that of equal sentences the first one counts.
    return dict(reversed(list(zip(bare, parts, strict=True))))


def _told(reading: Reading) -> str:
    turn = "against" if reading.contradicted > 0 else "beyond"
    words = ", ".join(map(repr, reading.wrong))
    return f"read as {turn} the evidence{f': {words}' if words else ''}"
