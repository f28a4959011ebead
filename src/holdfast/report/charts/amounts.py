"""Amounts: what the answers of both arms consumed, as shares of the baseline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.gate import Verdict
from holdfast.judging.numbers import Scale
from holdfast.record import TrialRecord
from holdfast.report.charts.drawing import COLORS, Chart, drawn, label, library, plain_theme
from holdfast.system import Usage

__all__ = ["amounts_chart"]

_PERCENT = Scale(factor=100.0, decimals=1, step="\N{NO-BREAK SPACE}%")
_KINDS: tuple[tuple[str, Callable[[Usage], float], str], ...] = (
    ("input tokens", lambda usage: usage.input_tokens, "{:,.0f}"),
    ("output tokens", lambda usage: usage.output_tokens, "{:,.0f}"),
    ("calls", lambda usage: usage.calls, "{:,.3g}"),
    ("cost", lambda usage: usage.cost, "${:,.3g}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amount:
    """What one answer consumed on average, in both arms."""

    name: str
    baseline: float
    candidate: float
    form: str

    @property
    def change(self) -> float:
        return self.candidate / self.baseline - 1.0

    @property
    def words(self) -> str:
        before, after = self.form.format(self.baseline), self.form.format(self.candidate)
        return f"{before} to {after} ({_PERCENT.change(self.change)})"


def amounts_chart(verdict: Verdict) -> Chart | None:
    """Tokens, calls and money for each answer; None where the baseline counted none."""
    cases = verdict.comparison.cases
    amounts = _amounts(
        [trial for pair in cases for trial in pair.baseline],
        [trial for pair in cases for trial in pair.candidate],
    )
    if not amounts:
        return None
    said = "; ".join(f"{amount.name} {amount.words}" for amount in amounts)
    return drawn(
        _plot(amounts),
        key="amounts",
        title="Consumption per answer",
        description=f"Mean of each answer, from the baseline to the candidate: {said}.",
    )


def _amounts(
    baseline: Sequence[TrialRecord], candidate: Sequence[TrialRecord]
) -> tuple[_Amount, ...]:
    arms = [
        [trial.response.usage for trial in arm if trial.response is not None]
        for arm in (baseline, candidate)
    ]
    if not all(arms):
        return ()
    found: list[_Amount] = []
    for name, count, form in _KINDS:
        before, after = (sum(count(usage) for usage in arm) / len(arm) for arm in arms)
        if before > 0.0:
            found.append(_Amount(name=name, baseline=before, candidate=after, form=form))
    return tuple(found)


def _plot(amounts: Sequence[_Amount]) -> Any:
    lp = library()

    places = [float(len(amounts) - number) for number in range(len(amounts))]
    shares = [min(1.0 + amount.change, 3.0) for amount in amounts]
    end = max(1.3, *shares)
    data = {
        "y": places,
        "from": [0.0] * len(places),
        "share": shares,
        "color": [COLORS["calm"]] * len(places),
        "text": [label(amount.words, 60) for amount in amounts],
        "words": [end * 1.02] * len(places),
    }
    return (
        lp.ggplot(data, lp.aes(y="y"))
        + lp.geom_segment(lp.aes(x="from", xend="share", yend="y", color="color"), size=8)
        + lp.geom_vline(xintercept=1.0, color=COLORS["ink"], linetype="dashed", size=0.7)
        + lp.geom_text(
            lp.aes(x="words", label="text"), color=COLORS["muted"], hjust="left", size=6.5
        )
        + lp.scale_color_identity()
        + lp.scale_x_continuous(
            breaks=[0, 1], labels=["0", "baseline"], limits=[0, end * 1.75], expand=[0, 0]
        )
        + lp.scale_y_continuous(
            breaks=places,
            labels=[amount.name for amount in amounts],
            limits=[0.4, len(amounts) + 0.6],
        )
        + lp.labs(x="", y="")
        + lp.ggsize(760, 50 + 38 * len(amounts))
        + plain_theme()
    )
