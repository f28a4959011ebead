"""Function metrics: a function of a trial, made into a metric by a decorator."""

import ast
import inspect
import textwrap
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import SupportsFloat, TypeAlias, cast

from holdfast.digest import Json, digest_json
from holdfast.errors import UsageError
from holdfast.later import Later
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.syntax import parse
from holdfast.system import Spec

__all__ = ["FunctionMetric", "Judgement", "metric"]

Judgement: TypeAlias = Score | Failure | SupportsFloat
"""What a metric function may return; a number or a bool becomes a Score without a reason."""

_PLAIN = (bool, int, float, Score, Failure)
_Function: TypeAlias = Callable[[Trial], Judgement | Awaitable[Judgement]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionMetric:
    """A metric that calls a function; made by `metric`."""

    function: _Function
    spec: Spec
    better: Better
    bounds: tuple[float, float] | None
    unit: str = ""
    """What a score counts, such as `tokens`; empty where it is a score."""
    judge: bool = False
    """It judges as a person would, and may err: it gates only after `holdfast judge check`."""
    declared: bool = True
    """Its author gave the version, and so says when its scores change; only then are they kept."""

    def __call__(self, trial: Trial, /) -> Outcome | Awaitable[Outcome]:
        judgement = self.function(trial)
        # Asking a plain number whether it is awaitable costs more than scoring it.
        if not isinstance(judgement, _PLAIN) and isinstance(judgement, Awaitable):
            return Later(judgement, self._outcome)
        return self._outcome(judgement)

    def _outcome(self, judgement: object) -> Outcome:
        if isinstance(judgement, Failure):
            return judgement
        if not isinstance(judgement, Score) and not hasattr(judgement, "__float__"):
            return self._refuse(judgement, "a Score, a Failure, a number or a bool")
        number = cast("Score | SupportsFloat", judgement)
        try:
            score = number if isinstance(number, Score) else Score(float(number))
        except (UsageError, OverflowError):
            return self._refuse(judgement, "a finite number")
        if self.bounds is not None and not self.bounds[0] <= score.value <= self.bounds[1]:
            return self._refuse(score.value, f"a number within its bounds {self.bounds}")
        return score

    def _refuse(self, judgement: object, wanted: str) -> Failure:
        return Failure(
            stage="metric",
            error=f"{self.spec.label} returned {judgement!r} instead of {wanted}",
        )


def metric(
    *,
    better: Better = "higher",
    bounds: tuple[float, float] | None = (0, 1),
    name: str | None = None,
    version: str | None = None,
    unit: str = "",
    judge: bool = False,
) -> Callable[[_Function], FunctionMetric]:
    """Decorator that turns a function of a trial into a metric; `def` and `async def` both work.

    The version is a digest of the function's source without comments, of its default arguments and
    of the values that it captures, so an edited function is never compared with scores of the old
    one. Functions that it calls are not looked into: after changing one, give a `version`.

    Args:
        better: whether higher or lower scores are better.
        bounds: smallest and largest possible score, None where there are none.
        name: label of the metric, None for the name of the function.
        version: replaces the digest, where you would rather count versions yourself.
        unit: what a score counts, such as `seconds` or `tokens`; empty where it is a score.
        judge: whether it judges as a person would, and may err; such a metric is only monitored
            until `holdfast judge check` has admitted it.

    Raises:
        UsageError: the source cannot be read, or a captured value cannot be digested.
    """
    if better not in ("higher", "lower"):
        raise UsageError(f"better must be 'higher' or 'lower', got {better!r}")
    if bounds is not None and not bounds[0] < bounds[1]:
        raise UsageError(f"bounds must be (smallest, largest), got {bounds!r}")

    def decorate(function: _Function) -> FunctionMetric:
        label = name or getattr(function, "__name__", type(function).__name__)
        digest = version or _digest_function(function, label)
        return FunctionMetric(
            function=function,
            spec=Spec(name=label, version=digest),
            better=better,
            bounds=bounds,
            unit=unit,
            judge=judge,
            declared=version is not None,
        )

    return decorate


def _digest_function(function: _Function, label: str) -> str:
    try:
        tree = parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError) as error:
        raise UsageError(
            f"the source of metric {label!r} cannot be read ({error}), so an edit would go "
            'unnoticed; give it a version, as in @metric(version="1")'
        ) from error
    values = _values(function)
    try:
        return digest_json(
            {"source": ast.unparse(tree), "values": cast("Mapping[str, Json]", values)}
        )
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"metric {label!r} captures a value that has no digest, one of {sorted(values)} "
            f'({error}); give it a version, as in @metric(version="1")'
        ) from error


def _values(function: _Function) -> dict[str, object]:
    parameters = inspect.signature(function).parameters.values()
    values: dict[str, object] = {
        parameter.name: parameter.default
        for parameter in parameters
        if parameter.default is not inspect.Parameter.empty
    }
    if inspect.isfunction(function):
        values.update(inspect.getclosurevars(function).nonlocals)
    return values
