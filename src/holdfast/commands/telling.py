"""Telling: what a session of gates says to the places where people look."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from holdfast.commands.console import write_file
from holdfast.gate import Verdict
from holdfast.report.github import Annotation, Annotations, annotations_of, render_annotations
from holdfast.report.overview import SUMMARY, Summary, render_overview, summary_of
from holdfast.report.untrusted import one_line

__all__ = ["add_to_step_summary", "annotated", "session_lines", "told_of", "write_summary"]

_FILE = "summary.md"
_KEY = "build"


def told_of(verdict: Verdict) -> dict[str, Any]:
    """What is told of one verdict, as values that travel between processes."""
    return {"summary": asdict(summary_of(verdict)), "notes": asdict(annotations_of(verdict))}


def write_summary(
    rows: Sequence[Mapping[str, Any]], folders: Sequence[Path], environ: Mapping[str, str]
) -> None:
    """Write what all gates said as Markdown, beside their pages and to the summary of a CI step."""
    summaries = [_summary(row) for row in rows if row.get("told") or row["outcome"] == "error"]
    if not summaries:
        # What an earlier session said is no word on this one.
        for folder in folders:
            (folder / _FILE).unlink(missing_ok=True)
        return
    for folder in folders:
        write_file(folder / _FILE, render_overview(summaries, key=_KEY))
    add_to_step_summary(summaries, environ)


def add_to_step_summary(summaries: Sequence[Summary], environ: Mapping[str, str]) -> None:
    """Add the verdicts to the summary page of a step of GitHub, where this is one.

    What the step wrote there before stays, and counts: GitHub drops a page above 1 MiB.
    """
    page = environ.get("GITHUB_STEP_SUMMARY")
    if not page or environ.get("GITHUB_ACTIONS") != "true":
        return
    path = Path(page)
    try:
        room = SUMMARY - (path.stat().st_size if path.exists() else 0)
        if room > 2_000:
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{render_overview(summaries, limit=room)}\n")
    except OSError:
        # The page is a courtesy of the place; the exit code and the files say the same.
        return


def session_lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, bool]]]:
    """What the end of a session says of each gate, with the tones of pytest's terminal."""
    for row in rows:
        bad = row.get("exit_code", 4) != 0
        tone = {"red": bad, "yellow": not bad and bool(row.get("doubt")), "bold": bad}
        yield f"{row['outcome'].upper()}  {row['name']}", tone
        for line in (row["sentence"], *row.get("lines", ())):
            yield f"  {line}", {}


def annotated(rows: Sequence[Mapping[str, Any]], environ: Mapping[str, str]) -> str:
    """The annotations of all gates as workflow commands; empty where nobody reads them."""
    if environ.get("GITHUB_ACTIONS") != "true":
        return ""
    found = [_notes(row) for row in rows if row.get("told") or row["outcome"] == "error"]
    return render_annotations(found)


def _summary(row: Mapping[str, Any]) -> Summary:
    if row.get("told"):
        return Summary.from_row(row["told"]["summary"])
    name = one_line(str(row["name"]), 200)
    return Summary(
        name=name, word="! error", sentence=str(row["sentence"]), exit_code=4, sections=()
    )


def _notes(row: Mapping[str, Any]) -> Annotations:
    told: Mapping[str, Any] = row.get("told") or {}
    if not told:
        title, message = f"holdfast: error, {row['name']}", str(row["sentence"])
        error = Annotation(level="error", title=title, message=message)
        return Annotations(name=str(row["name"]), general=(error,), cases=(), failing=0)
    notes: Mapping[str, Any] = told["notes"]
    general, cases = (
        tuple(Annotation(**fields) for fields in notes[part]) for part in ("general", "cases")
    )
    return Annotations(name=notes["name"], general=general, cases=cases, failing=notes["failing"])
