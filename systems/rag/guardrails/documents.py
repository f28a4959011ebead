"""Documents: the guard that takes instructions out of what was retrieved."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from holdfast.system import Passage, Spec
from systems.rag.answering.sentences import SENTENCES_VERSION, split_sentences
from systems.rag.guardrails.guard import Alarm, Cleaned
from systems.rag.guardrails.orders import ORDERS_VERSION, find_order, is_order
from systems.rag.guardrails.reveal import Hidden, plain, reveal, visible
from systems.rag.guardrails.suspicion import Suspects, pairs

__all__ = ["InstructionGuard", "pieces"]

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

    A sentence goes where its words are those of an order, or where the suspicion is strong, of
    itself or together with its neighbour. An order that a sentence only quotes, to tell of it,
    stays: a text about attacks is no attack.
    """

    suspicion: Suspects | None = None
    """None where wording alone decides: needs no library, and finds a third of what both find."""
    threshold: float = 0.9
    """Probability of an order from which a sentence without known wording is dropped."""
    hidden: float = 0.5
    """The same for what a person does not see."""
    doubt: float = 0.1
    """Probability below which also a sentence with the wording of an order stays."""

    @property
    def spec(self) -> Spec:
        return Spec(
            name="instructions",
            params={"threshold": self.threshold, "hidden": self.hidden, "doubt": self.doubt},
            version=f"3-{ORDERS_VERSION}-sentences-{SENTENCES_VERSION}",
            artifacts={} if self.suspicion is None else {"suspicion": self.suspicion.spec.digest},
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
            sentences = pieces(line)
            # The first line names the passage: few words, of which the suspicion knows nothing.
            orders = self._orders(sentences, threshold=self.threshold if at else 1.1)
            dropped += [one for one, order in zip(sentences, orders, strict=True) if order]
            left = [one for one, order in zip(sentences, orders, strict=True) if not order]
            if at == 0 or left or not sentences:
                lines.append(" ".join(left) if any(orders) else line.strip())
        return lines, dropped

    def _is_order_hidden(self, one: Hidden) -> bool:
        # What nobody sees and yet speaks to the reader in words needs no second sign.
        if one.how in _CODED:
            return True
        sentences = pieces(one.text) or (one.text,)
        return any(self._orders(sentences, threshold=self.hidden))

    def _orders(self, sentences: Sequence[str], *, threshold: float) -> list[bool]:
        texts = [plain(one) for one in sentences]
        known = [is_order(text) for text in texts]
        if self.suspicion is not None and threshold <= 1:
            known = self._weighed(self.suspicion, texts, known, threshold=threshold)
        found: list[bool] = []
        spoken = False
        for text, worded in zip(texts, known, strict=True):
            # After an order, whoever says what to say gives another.
            order = worded or (found[-1:] == [True] and bool(_SAYING.match(text)))
            found.append(order or spoken)
            # Who pretends to speak as the system speaks to the end of the line.
            spoken = spoken or (order and find_order(text) == "role")
        return found

    def _weighed(
        self, suspicion: Suspects, texts: list[str], known: list[bool], *, threshold: float
    ) -> list[bool]:
        """Orders by wording and suspicion together."""
        likely = suspicion(texts)
        told = [
            bool(find_order(text)) and not order for text, order in zip(texts, known, strict=True)
        ]
        found = [
            chance >= self.doubt if order else chance >= threshold and not quoted
            for order, chance, quoted in zip(known, likely, told, strict=True)
        ]
        for at, chance in enumerate(suspicion(pairs(texts))):
            if chance >= threshold and not any(found[at : at + 2]):
                more = at if likely[at] >= likely[at + 1] else at + 1
                found[more] = not told[more]
        return found


def pieces(line: str) -> tuple[str, ...]:
    """Sentences, also those that begin with a small letter, as careless people write orders."""
    return tuple(
        piece for one in split_sentences(line) for piece in _LOWER_START.split(one) if piece
    )
