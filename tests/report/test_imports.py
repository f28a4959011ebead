"""Importing reports costs nothing until one is rendered."""

import subprocess
import sys

import pytest

import holdfast.report


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_package_and_its_text_rules_load_no_library() -> None:
    loaded = loaded_by("import holdfast.report, holdfast.report.untrusted")
    assert not loaded & {"numpy", "scipy", "jinja2", "markupsafe"}


def test_renderers_of_plain_text_load_no_template_engine() -> None:
    loaded = loaded_by("from holdfast.report import render_terminal, render_html")
    assert "jinja2" not in loaded


def test_every_public_name_is_there() -> None:
    for name in holdfast.report.__all__:
        assert callable(getattr(holdfast.report, name))
    assert dir(holdfast.report) == holdfast.report.__all__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'render_pdf'"):
        _ = holdfast.report.render_pdf
