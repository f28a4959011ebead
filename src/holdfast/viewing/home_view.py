"""Home view: what the viewer's first page says, as ready strings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from holdfast.digest import Json, digest_json
from holdfast.judging import numbers
from holdfast.judging.numbers import score_scale
from holdfast.report.origin import readable_time
from holdfast.report.untrusted import one_line
from holdfast.store import Header, safe_name
from holdfast.viewing.live import LiveRun, State
from holdfast.viewing.tail import Standing

__all__ = ["HomeView", "home_view", "live_state", "run_place"]

_MOST = 200
"""Runs of a suite that are listed."""
_SILENT = 30.0
_WORDS: Mapping[State, tuple[str, str, str]] = {
    "running": ("calm", "▶", "running"),
    "interrupted": ("doubt", "■", "interrupted"),
    "finished": ("good", "✓", "finished"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanView:
    """The mean of one metric so far."""

    metric: str
    key: str
    value: str
    trials: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """One run that is not finished, or has just ended."""

    id: str
    title: str
    tone: str
    glyph: str
    state: str
    link: str = ""
    total: str = ""
    made: str = ""
    facts: tuple[tuple[str, str, str], ...] = ()
    """Name, key and text of each."""
    means: tuple[MeanView, ...] = ()
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One finished run."""

    id: str
    system: str
    started: str
    link: str
    counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteView:
    """The finished runs of one suite."""

    suite: str
    runs: tuple[LineView, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """Everything that the first page says."""

    title: str
    size: str
    site: bool
    live: tuple[LiveView, ...]
    signature: str
    groups: tuple[SuiteView, ...] = field(default=())


def run_place(run_id: str) -> str:
    """Where the page of a run is, relative to the first page."""
    return f"runs/{quote(safe_name(run_id))}.html"


def home_view(headers: Sequence[Header], live: Sequence[LiveRun], *, site: bool) -> HomeView:
    """The first page: runs under way, then all finished ones by suite, newest first."""
    finished = [header for header in headers if header.complete]
    by_suite: dict[str, list[Header]] = {}
    for header in finished:
        by_suite.setdefault(header.suite, []).append(header)
    views = tuple(map(_live, live))
    return HomeView(
        title="Evaluations",
        size=f"{numbers.plural(len(finished), 'run')} in {numbers.plural(len(by_suite), 'suite')}",
        site=site,
        live=views,
        signature=_signature(views),
        groups=tuple(_suite(suite, by_suite[suite]) for suite in sorted(by_suite)),
    )


def live_state(live: Sequence[LiveRun]) -> dict[str, Json]:
    """The same for the script of the page: texts by their keys, and what makes it load anew."""
    views = tuple(map(_live, live))
    rows: list[Json] = []
    for view in views:
        facts: dict[str, Json] = {key: text for _, key, text in view.facts}
        for mean in view.means:
            facts |= {mean.key: mean.value, f"{mean.key}n": mean.trials}
        rows.append(
            {
                "id": view.id,
                "total": int(view.total or 0),
                "made": int(view.made or 0),
                "facts": facts,
            }
        )
    return {"signature": _signature(views), "runs": rows}


def _signature(views: Iterable[LiveView]) -> str:
    """Changes where another box, row or word is to be drawn, and not where a number moves."""
    return digest_json(
        [
            [view.id, view.state, view.advice, bool(view.total), [m.key for m in view.means]]
            for view in views
        ]
    )


def _live(run: LiveRun) -> LiveView:
    tone, glyph, word = _WORDS[run.state]
    header, standing = run.header, run.standing
    title = one_line(f"{header.suite} × {header.system}", 200)
    if standing is None:
        link = run_place(header.id) if run.state == "finished" else ""
        return LiveView(id=header.id, title=title, tone=tone, glyph=glyph, state=word, link=link)
    return LiveView(
        id=header.id,
        title=title,
        tone=tone,
        glyph=glyph,
        state=word,
        total=str(standing.wanted),
        made=str(standing.trials),
        facts=_facts(standing, running=run.state == "running"),
        means=_means(standing),
        advice="" if run.state == "running" else _advice(standing),
    )


def _facts(standing: Standing, *, running: bool) -> tuple[tuple[str, str, str], ...]:
    trials = f"{numbers.count(standing.trials)} of {numbers.count(standing.wanted)}"
    if standing.run.sequence is not None:
        trials += ", or fewer: the run ends when its verdict is decided"
    cases = f"{numbers.count(standing.cases)} of {numbers.count(standing.of_cases)}"
    failures = numbers.count(standing.failures)
    facts = [("Trials", "trials", trials), ("Cases done", "cases", cases)]
    facts.append(("Trials without an answer", "failures", failures))
    if running:
        facts += [("Speed", "rate", _speed(standing)), ("Time left", "left", _left(standing))]
    return tuple(facts)


def _speed(standing: Standing) -> str:
    text = "not known yet" if standing.rate is None else f"{standing.rate:.1f} trials a second"
    if standing.silent > _SILENT:
        text += f"; none for {numbers.duration(standing.silent)}"
    return text


def _left(standing: Standing) -> str:
    left = standing.left
    return "not known yet" if left is None else f"about {numbers.duration(left)}"


def _means(standing: Standing) -> tuple[MeanView, ...]:
    found: list[MeanView] = []
    for number, metric in enumerate(standing.run.metrics):
        if metric.label in standing.means:
            mean, trials = standing.means[metric.label]
            found.append(
                MeanView(
                    metric=one_line(metric.label, 120),
                    key=f"mean{number}",
                    value=score_scale(metric).score(mean),
                    trials=numbers.count(trials),
                )
            )
    return tuple(found)


def _advice(standing: Standing) -> str:
    run = standing.run
    why = f" ({run.provenance.stopped})" if run.provenance.stopped else ""
    return one_line(
        f"Nobody is at work on this run{why}. Start the same evaluation again, suite {run.suite!r} "
        f"with {run.system.name!r}, by pytest or `holdfast run MODULE:SUITE MODULE:SYSTEM`: it "
        "goes on where it stopped, and finished trials are kept.",
        600,
    )


def _suite(suite: str, headers: list[Header]) -> SuiteView:
    left = len(headers) - _MOST
    return SuiteView(
        suite=one_line(suite, 200),
        runs=tuple(map(_line, headers[:_MOST])),
        more=f"{numbers.count(left)} older ones are listed by `holdfast runs`." if left > 0 else "",
    )


def _line(header: Header) -> LineView:
    return LineView(
        id=one_line(header.id, 120),
        system=one_line(header.system, 200),
        started=readable_time(header.started),
        link=run_place(header.id),
        counts=", ".join(
            f"{numbers.count(value)} {name}" for name, value in header.counts.items() if value
        ),
    )
