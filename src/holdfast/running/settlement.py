"""Settlement: how a call of a metric into other people's code ends, told as an outcome."""

from collections.abc import Callable

from holdfast.errors import MissingExtra, UsageError
from holdfast.metric import Failure, Metric, Outcome
from holdfast.running.calls import described, guarded
from holdfast.running.limits import diagnose
from holdfast.running.scoring import outcome_of

__all__ = ["settled"]


def settled(metric: Metric, score: Callable[[], object]) -> Outcome:
    """Outcome of a call, whatever it returns or raises.

    No number, or one that is not finite or outside the bounds, is a failure of the metric, and so
    is an error of its own.

    Raises:
        HoldfastError: the metric was set up wrongly.
        Exception: a server did not answer, or refused; the runner calls again, and in the end
            says that infrastructure failed.
    """
    reply = guarded(score)
    error = reply.error
    if error is None:
        return outcome_of(reply.value, label=metric.spec.label, bounds=metric.bounds)
    wrong_setup = isinstance(error, MissingExtra | UsageError)
    if wrong_setup or not isinstance(error, Exception) or diagnose(error).kind != "own":
        raise error
    return Failure(stage="metric", error=described(error))
