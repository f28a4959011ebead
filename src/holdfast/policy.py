"""Policy: how much worse is too much, and what happens then."""

import math
from dataclasses import dataclass
from typing import Literal

from holdfast.errors import UsageError

__all__ = [
    "DEFAULT_MARGIN",
    "PROFILES",
    "Estimand",
    "OnInconclusive",
    "Policy",
    "Profile",
    "Role",
    "Slices",
]

Role = Literal["gate", "monitor", "info"]
OnInconclusive = Literal["pass_with_warning", "fail", "extend"]
Estimand = Literal["population", "suite"]
Slices = Literal["warn", "gate", "off"]

DEFAULT_MARGIN = 0.02
"""Margin of a metric on [0, 1] that nobody wrote a policy for, in points of the score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How one metric of a suite is judged.

    >>> Policy(metric="recall(k=5)", margin=0.02).role
    'gate'
    """

    metric: str
    """Label of the metric, such as `recall(k=5)`."""
    margin: float | None = None
    """Largest tolerated loss, in units of the score, or as a share of the baseline for metrics
    without bounds (0.10 is ten per cent); required where role is `gate`."""
    floor: float | None = None
    """Score that the candidate's mean must reach whatever the baseline did; a ceiling where lower
    is better."""
    role: Role = "gate"
    """`gate` decides the exit code, `monitor` warns, `info` is only shown."""
    alpha: float = 0.05
    """Chance of a false alarm that is accepted when nothing got worse, over all gates together."""
    power: float = 0.8
    """Chance of reaching a verdict that plans ask for."""
    on_inconclusive: OnInconclusive | None = None
    """What an inconclusive gate does; None leaves it to the profile. `extend` asks a run that can
    still go on for more trials; a finished comparison is treated as the profile says."""
    estimand: Estimand = "population"
    """What the change is a change of. `population`: the cases are a sample, and the claim is about
    all cases like them. `suite`: these cases and no others matter, and only the answers vary."""
    slices: Slices = "warn"
    """What a loss in one slice does: warn, count as a loss of this gate, or nothing."""

    def __post_init__(self) -> None:
        if self.role == "gate" and self.margin is None and self.floor is None:
            raise UsageError(
                f"the gate on {self.metric!r} needs a margin or a floor: say how much worse is too "
                "much, for example margin=0.02 (or role='monitor' to only watch it)"
            )
        if self.margin is not None and not (math.isfinite(self.margin) and self.margin > 0):
            raise UsageError(
                f"the margin of {self.metric!r} must be a positive number, got {self.margin!r}; "
                "no finite amount of evidence proves a loss of exactly zero, and an endless "
                "margin tolerates every loss"
            )
        if self.floor is not None and not math.isfinite(self.floor):
            raise UsageError(f"the floor of {self.metric!r} must be finite, got {self.floor!r}")
        for name, value in (("alpha", self.alpha), ("power", self.power)):
            if not 0 < value < 1:
                share = f"; {value:g} % is {value / 100:g}" if 1 < value < 100 else ""
                raise UsageError(
                    f"{name} of {self.metric!r} must lie in (0, 1), got {value!r}{share}"
                )
        if self.alpha >= 0.5:
            raise UsageError(
                f"alpha of {self.metric!r} must be below 0.5, got {self.alpha!r}: it is the chance "
                "of a false alarm, usually 0.05"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a verdict is used for: a pull request tolerates doubt, a release does not."""

    name: str
    on_inconclusive: OnInconclusive
    """What an inconclusive gate does where its policy leaves it open; `extend` blocks when there
    is nothing left to extend."""


PROFILES = {
    "pr": Profile(name="pr", on_inconclusive="pass_with_warning"),
    "release": Profile(name="release", on_inconclusive="fail"),
}
"""The profiles that exist without configuration."""
