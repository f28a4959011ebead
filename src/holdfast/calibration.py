"""Calibration: what the trials of a baseline say about the suite's own errors."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from holdfast.digest import digest_json
from holdfast.errors import RecordError
from holdfast.judging.numbers import plural
from holdfast.metric import Score
from holdfast.record import Run
from holdfast.storage.journal import write_whole

__all__ = [
    "FORMAT",
    "Calibration",
    "FlakyCase",
    "GateCalibration",
    "digest_of",
    "read_calibration",
    "write_calibration",
]

FORMAT = 1
"""Version of the file; another one is not read."""
_FILE = "calibration.json"
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakyCase:
    """A case whose trials disagree."""

    case: str
    metric: str
    rate: float
    """Share of the pairs of its trials that disagree; for graded scores their mean distance as a
    share of the range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCalibration:
    """What one gated metric can tell, in units of its score."""

    metric: str
    margin: float
    """Margin that the gate had."""
    resolvable: float
    """Smallest margin that confirms an unchanged candidate of one trial per case."""
    suggested: float
    """The resolvable margin rounded up."""
    flips: float
    """Mean flake rate over all cases."""
    unit: str = ""
    """`pt` where the score lies on [0, 1], which is then printed in points."""

    @property
    def wide(self) -> bool:
        """Whether the suggested margin is so wide that it hides what people would notice."""
        return self.unit == "pt" and self.suggested > 0.05

    def size(self, value: float) -> str:
        """A margin as people read it."""
        return f"{100 * value:.1f} pt" if self.unit == "pt" else f"{value:.3g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Error rates of a suite on its own baseline, split against itself."""

    baseline: str
    """Id of the baseline's run."""
    digest: str
    """Digest of its trials: a calibration of other trials is not shown."""
    cases: int
    trials: int
    """Trials per case of the baseline."""
    splits: int
    """Random splits of each case's trials into two arms."""
    alarms: int
    """Splits that were called a regression, though both arms are one system."""
    doubtful: int
    """Splits that were inconclusive."""
    low: float
    """Lower 95 % bound of the false-alarm rate over all splits of these very trials."""
    high: float
    """Upper 95 % bound of it."""
    repeats: tuple[int, int]
    """Alarms and comparisons where whole repeats are split, which shows drift between them."""
    independent: int
    """Comparisons among the splits that share no trial: what they are worth for other trials."""
    gates: tuple[GateCalibration, ...]
    flaky: int
    """Number of cases whose trials disagree in a gated metric."""
    flakiest: tuple[FlakyCase, ...] = ()

    @property
    def rate(self) -> float:
        """Share of splits that raised a false alarm."""
        return self.alarms / self.splits

    def of_margins(self, margins: Mapping[str, float | None]) -> bool:
        """Whether the gates had these margins, by metric, when they were calibrated."""
        return all(margins.get(gate.metric) == gate.margin for gate in self.gates)

    @property
    def sentence(self) -> str:
        """What a report says."""
        resolved = "; ".join(
            f"{gate.metric} resolves {gate.size(gate.resolvable)}" for gate in self.gates
        )
        return (
            f"This suite raised a false alarm in {100 * self.rate:.1f} % of "
            f"{plural(self.splits, 'A/A split')} of its baseline's {self.trials} trials per case "
            f"({100 * self.low:.1f} to {100 * self.high:.1f} % for these trials); {resolved}; "
            f"{plural(self.flaky, 'case')} {'is' if self.flaky == 1 else 'are'} flaky."
        )


def digest_of(run: Run) -> str:
    """Digest of every score of a run, whatever the order of its trials."""
    rows = sorted(
        [trial.case_id, trial.repeat, metric.label, outcome.value]
        for trial in run.trials
        for metric in run.metrics
        for outcome in [trial.outcome(metric.label)]
        if isinstance(outcome, Score)
    )
    return digest_json([run.id, [list(row) for row in rows]])


def write_calibration(calibration: Calibration, folder: Path) -> Path:
    """Write calibration.json into the folder of a baseline, for reviewers to read."""
    row = {"format": FORMAT, **asdict(calibration)}
    text = json.dumps(row, ensure_ascii=False, allow_nan=False, indent=1)
    path = folder / _FILE
    write_whole(path, iter((text.encode() + b"\n",)))
    return path


def read_calibration(folder: Path, *, baseline: Run) -> Calibration | None:
    """The calibration in the folder of a baseline, where it is one of these very trials.

    Raises:
        RecordError: the file is broken.
    """
    path = folder / _FILE
    if not path.is_file():
        return None
    try:
        row: dict[str, Any] = json.loads(path.read_bytes())
        if row.pop("format", None) != FORMAT or row["digest"] != digest_of(baseline):
            return None
        return _calibration(row)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RecordError(f"{path}: {error!r}; make it anew with `holdfast calibrate`") from error


def _calibration(row: Mapping[str, Any]) -> Calibration:
    gates = tuple(GateCalibration(**gate) for gate in row["gates"])
    flakiest = tuple(FlakyCase(**case) for case in row["flakiest"][:_SHOWN])
    fields: dict[str, Any] = {**row, "gates": gates, "flakiest": flakiest}
    fields["repeats"] = (row["repeats"][0], row["repeats"][1])
    found = Calibration(**fields)
    if not (found.splits > 0 and math.isfinite(found.low) and math.isfinite(found.high)):
        raise ValueError(f"{found.splits} splits tell nothing")
    return found
