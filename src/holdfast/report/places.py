"""Places: where the pages of the site lie, relative to its index."""

from urllib.parse import quote

from holdfast.digest import digest_json
from holdfast.store import safe_name

__all__ = ["history_file", "link_to", "page_name", "suite_file"]

# No name of a suite or a system can hold an @ once it is a file's, so these stand apart from the
# pages that are named after systems.
_SUITE = "@suite.html"
_HISTORY = "@history."


def page_name(name: str) -> str:
    """The name as one path component that no other name has, even where case does not count.

    >>> page_name("triage"), page_name("a/b")
    ('triage', 'a%2Fb')
    >>> page_name("Triage").startswith("Triage~")
    True
    """
    safe = safe_name(name)
    if name == name.lower() and "~" not in name:
        return safe
    return f"{safe}~{digest_json(name)[:12]}"


def suite_file(suite: str) -> str:
    """Path of the page that shows the systems of a suite side by side."""
    return f"{page_name(suite)}/{_SUITE}"


def history_file(suite: str, system: str) -> str:
    """Path of the page with all runs of a system in a suite."""
    return f"{page_name(suite)}/{_HISTORY}{page_name(system)}.html"


def link_to(file: str, *, start: str = "") -> str:
    """A link to a file of the site from another one, both given as paths from the index.

    >>> link_to("a%2Fb/@suite.html", start="x/y.html")
    '../a%252Fb/%40suite.html'
    """
    return "../" * start.count("/") + quote(file)
