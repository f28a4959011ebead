"""Suites over the basics of a language model: its loop, its limits, its surprise at fixed texts."""

import math
from pathlib import Path

from holdfast.metric import Outcome, Score, Trial
from holdfast.metrics import metric
from holdfast.policy import Policy
from holdfast.readers import read_jsonl
from holdfast.suite import Suite

__all__ = ["DECODING", "SURPRISE"]

_FOLDER = Path(__file__).resolve().parents[1] / "datasets" / "foundation"


@metric(version="1")
def agreement(trial: Trial) -> Outcome:
    """The loop wrote the tokens, the text and the ending that the library wrote."""
    return _same(trial, "by_hand", "by_library")


@metric(version="1")
def determinism(trial: Trial) -> Outcome:
    """The loop wrote the same when it was asked again."""
    return _same(trial, "by_hand", "again")


@metric(version="1")
def limits(trial: Trial) -> Outcome:
    """No more tokens than allowed, no stop text, and an ending that says which of them it was."""
    wanted, found = trial.case.input, trial.response.data["by_hand"]
    most, stops = wanted.get("max_tokens", 64), wanted.get("stop", [])
    count, ending = len(found["tokens"]), found["ending"]
    if count > most:
        return Score(0.0, f"{count} tokens, {most} are allowed")
    left = [stop for stop in stops if stop in found["text"]]
    if left:
        return Score(0.0, f"the stop text {left[0]!r} stands in the answer")
    if (ending == "length" and count < most) or (ending == "stop" and not stops):
        return Score(0.0, f"it ended by {ending!r} after {count} of {most} tokens")
    return Score(1.0, f"{count} tokens, ended by {ending!r}")


@metric(version="1", better="lower", bounds=None)
def perplexity(trial: Trial) -> Outcome:
    """Exponential of the mean negative log-likelihood of a token."""
    found = trial.response.data
    return Score(math.exp(found["nats"] / found["tokens"]), f"{found['tokens']} tokens")


@metric(version="1", better="lower", bounds=None)
def bits_per_byte(trial: Trial) -> Outcome:
    """Negative log-likelihood of a text in bits for each of its bytes, whatever the tokenizer."""
    found = trial.response.data
    return Score(found["nats"] / math.log(2) / found["bytes"], f"{found['bytes']} bytes")


def _same(trial: Trial, first: str, second: str) -> Outcome:
    one, other = trial.response.data[first], trial.response.data[second]
    if one == other:
        return Score(1.0, f"{len(one['tokens'])} tokens alike")
    pairs = zip(one["tokens"], other["tokens"], strict=False)
    alike = next((n for n, (a, b) in enumerate(pairs) if a != b), None)
    if alike is None:
        return Score(
            0.0,
            f"{one['ending']!r} at {len(one['tokens'])} tokens, not "
            f"{other['ending']!r} at {len(other['tokens'])}",
        )
    return Score(0.0, f"another token from number {alike + 1} on")


# What is computed twice must be the same twice: one case in which it is not is one too many, so
# these gates have floors, and no margin.
DECODING = Suite(
    name="foundation-decoding",
    dataset=read_jsonl(_FOLDER / "prompts.jsonl", name="foundation-prompts"),
    metrics=(agreement, determinism, limits),
    policies=(
        Policy(metric="agreement", floor=1.0),
        Policy(metric="determinism", floor=1.0),
        Policy(metric="limits", floor=1.0),
    ),
)

# The texts are the ones that matter, not a sample of others, and a model tells the same of them
# each time: a change of one per cent is real, five are worth a red build.
SURPRISE = Suite(
    name="foundation-surprise",
    dataset=read_jsonl(_FOLDER / "texts.jsonl", name="foundation-texts"),
    metrics=(bits_per_byte, perplexity),
    policies=(
        Policy(metric="bits_per_byte", margin=0.05),
        Policy(metric="perplexity", role="info"),
    ),
)
