"""pytest plugin: the `gate` fixture, its options, the summary and the exit code.

A session without a gate imports nothing of this package but this module, and ends as ever.
"""

import os
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO, cast

import pytest

if TYPE_CHECKING:
    from holdfast.commands.gating import Gating, Settings
    from holdfast.gate import Verdict
    from holdfast.policy import Policy
    from holdfast.record import Run
    from holdfast.suite import Suite
    from holdfast.system import System

__all__ = ["Gate", "GateFailed"]

_ROWS = pytest.StashKey[list[dict[str, Any]]]()
_SEEN = pytest.StashKey[dict[tuple[str, str], tuple[object, str]]]()
_SCREEN = pytest.StashKey[TextIO]()
_SEVERITY = (1, 4, 3, 2)
"""Exit codes of failed gates, worst first: a regression outweighs all others."""


class GateFailed(pytest.fail.Exception):
    """A gate that does not let the candidate pass; its text is the report."""

    # pytest shows the name of an exception from here without its module, as with its own.
    __module__ = "builtins"

    def __init__(self, text: str, *, exit_code: int) -> None:
        super().__init__(text, pytrace=False)
        self.exit_code = exit_code


class Gate:
    """Judges systems inside a test; every judgement is part of the session's summary."""

    def __init__(self, node: pytest.Item, config: pytest.Config) -> None:
        self._node = node
        self._config = config
        node.stash[_ROWS] = []

    def __call__(
        self,
        suite: "Suite",
        system: "System",
        *,
        against: "System | None" = None,
        policies: "Sequence[Policy] | None" = None,
        interleave: bool = False,
    ) -> "Verdict":
        """Run the suite and judge it beside its baseline, or another system; no warning is raised.

        Args:
            suite: what is measured.
            system: the candidate.
            against: a system that is run now and takes the place of the baseline.
            policies: take the place of the suite's own.
            interleave: run both systems in turns, in one session, so that their seconds can be
                compared; needs `against`. Cases are repeated until there are 21 blocks of requests.

        Raises:
            GateFailed: the verdict blocks; the test fails with the report as its message.
        """
        from holdfast.commands.gating import hold

        def judge(settings: "Settings") -> "Gating":
            return hold(
                suite,
                system,
                against=against,
                policies=policies,
                settings=settings,
                interleave=interleave,
            )

        return self._verdict(str(getattr(suite, "name", "gate")), judge)

    def recorded(self, run: "Run", *, policies: "Sequence[Policy]" = ()) -> "Verdict":
        """Judge a run that was made elsewhere, such as an imported one, beside its baseline.

        Args:
            run: the candidate; it is kept in the store, and its system's name names the baseline.
            policies: how it is judged; without any, as pyproject.toml says for its suite.

        Raises:
            GateFailed: the verdict blocks; the test fails with the report as its message.
        """
        from holdfast.commands.recorded import hold_recorded

        def judge(settings: "Settings") -> "Gating":
            return hold_recorded(run, policies=policies, settings=settings)

        return self._verdict(str(getattr(run, "suite", "gate")), judge)

    def _verdict(self, name: str, judge: "Callable[[Settings], Gating]") -> "Verdict":
        from holdfast.commands.shown_warnings import shown_warnings
        from holdfast.errors import HoldfastError

        try:
            with shown_warnings():
                gating = judge(_settings(self._config))
        except HoldfastError as error:
            failed = GateFailed(f"error: {error}", exit_code=4)
            self._record({"name": name, "outcome": "error", "sentence": str(error)})
            raise failed from None
        self._tell(gating)
        return gating.verdict

    def _tell(self, gating: "Gating") -> None:
        report = gating.report
        self._record({name: value for name, value in asdict(report).items() if name != "text"})
        self._node.user_properties += [
            ("verdict", report.sentence),
            ("outcome", report.outcome),
            ("exit_code", str(report.exit_code)),
        ]
        if report.exit_code:
            raise GateFailed(report.text, exit_code=report.exit_code)

    def _record(self, row: dict[str, Any]) -> None:
        self._node.stash[_ROWS].append(row)


