"""Report: the figures of a benchmark as Markdown, its targets, and the exit code that they give."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A figure that must not exceed its limit."""

    claim: str
    measured: float
    limit: float
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether the claim holds; a figure that is not a number holds nothing."""
        return self.measured <= self.limit

    @property
    def row(self) -> tuple[str, str, str, str]:
        """The target as it is printed."""
        unit = f" {self.unit}" if self.unit else ""
        return (
            self.claim,
            f"{self.measured:.3g}{unit}",
            f"≤ {self.limit:.3g}{unit}",
            "met" if self.met else "**MISSED**",
        )


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    marks = ["---", *("---:" for _ in headers[1:])]
    lines = [headers, marks, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def machine() -> str:
    """The machine in generic words, with the load that others put on it."""
    load = os.getloadavg()[0]
    return (
        f"{date.today().isoformat()}, {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}, load average {load:.1f}"
    )


def finish(
    title: str, sections: Sequence[str], targets: Sequence[Target], *, write: str | None = None
) -> int:
    """Exit code of a benchmark after its report is printed, and written where a name is given."""
    verdicts = table(("target", "measured", "limit", "verdict"), [target.row for target in targets])
    text = "\n\n".join((f"# {title}", machine(), *sections, verdicts)) + "\n"
    print(text)
    if write is not None:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{write}.md").write_text(text)
    # A benchmark without a target could never fail.
    return 0 if targets and all(target.met for target in targets) else 1
