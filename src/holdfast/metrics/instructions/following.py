"""Following: whether an answer does what its instructions say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.instructions import formats, keywords, lengths, wording
from holdfast.metrics.instructions.detection import is_in_language
from holdfast.metrics.instructions.instruction import Instruction, read_instructions
from holdfast.system import Spec

__all__ = ["INSTRUCTIONS", "InstructionFollowing", "Level", "followed"]

Level = Literal["prompt", "instruction"]

INSTRUCTIONS: dict[str, Callable[[str, Instruction], bool]] = {
    "change_case:capital_word_frequency": wording.keeps_capital_words,
    "change_case:english_capital": wording.is_capital_english,
    "change_case:english_lowercase": wording.is_lowercase_english,
    "combination:repeat_prompt": wording.repeats_prompt,
    "combination:two_responses": wording.gives_two_responses,
    "detectable_content:number_placeholders": formats.has_placeholders,
    "detectable_content:postscript": formats.has_postscript,
    "detectable_format:constrained_response": formats.is_one_of_options,
    "detectable_format:json_format": formats.is_json,
    "detectable_format:multiple_sections": formats.has_sections,
    "detectable_format:number_bullet_lists": formats.has_bullets,
    "detectable_format:number_highlighted_sections": formats.has_highlights,
    "detectable_format:title": formats.has_title,
    "keywords:existence": keywords.has_keywords,
    "keywords:forbidden_words": keywords.lacks_words,
    "keywords:frequency": keywords.keeps_word_frequency,
    "keywords:letter_frequency": keywords.keeps_letter_frequency,
    "language:response_language": is_in_language,
    "length_constraints:nth_paragraph_first_word": lengths.starts_paragraph,
    "length_constraints:number_paragraphs": lengths.keeps_paragraphs,
    "length_constraints:number_sentences": lengths.keeps_sentences,
    "length_constraints:number_words": lengths.keeps_words,
    "punctuation:no_comma": wording.has_no_comma,
    "startend:end_checker": wording.ends_with_phrase,
    "startend:quotation": wording.is_quoted,
}
"""The 25 types of verifiable instructions by their ids, and how each is verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionFollowing:
    """How far an answer follows the verifiable instructions of its case.

    As IFEval (Zhou et al. 2023, arXiv 2311.07911), for data in its form, which `read_ifeval`
    reads. Strict by default; `loose` also accepts the answer without its first line, its last line,
    both, and each of these without asterisks. Needs the extra `instructions`.

    >>> InstructionFollowing(loose=True).spec.label
    'instruction_following(loose=true)'
    """

    level: Level = "prompt"
    """`prompt` is 1 where every instruction is followed, else 0; `instruction` is the share of the
    instructions that are. The paper's accuracy over instructions is the mean of these shares, each
    weighted by the number of instructions of its case."""
    loose: bool = False

    def __post_init__(self) -> None:
        if self.level not in ("prompt", "instruction"):
            raise UsageError(f"level must be 'prompt' or 'instruction', got {self.level!r}")

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {"level": self.level} if self.level != "prompt" else {}
        if self.loose:
            params["loose"] = True
        return Spec(name="instruction_following", params=params)

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        instructions = read_instructions(trial.case)
        if isinstance(instructions, Failure):
            return instructions
        try:
            done = followed(trial.response.text, instructions, loose=self.loose)
        except UsageError as error:
            return Failure(stage="metric", error=f"case {trial.case.id!r}: {error}")
        missed = [one.id for one, held in zip(instructions, done, strict=True) if not held]
        why = f"{len(done) - len(missed)} of {len(done)} instructions followed"
        if missed:
            why = f"{why}; not {', '.join(missed)}"
        share = sum(done) / len(done)
        return Score(share if self.level == "instruction" else float(not missed), why)


def followed(
    text: str, instructions: Sequence[Instruction], *, loose: bool = False
) -> tuple[bool, ...]:
    r"""Whether each instruction is followed; an empty text follows none.

    >>> [demand] = (Instruction(id="punctuation:no_comma"),)
    >>> followed("Yes, please", [demand]), followed("Here:, \nYes please", [demand], loose=True)
    ((False,), (True,))

    Raises:
        UsageError: an instruction is unknown, or lacks an argument.
        MissingExtra: a library of the extra `instructions` is not installed.
    """
    readings = [one for one in (_readings(text) if loose else (text,)) if one.strip()]
    return tuple(_follows(readings, instruction) for instruction in instructions)


def _follows(readings: Sequence[str], instruction: Instruction) -> bool:
    check = INSTRUCTIONS.get(instruction.id)
    if check is None:
        raise UsageError(
            f"unknown instruction {instruction.id!r}; known: {', '.join(INSTRUCTIONS)}"
        )
    if not readings:
        # The arguments are still looked at: a wrong case must not pass for a bad answer.
        check("-", instruction)
    return any(check(reading, instruction) for reading in readings)


def _readings(text: str) -> tuple[str, ...]:
    """The text, and what is left of it without its first line, its last line, and both."""
    lines = text.split("\n")
    cut = (text, *("\n".join(part).strip() for part in (lines[1:], lines[:-1], lines[1:-1])))
    return (*cut, *(one.replace("*", "") for one in cut))
