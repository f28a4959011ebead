"""Interleaving: two systems measured in one session, in blocks that hold requests of both.

Time of day, neighbours on the machine and a provider's load move seconds by more than most changes
of a system do. They move both arms alike where the arms take turns (Bulej et al. 2020,
arXiv:2001.05811; Abedi and Brecht 2017, ICPE), so only the turns are compared.

A block asks both systems the same prompts, half of them in the order A B and the other half in the
order B A, or the other way round: a drift that is straight within the block then leaves both arms'
sums alone, and so does a prompt that is cheaper when it is asked for the second time. The turns of
one arm are over before those of the other begin, so that no arm is slowed by the other's load.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from holdfast.errors import UsageError
from holdfast.record import CaseRecord
from holdfast.running.session import Session

__all__ = ["Block", "Schedule", "interleave", "schedule"]

BLOCKS = 20
"""Scored blocks that a schedule has at least."""
_SIZE = 10
"""Requests per arm and block that are aimed at."""
_WARM_UP = 1

Request = tuple[CaseRecord, int]
"""A case and the number of its repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Requests that both systems get close in time."""

    number: int
    """From 1; 0 and below while the systems warm up."""
    halves: tuple[tuple[Request, ...], tuple[Request, ...]]
    candidate_first: bool
    """The candidate answers the first half first, and the second half second."""

    def turns(self) -> Iterator[tuple[int, tuple[Request, ...]]]:
        """Arm (0 baseline, 1 candidate) and its requests, in the order of time."""
        first = int(self.candidate_first)
        for arm, half in ((first, 0), (1 - first, 0), (1 - first, 1), (first, 1)):
            yield arm, self.halves[half]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """All blocks of an interleaved run."""

    blocks: tuple[Block, ...]
    repeats: int
    """Trials of each case and arm."""


def schedule(cases: Sequence[CaseRecord], *, repeats: int, concurrency: int, seed: int) -> Schedule:
    """Blocks that ask every case equally often.

    A block has about ten requests of each arm, and more where more are under way at once. Cases
    are repeated until there are 20 blocks besides the one in which the systems warm up. All cases
    are asked once, in a random order, before any is asked again.

    Args:
        cases: what is asked.
        repeats: trials of each case that are wanted at least.
        concurrency: calls under way at once.
        seed: of the order of cases, and of which arm begins.
    """
    if not cases:
        raise UsageError("an interleaved run needs cases to ask both systems")
    least = (BLOCKS + _WARM_UP) * _SIZE
    repeats = max(repeats, -(-least // len(cases)))
    dice = random.Random(f"interleaved {seed}")  # noqa: S311  # an order, not a secret
    requests = [
        (case, repeat) for repeat in range(repeats) for case in dice.sample(list(cases), len(cases))
    ]
    wanted = max(_SIZE, 2 * concurrency)
    number = max(BLOCKS + _WARM_UP, len(requests) // wanted)
    begins = _begins(number, dice)
    return Schedule(
        blocks=tuple(
            _block(part, number=index + 1 - _WARM_UP, candidate_first=begins[index])
            for index, part in enumerate(_parts(requests, number))
        ),
        repeats=repeats,
    )


def _parts(requests: Sequence[Request], number: int) -> Iterator[Sequence[Request]]:
    """The requests in so many parts, whose sizes differ by one at most."""
    size = len(requests)
    for index in range(number):
        yield requests[index * size // number : (index + 1) * size // number]


def _block(part: Sequence[Request], *, number: int, candidate_first: bool) -> Block:
    # Of an odd number the longer half is the first and the second by turns.
    middle = (len(part) + number % 2) // 2
    return Block(
        number=number,
        halves=(tuple(part[:middle]), tuple(part[middle:])),
        candidate_first=candidate_first,
    )


def _begins(number: int, dice: random.Random) -> list[bool]:
    """Which arm begins each block: of two neighbours one each, in random order."""
    begins: list[bool] = []
    while len(begins) < number:
        begins += dice.choice(((False, True), (True, False)))
    return begins[:number]


async def interleave(sessions: tuple[Session, Session], blocks: Iterable[Block]) -> None:
    """Make the blocks one after the other, until all are made or a budget is spent.

    Args:
        sessions: of baseline and candidate.
        blocks: what to ask, in this order.
    """
    for session in sessions:
        await session.make((), block=0)
    for block in blocks:
        if stopped := next((one.stopped for one in sessions if one.stopping), ""):
            for session in sessions:
                session.stopped = stopped
            return
        for arm, requests in block.turns():
            await sessions[arm].make(requests, block=block.number)
