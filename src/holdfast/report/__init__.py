"""Reports: a verdict as HTML, Markdown, JUnit XML, annotations, terminal text and JSON.

Every renderer is a pure function of the verdict: values in, a string out.
"""

from holdfast.report.document import verdict_as_json
from holdfast.report.github import render_github
from holdfast.report.html import render_html
from holdfast.report.index import IndexEntry, render_index
from holdfast.report.junit import render_junit
from holdfast.report.markdown import render_markdown
from holdfast.report.terminal import render_terminal

__all__ = [
    "IndexEntry",
    "render_github",
    "render_html",
    "render_index",
    "render_junit",
    "render_markdown",
    "render_terminal",
    "verdict_as_json",
]
