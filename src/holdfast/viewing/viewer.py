"""Viewer: which page a path of the server names."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from holdfast.report.places import page_name
from holdfast.store import Header, safe_name
from holdfast.viewing.exchange import Request, Response
from holdfast.viewing.home_view import home_view, live_state
from holdfast.viewing.live import Live
from holdfast.viewing.pages import asset, page
from holdfast.viewing.review_desk import ReviewDesk
from holdfast.viewing.shelf import Shelf

__all__ = ["Sources", "Viewer"]

_KEPT = 32
"""Pages of runs that are held in memory."""
_REPORT = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'"
"""Reports bring their own, stricter policy, which holds beside this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the pages come from."""

    store: Path
    report: Callable[[Header], str]
    """The page of one finished run, judged beside its baseline."""
    key: Callable[[Header], str]
    """A digest of all that this page depends on."""
    site: Callable[[str], str | None]
    """A page of the site by its path: the index, a suite, a history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A page that says one thing."""

    title: str
    text: str


class Viewer:
    """The application: answers from any number of threads, and writes nothing but labels."""

    def __init__(self, sources: Sources, desk: ReviewDesk) -> None:
        self._sources = sources
        self._desk = desk
        self._shelf = Shelf(sources.store)
        self._live = Live(self._shelf)
        self._pages: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Response:
        """The page of a path."""
        first, _, rest = request.path.partition("/")
        if first == "review":
            return self._desk.answer(request, rest) or _missing("../" * request.path.count("/"))
        if request.method == "POST":
            return _missing("../" * request.path.count("/"), status=405)
        found: Response | None = None
        if not request.path:
            found = self._home()
        elif request.path == "live.json":
            found = self._state()
        elif first == "assets":
            found = asset(rest)
        elif first == "runs":
            found = self._run(rest)
        elif first == "site":
            found = self._site(rest)
        return found or _missing("../" * request.path.count("/"))

    def _home(self) -> Response:
        view = home_view(self._shelf.headers(), self._live.look(), site=True)
        return page("home.html.j2", root="./", view=view)

    def _state(self) -> Response:
        text = json.dumps(live_state(self._live.look()))
        return Response(body=text.encode(), type="application/json")

    def _run(self, file: str) -> Response | None:
        """The page of a run; it is made again where anything that it depends on changed."""
        name = file.removesuffix(".html")
        header = next(
            (
                one
                for one in self._shelf.headers()
                if name in (safe_name(one.id), page_name(one.id))
            ),
            None,
        )
        if header is None:
            return None
        if not header.complete:
            text = "This run is not finished; the first page shows how far it is."
            return page(
                "message.html.j2", root="../", view=MessageView(title="Under way", text=text)
            )
        key = self._sources.key(header)
        with self._lock:
            known = self._pages.get(header.id)
            if known is None or known[0] != key:
                known = (key, self._sources.report(header).encode("utf-8", "replace"))
            self._pages[header.id] = known
            self._pages.move_to_end(header.id)
            while len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        return Response(body=known[1], policy=_REPORT)

    def _site(self, file: str) -> Response | None:
        if file.startswith("runs/"):
            found = self._run(file.removeprefix("runs/"))
            if found is not None:
                return found
        text = self._sources.site(file or "index.html")
        if text is None:
            return self._written(file)
        return Response(body=text.encode("utf-8", "replace"), policy=_REPORT)

    def _written(self, file: str) -> Response | None:
        """A page that a session wrote into the folder of the site, and nothing outside of it."""
        folder = (self._sources.store / "html").resolve()
        for name in (file, unquote(file)):
            path = (folder / name).resolve()
            if path.suffix == ".html" and path.is_relative_to(folder) and path.is_file():
                return Response(body=path.read_bytes(), policy=_REPORT)
        return None


def _missing(root: str, *, status: int = 404) -> Response:
    view = MessageView(title="There is no such page", text="It may have been removed since.")
    return page("message.html.j2", status=status, root=root or "./", view=view)
