"""Declining: whether a response declines or refuses, and what it says in words otherwise."""

from collections.abc import Mapping

from holdfast.metric import Failure
from holdfast.system import Response

__all__ = ["declined", "elsewhere", "refused"]

_PARTS = ("answer", "text", "passages")


def declined(response: Response) -> bool:
    """Whether the system gave no answer: it set `abstained`, or says that a guard refused.

    >>> declined(Response(text="No.", data={"refused": True}))
    True
    """
    return response.abstained or _said(response) is True


def refused(response: Response) -> bool:
    """Whether it declined because it must not answer, and not because it does not know.

    `data["refused"]` says which; who declines without saying so is taken to refuse, so that a
    system that refuses too much cannot pass for one that finds nothing.

    >>> refused(Response(abstained=True, data={"refused": False}))
    False
    >>> refused(Response(abstained=True))
    True
    """
    said = _said(response)
    return response.abstained if said is None else said


def _said(response: Response) -> bool | None:
    data = response.data
    said = data.get("refused") if isinstance(data, Mapping) else None
    return said if isinstance(said, bool) else None


def elsewhere(response: Response, *, wanted: tuple[str, ...] = _PARTS) -> Failure | None:
    """A failure where answer or passages stand in `data` alone, where no metric of them looks.

    A system that returns `{"answer": "...", "passages": {...}}` gives one structured answer: it has
    no text, and nothing says whether its passages are a mapping or a list, best first or not.
    """
    data = response.data
    if not isinstance(data, Mapping) or response.abstained:
        return None
    have = {"passages"} if response.passages else set[str]()
    have |= {"answer", "text"} if response.text.strip() else set()
    found = [one for one in wanted if one not in have and data.get(one)]
    if not found:
        return None
    return Failure(
        stage="metric",
        error=f"the answer is an object, and its {found[0]!r} is not read as such; let the system "
        "return holdfast.Response(text=…, passages=(Passage(id=…, text=…), …)), best passage first",
    )
