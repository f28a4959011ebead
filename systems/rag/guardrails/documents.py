"""Documents: the guard that takes instructions out of what was retrieved."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from holdfast.system import Passage, Spec
from systems.rag.answering.sentences import split_sentences
from systems.rag.guardrails.classifier import Classifier
from systems.rag.guardrails.guard import Alarm, Cleaned
from systems.rag.guardrails.orders import ORDERS_VERSION, find_order, is_order
from systems.rag.guardrails.reveal import Hidden, plain, reveal, visible

__all__ = ["InstructionGuard"]

_CODED = (
    "base64", "hexadecimal", "binary", "escapes", "tag characters", "reversed", "rotated",
)  # fmt: skip
"""Ways of hiding that no honest sentence uses: what was hidden so is an alarm, whatever it says."""
_BLOBS = (*_CODED, "comment", "unseen element")
"""What goes, also where it is harmless."""
_LOWER_START = re.compile(r"(?<=[.!?])\s+(?=[a-z¿¡{<!#*@\[])")
_SAYING = re.compile(
    r"(?:(?:and|then|please|just|only|also|instead|now)\b,? )*(?:say|reply|respond|answer|write|"
    r"print|output|return|repeat|tell|include|append|begin|end|finish)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionGuard:
    """Drops sentences that tell a language model what to do, and all that readers cannot see.

    A sentence goes where its words are those of an order, or where the classifier is sure of one.
    An order that a sentence only quotes, to tell of it, stays: a text about attacks is no attack.
    """

    classifier: Classifier
    threshold: float = 0.95
    """Probability of an order from which a sentence without known wording is dropped."""

    @property
    def spec(self) -> Spec:
        return Spec(
            name="instructions",
            params={"threshold": self.threshold},
            version=f"2-{ORDERS_VERSION}",
            artifacts={"classifier": self.classifier.spec.digest},
        )

    def __call__(self, passages: Sequence[Passage], /) -> Cleaned:
        kept: list[Passage] = []
        alarms: list[Alarm] = []
        for passage in passages:
            lines, found = self._cleaned(passage.text)
            alarms += [
                Alarm(guard="instructions", kind="injection", where=passage.id, text=one)
                for one in found
            ]
            if any(line.strip() for line in (lines[1:] if "\n" in passage.text else lines)):
                kept.append(replace(passage, text="\n".join(lines)))
        return Cleaned(passages=tuple(kept), alarms=tuple(alarms))

    def _cleaned(self, text: str) -> tuple[list[str], list[str]]:
        """The lines that may be read, and the sentences that were dropped."""
        hidden = reveal(text)
        dropped = [one.text for one in hidden if self._is_order_hidden(one)]
        bare = text
        for one in hidden:
            if one.how in _BLOBS or one.text in dropped:
                bare = bare.replace(one.raw, " ")
        lines: list[str] = []
        for at, line in enumerate(visible(bare).splitlines()):
            sentences = _pieces(line)
            # The first line names the passage: few words, of which the classifier knows nothing.
            orders = self._orders(sentences, named=at > 0)
            dropped += [one for one, order in zip(sentences, orders, strict=True) if order]
            left = [one for one, order in zip(sentences, orders, strict=True) if not order]
            if at == 0 or left or not sentences:
                lines.append(" ".join(left) if any(orders) else line.strip())
        return lines, dropped

    def _is_order_hidden(self, one: Hidden) -> bool:
        # What nobody sees and yet speaks to the reader in words needs no second sign.
        if one.how in _CODED:
            return True
        sentences = _pieces(one.text) or (one.text,)
        return any(self._orders(sentences))

    def _orders(self, sentences: Sequence[str], *, named: bool = True) -> list[bool]:
        likely = self.classifier("order", sentences) if named else (0.0,) * len(sentences)
        found: list[bool] = []
        spoken = False
        for one, chance in zip(sentences, likely, strict=True):
            text = plain(one)
            kind = find_order(text)
            order = is_order(text) or (not kind and chance >= self.threshold)
            # After an order, whoever says what to say gives another.
            order = order or (found[-1:] == [True] and bool(_SAYING.match(text)))
            found.append(order or spoken)
            # Who pretends to speak as the system speaks to the end of the line.
            spoken = spoken or (order and kind == "role")
        return found


def _pieces(line: str) -> tuple[str, ...]:
    """Sentences, also those that begin with a small letter, as careless people write orders."""
    return tuple(
        piece for one in split_sentences(line) for piece in _LOWER_START.split(one) if piece
    )
