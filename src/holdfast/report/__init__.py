"""Reports: a verdict as HTML, Markdown, JUnit XML, SARIF, annotations, terminal text and JSON.

Every renderer is a pure function of the verdict: values in, a string out.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.report.document import verdict_as_json
    from holdfast.report.github import render_github
    from holdfast.report.html import render_html
    from holdfast.report.index import IndexEntry, render_index
    from holdfast.report.junit import render_junit
    from holdfast.report.markdown import render_markdown
    from holdfast.report.sarif import render_sarif
    from holdfast.report.terminal import render_terminal

__all__ = [
    "IndexEntry",
    "render_github",
    "render_html",
    "render_index",
    "render_junit",
    "render_markdown",
    "render_sarif",
    "render_terminal",
    "verdict_as_json",
]

_MODULES = {
    "IndexEntry": "index",
    "render_github": "github",
    "render_html": "html",
    "render_index": "index",
    "render_junit": "junit",
    "render_markdown": "markdown",
    "render_sarif": "sarif",
    "render_terminal": "terminal",
    "verdict_as_json": "document",
}
"""Module of each public name: whoever needs one renderer does not load the others."""


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
