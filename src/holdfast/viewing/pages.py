"""Pages: the viewer's own templates, style and scripts."""

from functools import lru_cache
from importlib import resources

from holdfast.report.page import environment
from holdfast.viewing.exchange import Response

__all__ = ["asset", "page"]

_ASSETS = {
    "report.css": ("holdfast.report", "text/css"),
    "view.css": ("holdfast.viewing", "text/css"),
    "live.js": ("holdfast.viewing", "text/javascript"),
    "review.js": ("holdfast.viewing", "text/javascript"),
}
"""Package and type of each file that a page may load."""


def page(template: str, *, status: int = 200, root: str, view: object) -> Response:
    """The template filled with ready strings; every one is cleaned and escaped.

    Args:
        template: name of a file in the folder of templates.
        status: of the answer.
        root: way from the page back to the viewer's first folder, such as `../`.
        view: what the template says.
    """
    text = environment("holdfast.viewing").get_template(template).render(view=view, root=root)
    return Response(status=status, body=text.encode("utf-8", "replace"))


@lru_cache(maxsize=8)
def asset(name: str) -> Response | None:
    """A style or script by its name."""
    if name not in _ASSETS:
        return None
    package, kind = _ASSETS[name]
    text = (resources.files(package) / "templates" / name).read_bytes()
    return Response(body=text, type=f"{kind}; charset=utf-8")
