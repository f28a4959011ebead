"""Interleaved runs as records, with seconds that a test chooses."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from holdfast.dataset import digest_cases
from holdfast.metric import Failure, Score
from holdfast.metrics import Latency
from holdfast.record import CaseRecord, MetricRecord, Provenance, Run, TrialRecord
from holdfast.system import Response, Spec, Usage

Seconds = Mapping[tuple[str, int], float]


@dataclass(frozen=True)
class Session:
    """Twenty or more blocks of requests to two systems, on a machine whose speed drifts."""

    blocks: int = 24
    each: int = 12
    slower: float = 0.0
    spread: float = 0.3
    seed: int = 2
    metrics: tuple[Latency, ...] = (Latency(),)
    session: tuple[str, str] = ("s", "s")
    tokens: tuple[np.ndarray, np.ndarray] | None = None
    per_token: tuple[float, float] = (0.0, 0.0)
    failures: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Ids of the cases that fail, by arm."""

    @property
    def cases(self) -> tuple[CaseRecord, ...]:
        number = (self.blocks + 1) * self.each
        return tuple(CaseRecord(id=f"c{i:04}", digest=f"{i:064x}") for i in range(number))

    def runs(self) -> tuple[Run, Run]:
        """Baseline and candidate."""
        random = np.random.default_rng(self.seed)
        number = len(self.cases)
        blocks = np.repeat(np.arange(self.blocks + 1), self.each)
        state = np.cumsum(random.normal(0.0, 0.05, self.blocks + 1))[blocks]
        made = []
        for arm in (0, 1):
            seconds = 0.2 * np.exp(state + random.normal(0.0, self.spread, number))
            if self.tokens is not None:
                seconds = seconds + self.per_token[arm] * self.tokens[arm] * np.exp(state)
            if arm == 1:
                seconds = seconds * (1.0 + self.slower)
            made.append(self._run(arm, seconds, blocks))
        return made[0], made[1]

    def _run(self, arm: int, seconds: np.ndarray, blocks: np.ndarray) -> Run:
        lost = self.failures.get(arm, ())
        lengths = np.full(seconds.size, 10) if self.tokens is None else self.tokens[arm]
        trials = tuple(
            self._trial(
                case.id,
                float(seconds[i]),
                block=int(blocks[i]),
                tokens=int(lengths[i]),
                lost=case.id in lost,
            )
            for i, case in enumerate(self.cases)
        )
        return Run(
            id=f"run-{arm}",
            suite="turns",
            system=Spec(name=("old", "new")[arm]),
            dataset="d",
            dataset_digest=digest_cases((case.id, case.digest) for case in self.cases),
            metrics=tuple(
                MetricRecord(spec=m.spec, better="lower", bounds=None, unit="seconds")
                for m in self.metrics
            ),
            cases=self.cases,
            trials=trials,
            provenance=Provenance(interleaved=self.session[arm]),
        )

    def _trial(
        self, case: str, seconds: float, *, block: int, tokens: int, lost: bool
    ) -> TrialRecord:
        began = 100.0 * block + float(case[1:]) % self.each
        if lost:
            failure = Failure(stage="system", error="no answer within 9 s")
            return TrialRecord(
                case_id=case,
                repeat=0,
                response=None,
                failure=failure,
                seconds=9.0,
                block=block,
                began=began,
            )
        return TrialRecord(
            case_id=case,
            repeat=0,
            response=Response(text="yes", usage=Usage(calls=1, output_tokens=tokens)),
            scores={metric.spec.label: Score(seconds) for metric in self.metrics},
            seconds=seconds,
            block=block,
            began=began,
        )
