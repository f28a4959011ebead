"""Overrides: policies that the options of a command write down, laid over all others."""

from holdfast.config import PolicyTable
from holdfast.errors import UsageError

__all__ = ["override_tables"]


def override_tables(
    *,
    margin: tuple[str, ...] = (),
    floor: tuple[str, ...] = (),
    monitor: tuple[str, ...] = (),
    info: tuple[str, ...] = (),
) -> list[PolicyTable]:
    """The options as policies; the later ones win, so that `--info` silences a metric.

    Raises:
        UsageError: a text is not METRIC=NUMBER.
    """
    tables: list[PolicyTable] = []
    for option, texts in (("margin", margin), ("floor", floor)):
        for text in texts:
            metric, value = _pair(text, option=f"--{option}")
            settings: dict[str, float | str] = {option: value, "role": "gate"}
            tables.append(PolicyTable(metric=metric, settings=settings, where=f"--{option}"))
    roles = [("monitor", name) for name in monitor] + [("info", name) for name in info]
    return tables + [
        PolicyTable(metric=name, settings={"role": role}, where=f"--{role}") for role, name in roles
    ]


def _pair(text: str, *, option: str) -> tuple[str, float]:
    # The label of a metric may hold the sign itself: `recall(k=5)=0.02`.
    metric, _, value = text.rpartition("=")
    try:
        number = float(value)
    except ValueError:
        metric, number = "", 0.0
    if not metric:
        raise UsageError(f"{option} {text!r}: write METRIC=NUMBER, for example recall=0.02")
    return metric, number
