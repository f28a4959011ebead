"""Page: one self-contained HTML file that loads nothing and runs only its own script."""

import base64
import hashlib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from holdfast.report.untrusted import clean

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["environment", "render_page", "render_part"]


def render_page(
    template: str,
    view: object,
    *,
    script: str = "report.js",
    styles: tuple[str, ...] = ("report.css",),
) -> str:
    """The template filled with the view, its style and script inline and named in its policy.

    Every value passes through `clean` and HTML escaping; a template has no way around either.
    """
    style, code = "".join(map(_asset, styles)), _asset(script)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{_digest(style)}'",
            f"script-src 'sha256-{_digest(code)}'",
            # Where a browser knows it, no script can make HTML of text.
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return (
        environment("holdfast.report")
        .get_template(template)
        .render(view=view, policy=policy, style=_trusted(style), script=_trusted(code))
    )


def render_part(template: str, **values: object) -> "Markup":
    """A part of a page, for the page's own script or for a place in another template."""
    from markupsafe import Markup

    text = environment("holdfast.report").get_template(template).render(values)
    return Markup(text)  # noqa: S704 - the template has cleaned and escaped its values


@lru_cache(maxsize=2)
def environment(package: str) -> "Environment":
    """The templates of a package, which clean and escape every value that they are given."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    folder = resources.files(package) / "templates"
    templates = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".j2")
    }
    return Environment(
        loader=DictLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _finalize(value: object) -> object:
    # Markup comes from the package's own builders, which clean and escape what they are given.
    return clean(value) if type(value) is str and not value.isprintable() else value


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    folder = resources.files("holdfast.report") / "templates"
    return "\n" + folder.joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _trusted(text: str) -> object:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - a file of this package
