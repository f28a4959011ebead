"""States in words, with a glyph and a tone, the same in every renderer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from holdfast.comparison import CaseState
from holdfast.gate import Outcome, State, Verdict
from holdfast.judging.finding import Finding, SliceState

__all__ = [
    "CASES",
    "OUTCOMES",
    "SLICES",
    "STATES",
    "Tone",
    "Word",
    "message_of",
    "name_of",
    "outcome_of",
    "state_of",
]

Tone = Literal["bad", "good", "calm", "doubt", "void", "mute"]


@dataclass(frozen=True, slots=True)
class Word:
    """A state as a reader meets it: never by colour alone."""

    text: str
    glyph: str
    tone: Tone


STATES: Mapping[State, Word] = {
    "regressed": Word("regressed", "✕", "bad"),
    "below_floor": Word("below floor", "✕", "bad"),
    "invalid": Word("invalid", "!", "void"),
    "inconclusive": Word("inconclusive", "?", "doubt"),
    "within_margin": Word("within margin", "✓", "calm"),
    "improved": Word("improved", "▲", "good"),
    "not_judged": Word("not judged", "·", "mute"),
}

OUTCOMES: Mapping[Outcome, Word] = {
    "pass": Word("Pass", "✓", "good"),
    "regression": Word("Regression", "✕", "bad"),
    "inconclusive": Word("Inconclusive", "?", "doubt"),
    "invalid": Word("Invalid", "!", "void"),
}

SLICES: Mapping[SliceState, Word] = {
    "regressed": Word("regressed", "✕", "bad"),
    "improved": Word("improved", "▲", "good"),
    "unconfirmed": Word("unconfirmed", "?", "mute"),
}

CASES: Mapping[CaseState, Word] = {
    "broken": Word("newly failing", "✕", "bad"),
    "worse": Word("worse", "▼", "bad"),
    "fixed": Word("newly passing", "✓", "good"),
    "better": Word("better", "▲", "good"),
    "flaky": Word("flaky", "~", "doubt"),
    "lost": Word("lost", "?", "doubt"),
    "edited": Word("edited", "≠", "mute"),
    "added": Word("added", "+", "mute"),
    "removed": Word("removed", "\N{MINUS SIGN}", "mute"),
    "quarantined": Word("quarantined", "∥", "doubt"),
    "same": Word("same", "=", "mute"),
}

CASE_MEANING: Mapping[CaseState, str] = {
    "broken": "passed before, fails now",
    "worse": "scores lower than before",
    "fixed": "failed before, passes now",
    "better": "scores higher than before",
    "flaky": "passes and fails on one side, and nothing shows that it changed",
    "lost": "has no usable score on one side",
    "edited": "was changed in the dataset, so it is not compared",
    "added": "exists only for the candidate",
    "removed": "exists only for the baseline",
    "quarantined": "is set aside as flaky, so it is shown and not compared",
    "same": "scores as before",
}


_LEADS = ("Regressed: ", "Invalid: ", "Inconclusive: ")


def message_of(sentence: str) -> str:
    """A verdict's sentence without the state that every renderer shows beside it."""
    for lead in _LEADS:
        if sentence.startswith(lead):
            return sentence.removeprefix(lead)
    return sentence


def name_of(verdict: Verdict) -> str:
    """Suite and system, and what stands in the baseline's place where that is another system."""
    comparison = verdict.comparison
    before, after = comparison.baseline, comparison.candidate
    name = f"{comparison.suite} × {after.system.name}"
    if before.id == "none" or before.system.name == after.system.name:
        return name
    return f"{name} beside {before.system.name}"


def state_of(finding: Finding) -> Word:
    """The finding's word; a gate that has a floor alone says nothing of a margin."""
    word, delta = STATES[finding.state], finding.delta
    lower = delta is not None and delta.metric.better == "lower"
    if "floor" in finding.tags and finding.state == "within_margin":
        return replace(word, text="keeps ceiling" if lower else "reaches floor")
    return replace(word, text="above ceiling") if word.text == "below floor" and lower else word


def outcome_of(verdict: Verdict) -> Word:
    """The verdict's word, with a note where doubt does not block."""
    word = OUTCOMES[verdict.outcome]
    if verdict.outcome == "inconclusive" and verdict.passed:
        return Word("Inconclusive, not blocking", word.glyph, word.tone)
    return word
