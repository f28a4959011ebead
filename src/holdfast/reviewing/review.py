"""Review: one person's way through the questions, every step on disk before the next is asked."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.reviewing.drawing import Draw, Item
from holdfast.reviewing.judgement import Choice, Judgement, standing
from holdfast.reviewing.label_file import append_judgements, read_judgements

__all__ = ["Progress", "Review", "checked_reviewer"]

_LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a review is."""

    done: int
    """Questions that were answered, or skipped."""
    total: int
    """Questions to answer; equal answers are none."""
    skipped: int
    ties: int
    """Pairs of equal answers so far, counted as ties without a question."""
    seconds: float | None
    """Mean time of an answer; None before the first."""


class Review:
    """Asks one person about one draw, and keeps what is said; safe to use from several threads.

    It goes on where an earlier session with the same file, plan and person stopped.
    """

    def __init__(
        self, draw: Draw, file: Path, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.draw = draw
        self.file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[int, float] = {}
        self._revealed: set[int] = set()
        self._keys = {self._judgement(item, "skip").key: n for n, item in enumerate(draw.items)}
        self._asked = [n for n, item in enumerate(draw.items) if not _settled(item, draw)]
        self._said: dict[int, Judgement] = {}
        """What holds of each question, in the order in which it was said."""
        with self._lock:
            self._resume()

    def current(self) -> int | None:
        """Number of the question to be answered next; None where all are. It is seen from now."""
        with self._lock:
            number = next((n for n in self._asked if n not in self._said), None)
            if number is not None:
                self._seen.setdefault(number, self._clock())
            return number

    def item(self, number: int) -> Item:
        """One question."""
        return self.draw.items[number]

    def revealed(self, number: int) -> bool:
        """Whether the person looked at what is expected, now or before."""
        return number in self._revealed

    def reveal(self, number: int) -> None:
        """Note that the person looks at what is expected before answering."""
        with self._lock:
            self._revealed.add(number)

    def say(
        self, number: int, choice: Choice, *, label: float | None = None, note: str = ""
    ) -> bool:
        """Keep what the person said of a question.

        Returns:
            False where it is not the question to be answered: it was answered already.
        """
        with self._lock:
            if next((n for n in self._asked if n not in self._said), None) != number:
                return False
            seen = self._seen.pop(number, None)
            said = replace(
                self._judgement(self.draw.items[number], choice),
                label=label,
                seconds=None if seen is None else round(self._clock() - seen, 1),
                revealed=number in self._revealed,
                note=note.strip()[:_LONGEST_NOTE],
            )
            self._keep({number: said} | self._ties(after=number))
            return True

    def undo(self) -> bool:
        """Take back what was said last; False where nothing was."""
        with self._lock:
            asked = set(self._asked)
            number = next((n for n in reversed(self._said) if n in asked), None)
            if number is None:
                return False
            # The ties that were reached by this answer are not reached any more.
            gone = [number, *(n for n in self._said if n > number and n not in asked)]
            taken = [
                replace(self._judgement(self.draw.items[n], "undo"), identical=n != number)
                for n in gone
            ]
            append_judgements(taken, self.file)
            for n in gone:
                del self._said[n]
            return True

    def progress(self) -> Progress:
        """How far the review is."""
        with self._lock:
            said = [self._said[number] for number in self._asked if number in self._said]
            times = [
                one.seconds for one in said if one.seconds is not None and one.choice != "skip"
            ]
            return Progress(
                done=len(said),
                total=len(self._asked),
                skipped=sum(one.choice == "skip" for one in said),
                ties=len(self._said) - len(said),
                seconds=sum(times) / len(times) if times else None,
            )

    def _resume(self) -> None:
        earlier = read_judgements(self.file) if self.file.is_file() else ()
        plans = {item.sampling.plan for item in self.draw.items}
        for key, one in standing(one for one in earlier if one.sampling.plan in plans).items():
            number = self._keys.get(key)
            if number is not None:
                self._said[number] = one
                if one.revealed:
                    self._revealed.add(number)
        self._keep(self._ties())

    def _keep(self, said: dict[int, Judgement]) -> None:
        append_judgements(list(said.values()), self.file)
        self._said |= said

    def _ties(self, *, after: int | None = None) -> dict[int, Judgement]:
        """Equal answers before the next question, as ties.

        Those behind it wait until they are reached: what is in the file is then a beginning of the
        drawn order, and so a random sample, whenever a person stops.
        """
        said = self._said.keys() | {after}
        end = next((n for n in self._asked if n not in said), len(self.draw.items))
        return {
            n: replace(self._judgement(item, "tie"), identical=True)
            for n, item in enumerate(self.draw.items[:end])
            if _settled(item, self.draw) and n not in said
        }

    def _judgement(self, item: Item, choice: Choice) -> Judgement:
        plan = self.draw.plan
        return Judgement(
            kind=plan.kind,
            case_id=item.case.id,
            case_digest=item.case.digest,
            metric=plan.metric,
            shown=item.shown,
            choice=choice,
            reviewer=plan.reviewer,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            sampling=item.sampling,
        )


def _settled(item: Item, draw: Draw) -> bool:
    """Whether nobody need be asked: both answers of a pair are the same."""
    return item.identical and draw.plan.kind == "pair"


def checked_reviewer(name: str) -> str:
    """The name of a reviewer, without blanks around it.

    Raises:
        UsageError: it is empty, or longer than 80 characters.
    """
    found = " ".join(name.split())
    if not found or len(found) > 80 or not found.isprintable():
        raise UsageError(
            f"--reviewer is {name!r:.100}; give the name or initials by which this person's labels "
            "are known, at most 80 characters"
        )
    return found
