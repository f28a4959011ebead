"""`holdfast view`: the store in a browser on this machine, with runs that are under way."""

from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples

if TYPE_CHECKING:
    from holdfast.store import Header
    from holdfast.viewing.review_desk import Asked
    from holdfast.viewing.viewer import Sources

__all__ = ["command", "open_option", "port_option", "serve", "sources_of"]

port_option = click.option(
    "--port", type=click.IntRange(0, 65_535), default=0, help="0 takes a free one.  [default: 0]"
)
open_option = click.option(
    "--open/--no-open", "show", default=None, help="Open a browser.  [default: on a terminal]"
)


@click.command(
    "view",
    short_help="Show the store in a browser, with running evaluations.",
    epilog=examples("holdfast view", "holdfast view --port 8765 --no-open", "holdfast view --json"),
)
@port_option
@open_option
@common
def command(*, port: int, show: bool | None, console: Console) -> int:
    """Serve the runs of the store to a browser on this machine, until Ctrl-C.

    The first page shows evaluations that are under way, with their progress; every finished run is
    judged beside its baseline when its page is opened. Only this machine can connect, and only with
    the address that is printed, which holds a secret. Runs and baselines are read and never
    written; labels of a blind review are (see `holdfast review`).
    """
    return serve(console, port=port, show=show)


def serve(
    console: Console,
    *,
    port: int,
    show: bool | None,
    asked: "Asked | None" = None,
) -> int:
    """Serve the store, or a review of it, until the process is interrupted."""
    import json
    import signal
    import sys

    from holdfast.commands.review_answers import prepare
    from holdfast.viewing.review_desk import ReviewDesk
    from holdfast.viewing.server import LocalServer
    from holdfast.viewing.shelf import Shelf
    from holdfast.viewing.viewer import Viewer

    store = console.project().store
    shelf = Shelf(store)

    def finished() -> "list[Header]":
        return [header for header in shelf.headers() if header.complete]

    desk = ReviewDesk(lambda form: prepare(form, console), finished, asked=asked)
    server = LocalServer(Viewer(sources_of(console), desk), port=port)
    # A service manager ends it as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server.start()
    page = "" if asked is None else "review/"
    address = server.address_of(page)
    try:
        if console.as_json:
            # One line, at once: a program reads it while the server goes on.
            click.echo(json.dumps({"address": address, "port": server.port, "store": str(store)}))
            sys.stdout.flush()
        else:
            console.say(f"{console.place(store)} is at {address}")
            console.say("Only this machine can open it, and only with this address. Ctrl-C ends.")
        if sys.stdout.isatty() and not console.as_json if show is None else show:
            click.launch(server.ticket_for(page))
        server.wait()
    except KeyboardInterrupt:
        console.say("\nstopped")
    finally:
        server.stop()
    return 0


def sources_of(console: Console) -> "Sources":
    """Where the viewer of a project gets its pages from."""
    from holdfast.commands.page_key import PageKeys
    from holdfast.commands.site import index_page, page_at
    from holdfast.commands.write_site import verdict_of
    from holdfast.report import render_html
    from holdfast.viewing.viewer import Sources

    store = console.project().store

    def report(header: "Header") -> str:
        return render_html(verdict_of(header.path, console.project()))

    def key(header: "Header") -> str:
        keys = PageKeys(console.project())
        return keys.of(header.path, suite=header.suite, system=header.name)

    def site(file: str) -> str | None:
        return index_page(store) if file == "index.html" else page_at(store, file)

    return Sources(store=store, report=report, key=key, site=site)
