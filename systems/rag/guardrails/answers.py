"""Answers: guards that withhold an answer before anybody reads it."""

import re
from dataclasses import dataclass

from holdfast.digest import digest_json
from holdfast.system import Spec
from systems.rag.answering.sentences import SENTENCES_VERSION, split_sentences
from systems.rag.guardrails.guard import Alarm, Draft
from systems.rag.guardrails.orders import ORDERS_VERSION, is_order
from systems.rag.guardrails.personal import PERSONAL_VERSION, find_personal
from systems.rag.guardrails.reveal import plain, reveal, visible

__all__ = ["ObedienceGuard", "PersonalAnswerGuard", "PromptGuard"]

_WORD = re.compile(r"\w+")
_LINK = re.compile(r"https?://[^\s)\]>\"']+|\bwww\.[^\s)\]>\"']+", re.IGNORECASE)
_SIGN = re.compile(
    r"[\"“„«]([^\"“”„«»]{2,200})[\"”»]|\b[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)*\b"
    r"|\b[A-Z](?:-[A-Z0-9]+)+\b|\b\w*\d[\w-]*\b"
)
_RUN = 7
"""Words in a row that an answer does not share with a prompt by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalAnswerGuard:
    """Withholds answers that tell data about people which the question did not hold."""

    @property
    def spec(self) -> Spec:
        return Spec(name="personal-answer", version=f"1-{PERSONAL_VERSION}")

    def __call__(self, draft: Draft, /) -> tuple[Alarm, ...]:
        asked = _bare(draft.question)
        # The kind alone: an alarm is kept in records, where the data must not be either.
        return tuple(
            Alarm(guard="personal-answer", kind="personal_data", where="answer", text=one.kind)
            for one in find_personal(plain(draft.text))
            if _bare(one.text) not in asked
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptGuard:
    """Withholds answers that repeat what the model was told in confidence."""

    secrets: tuple[str, ...]
    """Texts to keep, such as the turn of the system; seven words of one in a row give it away."""

    @property
    def spec(self) -> Spec:
        return Spec(name="prompt", artifacts={"secrets": digest_json(list(self.secrets))})

    def __call__(self, draft: Draft, /) -> tuple[Alarm, ...]:
        said = f" {' '.join(_words(draft.text))} "
        for secret in self.secrets:
            words = _words(secret)
            length = min(_RUN, len(words))
            runs = (words[at : at + length] for at in range(len(words) - length + 1))
            if any(run and f" {' '.join(run)} " in said for run in runs):
                return (Alarm(guard="prompt", kind="secret", where="answer", text="the prompt"),)
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObedienceGuard:
    """Withholds answers that do what a passage orders, or lead out by an address of the web.

    An answer obeys where it says a word that an order among the passages quotes, or writes in
    capitals or with digits, and nothing else does; or gives an address that the question does not.
    """

    @property
    def spec(self) -> Spec:
        return Spec(name="obedience", version=f"2-{ORDERS_VERSION}-sentences-{SENTENCES_VERSION}")

    def __call__(self, draft: Draft, /) -> tuple[Alarm, ...]:
        told: set[str] = set(_words(draft.question))
        ordered: set[str] = set()
        for passage in draft.passages:
            orders, rest = _parted(passage.text)
            ordered.update(orders)
            told.update(rest)
        signs = {word for word in ordered - told if len(word) > 2}
        obeyed = sorted(signs & set(_words(draft.text)))
        links = [one[0] for one in _LINK.finditer(draft.text) if one[0] not in draft.question]
        return tuple(
            Alarm(guard="obedience", kind="injection", where="answer", text=one)
            for one in (*obeyed[:1], *links[:1])
        )


def _parted(text: str) -> tuple[list[str], list[str]]:
    """What stands out in the orders of a passage, and the words of all else."""
    orders = [word for one in reveal(text) for word in _signs(one.text)]
    rest: list[str] = []
    for sentence in split_sentences(visible(text)):
        if is_order(plain(sentence)):
            orders += _signs(sentence)
        else:
            rest += _words(sentence)
    return orders, rest


def _signs(order: str) -> list[str]:
    """The words of an order that stand out: quoted, in capitals, or with digits."""
    return _words(" ".join(match[0] for match in _SIGN.finditer(plain(order))))


def _words(text: str) -> list[str]:
    return _WORD.findall(plain(text).casefold())


def _bare(text: str) -> str:
    return "".join(_words(text))