@pytest.fixture
def gate(request: pytest.FixtureRequest) -> Gate:
    """Judge a system by a suite: `gate(suite, system)` fails where it got worse."""
    node = cast("pytest.Item", request.node)  # pyright: ignore[reportUnknownMemberType] # untyped
    return Gate(node, request.config)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options --holdfast-*."""
    group = parser.getgroup("holdfast", "judging LLM systems")
    group.addoption(
        "--holdfast-accept",
        action="store_true",
        help="make the runs of this session the baselines (then review and commit them)",
    )
    group.addoption("--holdfast-profile", metavar="NAME", help="pr, release, or one of your own")
    group.addoption(
        "--holdfast-fresh", action="store_true", help="ask again where the cache knows the answer"
    )
    numbers = (
        ("repeats", None, 1, "trials of each case, instead of the suite's"),
        ("concurrency", 8, 1, "calls under way at once"),
        ("extend-to", None, 1, "most trials of each case where an inconclusive gate asks for more"),
        ("seed", 0, None, "seed of the runs"),
    )
    for name, default, least, text in numbers:
        group.addoption(
            f"--holdfast-{name}", type=_whole(least), default=default, metavar="N", help=text
        )
    group.addoption(
        "--holdfast-budget",
        type=_budget,
        default={},
        metavar="cost=1.5,tokens=100000,seconds=600",
        help="what each run may spend; a run that spends it ends incomplete",
    )
    group.addoption(
        "--holdfast-sequential",
        nargs="?",
        const="hsd",
        type=_method,
        metavar="hsd|betting",
        help="end each run as soon as its verdict is decided; before a path, write =hsd",
    )
    no_rescore = "refuse a baseline of other metrics, instead of scoring its stored answers again"
    group.addoption("--holdfast-no-rescore", action="store_true", help=no_rescore)
    group.addoption("--holdfast-store", metavar="DIR", help="folder of runs, baselines and reports")


def _whole(least: int | None) -> Any:
    def number(text: str) -> int:
        if least is not None and int(text) < least:
            raise ValueError(text)
        return int(text)

    number.__name__ = "whole number" if least is None else f"whole number of at least {least}"
    return number


def _method(text: str) -> str:
    import argparse

    if text not in ("hsd", "betting"):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no method; write --holdfast-sequential=hsd or =betting before a path"
        )
    return text


def _budget(text: str) -> dict[str, float]:
    import argparse

    limits: dict[str, float] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        try:
            limits[name] = float(value)
        except ValueError:
            limits[name] = 0.0
        if name not in ("cost", "tokens", "seconds") or not 0 < limits[name] < float("inf"):
            raise argparse.ArgumentTypeError(
                f"{part!r} is no budget; write cost=DOLLARS, tokens=NUMBER or seconds=NUMBER"
            )
    return limits


def _settings(config: pytest.Config) -> "Settings":
    from holdfast.commands.session_options import settings_of

    # Captured output would be printed as part of a failure, so progress passes by the capture.
    screen = config.stash.get(_SCREEN, None)
    if screen:  # pytest's own line stays as it is
        screen.write("\n")
    seen = config.stash.setdefault(_SEEN, {})
    return settings_of(config, store=_store(config), screen=screen, seen=seen)


def _store(config: pytest.Config) -> str | None:
    given: str | None = config.option.holdfast_store or os.environ.get("HOLDFAST_STORE")
    return given and os.path.join(config.invocation_params.dir, given)  # noqa: PTH118  # text stays text


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach what the gates of a test said, in a form that travels between processes."""
    report = yield
    rows = item.stash.get(_ROWS, None)
    if rows:
        error = call.excinfo.value if call.excinfo else None
        code = error.exit_code if isinstance(error, GateFailed) else 1
        vars(report).update(holdfast=list(rows), holdfast_exit=code)
        rows.clear()
    return report


def pytest_configure(config: pytest.Config) -> None:
    """Collect what the gates say, in the process that the user started."""
    if hasattr(config, "workerinput"):
        return
    config.pluginmanager.register(_Summary(config), "holdfast-summary")
    # Nothing is captured yet, so that this is the terminal of the user, if there is one.
    if config.option.capture != "no" and os.isatty(2):
        config.stash[_SCREEN] = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace")
        config.add_cleanup(config.stash[_SCREEN].close)


class _Summary:
    """What all gates of a session said."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._rows: list[dict[str, Any]] = []
        self._codes: set[int] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._rows += getattr(report, "holdfast", [])
        if report.failed:
            # A test that failed for another reason than its gate counts as pytest counts it.
            self._codes.add(getattr(report, "holdfast_exit", 1))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if not self._rows:
            return
        from holdfast.commands.gating import write_index

        write_index(self._rows)
        if self._codes and (
            exitstatus == pytest.ExitCode.TESTS_FAILED or self._stopped(exitstatus)
        ):
            session.exitstatus = next(code for code in _SEVERITY if code in self._codes)

    def _stopped(self, exitstatus: int) -> bool:
        """Whether -x ended a distributed session, which looks like an interruption there."""
        distributed = self._config.pluginmanager.get_plugin("dsession")
        reason = str(getattr(distributed, "shouldstop", ""))
        return exitstatus == pytest.ExitCode.INTERRUPTED and reason.startswith("stopping after")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._rows:
            return
        from holdfast.commands.telling import annotated, session_lines

        terminalreporter.write_sep("=", "holdfast")
        for line, tone in session_lines(self._rows):
            terminalreporter.write_line(line, **tone)
        terminalreporter.write(annotated(self._rows, os.environ))
