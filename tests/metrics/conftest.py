"""Trials made by hand, and where the public reference data lies."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from holdfast.dataset import Case
from holdfast.digest import Json
from holdfast.metric import Trial
from holdfast.system import Passage, Response

MakeTrial = Callable[..., Trial]


@pytest.fixture(scope="session")
def make_trial() -> MakeTrial:
    """Makes a trial from judgments and the ids (or passages) that the system returned."""

    def make(
        expected: Json = None,
        returned: Sequence[str | Passage] = (),
        *,
        response: Response | None = None,
        seconds: float = 1.0,
    ) -> Trial:
        passages = tuple(
            item if isinstance(item, Passage) else Passage(id=item) for item in returned
        )
        case = Case(id="case-1", input="question", expected=expected)
        answer = response or Response(passages=passages)
        return Trial(case=case, repeat=0, response=answer, seconds=seconds)

    return make


@pytest.fixture(scope="session")
def trec_eval_data() -> Path:
    """Folder with the official conformance data of trec_eval."""
    default = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(os.environ.get("HOLDFAST_PUBLIC_DATA", default)) / "trec_eval"
    if not (folder / "out.test.aq").is_file():
        pytest.skip(f"the reference data of trec_eval is not in {folder}")
    return folder
