"""Verdict: what a verifier says of one claim, and what a verifier is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from holdfast.system import Spec

__all__ = ["Grounds", "Verdict", "Verifier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """One sentence of the evidence that bears on a claim."""

    text: int
    """Number of the evidence text that holds it, from 0."""
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether evidence supports one claim."""

    claim: str
    score: float
    """From 0 (nothing supports it, or something speaks against it) to 1."""
    supported: bool
    """The score reaches the verifier's threshold."""
    grounds: tuple[Grounds, ...] = ()
    """Sentences that bear on the claim, best first."""
    why: str = ""
    """What is missing or otherwise in the evidence; empty where nothing is."""


class Verifier(Protocol):
    """Holds claims against evidence; equal specs give equal verdicts."""

    @property
    def spec(self) -> Spec: ...

    def verify(self, claims: Sequence[str], evidence: Sequence[str], /) -> Sequence[Verdict]:
        """One verdict for each claim, in their order; the order of the evidence is no matter."""
        ...
