"""Checks: a measured rate beside what is promised, in Monte-Carlo standard errors."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from error_study.simulation import Rates

NOMINAL = 5.0
"""Promised largest share of false alarms, and of wrong claims of safety, in percent."""
LIMIT = 3.0
"""Standard errors beyond which a promise counts as broken."""
MARK = "✗"
PROMISES = {
    "blocked": "a candidate that is no worse is blocked in at most 5 % of runs",
    "found": "a worse candidate is found at least as often as in the reference simulation",
    "claimed safe": "a loss as large as the margin is called safe in at most 5 % of runs",
    "named": "a metric or slice that is no worse is named in at most 5 % of runs",
    "calls": "a run that may stop early takes no more calls than in the reference simulation",
    "agree": "the usual gates block what they block in the reference simulation (± 4 errors)",
    "improved": "a candidate that is no better is called improved in at most 5 % of runs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One promise: a rate that must not be far above its limit, or far below a known rate."""

    what: str
    """Kind of promise and the entry, such as `blocked: 100 cases, unchanged`."""
    percent: float
    promised: float
    excess: float
    """Standard errors by which the rate is on the wrong side; negative on the right one."""

    @property
    def group(self) -> str:
        """The promise in words."""
        kind = self.what.partition(":")[0]
        return PROMISES.get(kind, kind)

    @property
    def met(self) -> bool:
        """Whether the promise holds but for Monte-Carlo error."""
        return self.excess <= LIMIT


@dataclass(slots=True)
class Checklist:
    """The promises of a section, noted while its tables are written."""

    kept: list[Check] = field(default_factory=list)

    def at_most(self, what: str, rates: Rates, name: str, *, promised: float = NOMINAL) -> str:
        """A table cell with its error, marked where it is above what is promised."""
        percent = rates.percent(name)
        excess = (percent - promised) / error(promised, rates.runs)
        return self._noted(
            Check(what=what, percent=percent, promised=promised, excess=excess), rates
        )

    def at_least(self, what: str, rates: Rates, name: str, *, known: float, known_runs: int) -> str:
        """A table cell with its error, marked where it is below a known rate."""
        percent = rates.percent(name)
        errors = error(percent, rates.runs), error(known, known_runs)
        excess = (known - percent) / math.hypot(*errors)
        return self._noted(Check(what=what, percent=percent, promised=known, excess=excess), rates)

    def near(self, what: str, rates: Rates, name: str, *, known: float, known_runs: int) -> None:
        """Note that a rate must be a known one; so many are compared that 4 errors are allowed."""
        percent = rates.percent(name)
        errors = error(percent, rates.runs), error(known, known_runs)
        excess = abs(percent - known) / math.hypot(*errors) - 1.0
        self.kept.append(Check(what=what, percent=percent, promised=known, excess=excess))

    def amount(self, what: str, mean: float, *, error: float, promised: float) -> str:
        """A table cell with a mean, marked where it is above what is promised.

        The promise itself comes from a simulation that rounded it to whole units.
        """
        excess = (mean - promised - 0.5) / max(error, 1e-9)
        check = Check(what=what, percent=mean, promised=promised, excess=excess)
        self.kept.append(check)
        text = f"{mean:.0f} ± {error:.0f} ({promised:.0f})"
        return text if check.met else f"{text} {MARK}"

    def plain(self, rates: Rates, name: str) -> str:
        """A table cell with its error, for a rate that nothing is promised of."""
        return shown(rates.percent(name), rates.runs)

    def _noted(self, check: Check, rates: Rates) -> str:
        self.kept.append(check)
        text = shown(check.percent, rates.runs)
        return text if check.met else f"{text} {MARK}"


def error(percent: float, runs: int) -> float:
    """Monte-Carlo standard error of a rate, in points; never zero."""
    share = (percent / 100.0 * runs + 0.5) / (runs + 1)
    return 100.0 * math.sqrt(share * (1.0 - share) / runs)


def shown(percent: float, runs: int) -> str:
    """A rate with its Monte-Carlo standard error."""
    return f"{percent:.1f} ± {error(percent, runs):.1f}"


def worst(checks: Sequence[Check]) -> Check:
    """The check with the largest excess."""
    return max(checks, key=lambda check: check.excess)
