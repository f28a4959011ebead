"""Expense: what trials cost, as far as a stored run tells."""

from collections.abc import Callable
from dataclasses import dataclass, fields

from holdfast.judging import numbers
from holdfast.record import Run

__all__ = ["Expense", "expense_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expense:
    """What a number of trials uses up; None where the run did not say."""

    trials: float
    """Calls of the system."""
    calls: float | None = None
    """Calls of a model or provider."""
    tokens: float | None = None
    money: float | None = None
    """In US dollars."""
    seconds: float | None = None
    """Time of the calls one after the other; concurrency divides it."""

    def times(self, factor: float) -> "Expense":
        """The expense of so many times as much."""
        return self._each(lambda value: value * factor)

    def __add__(self, other: "Expense") -> "Expense":
        parts: dict[str, float | None] = {}
        for field in fields(self):
            mine, yours = getattr(self, field.name), getattr(other, field.name)
            parts[field.name] = None if mine is None or yours is None else mine + yours
        return Expense(**parts)  # type: ignore[arg-type]  # trials is never None in either

    def _each(self, change: Callable[[float], float]) -> "Expense":
        parts: dict[str, float | None] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            parts[field.name] = None if value is None else change(value)
        return Expense(**parts)  # type: ignore[arg-type]  # trials is never None

    @property
    def unknown(self) -> tuple[str, ...]:
        """What the run did not report."""
        names = {"tokens": self.tokens, "money": self.money, "time": self.seconds}
        return tuple(name for name, value in names.items() if value is None)

    def in_words(self) -> str:
        """What is known, such as `1,000 calls, 2.1 M tokens, $3.40, 12 min 0 s`."""
        parts = [numbers.plural(round(self.trials), "call")]
        if self.calls is not None and round(self.calls) != round(self.trials):
            parts.append(f"{numbers.count(round(self.calls))} calls of models")
        if self.tokens is not None:
            parts.append(f"{_short(self.tokens)} tokens")
        if self.money is not None:
            parts.append(_dollars(self.money))
        if self.seconds is not None:
            parts.append(numbers.duration(self.seconds))
        return ", ".join(parts)


def expense_of(run: Run | None) -> Expense:
    """Mean expense of one trial of the run; nothing is known without one."""
    answered = [] if run is None else [trial for trial in run.trials if trial.response is not None]
    if not answered:
        return Expense(trials=1.0)
    usages = [trial.response.usage for trial in answered if trial.response is not None]

    def mean(total: float) -> float | None:
        # A system that reports nothing reports zero, and zero would be a promise.
        return total / len(answered) if total > 0 else None

    return Expense(
        trials=1.0,
        calls=mean(sum(usage.calls for usage in usages)),
        tokens=mean(sum(usage.input_tokens + usage.output_tokens for usage in usages)),
        money=mean(sum(usage.cost for usage in usages)),
        seconds=mean(sum(trial.seconds for trial in answered)),
    )


def _short(value: float) -> str:
    for limit, unit in ((1e9, " G"), (1e6, " M"), (1e4, " k")):
        if value >= limit:
            return f"{value / (1e3 if unit == ' k' else limit):.3g}{unit}"
    return numbers.count(round(value))


def _dollars(value: float) -> str:
    return f"${value:,.2f}" if value >= 0.01 else f"${value:.2g}"
