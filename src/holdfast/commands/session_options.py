"""Session options: what the options of a pytest session say, as settings of its gates."""

from typing import Any, TextIO

import pytest

from holdfast.commands.gating import Settings
from holdfast.options import Budget, RunOptions

__all__ = ["settings_of"]


def settings_of(
    config: pytest.Config,
    *,
    store: str | None,
    screen: TextIO | None,
    seen: dict[tuple[str, str], tuple[object, str]],
) -> Settings:
    """Settings of one gate; `screen` is where progress goes, None for pytest's own capture."""
    chosen: Any = config.option
    limits: dict[str, float] = chosen.holdfast_budget
    tokens = limits.get("tokens")
    budget = Budget(
        cost=limits.get("cost"),
        seconds=limits.get("seconds"),
        tokens=None if tokens is None else int(tokens),
    )
    return Settings(
        start=config.rootpath,
        store=store,
        profile=chosen.holdfast_profile,
        accept=chosen.holdfast_accept,
        rescore=not chosen.holdfast_no_rescore,
        seen=seen,
        options=RunOptions(
            repeats=chosen.holdfast_repeats,
            concurrency=chosen.holdfast_concurrency,
            seed=chosen.holdfast_seed,
            sequential=chosen.holdfast_sequential,
            extend_to=chosen.holdfast_extend_to,
            fresh=chosen.holdfast_fresh,
            budget=budget,
            progress="auto" if screen or chosen.capture == "no" else "none",
            stream=screen,
        ),
    )
