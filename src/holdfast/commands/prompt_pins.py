"""`holdfast prompts pin` and `rollback`: which version is accepted, and which is live."""

import click

from holdfast.commands.console import Console, common, examples

__all__ = ["pin_command", "rollback_command"]

_NEXT = "next: run the suites that use it, then review and commit {path}"


@click.command(
    "pin",
    short_help="Accept a version and make it live.",
    epilog=examples(
        "holdfast prompts pin support            the newest version",
        "holdfast prompts pin support v4",
        "holdfast prompts pin support v5 --accept-only",
    ),
)
@click.argument("name")
@click.argument("version", required=False)
@click.option(
    "--accept-only", is_flag=True, help="Freeze the text, and leave the live version as it is."
)
@common
def pin_command(*, name: str, version: str | None, accept_only: bool, console: Console) -> int:
    """Accept a version of the prompt NAME, the newest where none is given, and make it live.

    An accepted version keeps its text for ever, so that every run which names it used that text.
    """
    from holdfast.prompts import PromptFolder
    from holdfast.prompts.folder import PINS, version_number

    config = console.project()
    folder = PromptFolder(config.prompts)
    chosen = folder.versions(name)[-1] if version is None else version_number(version)
    before = folder.pins(name)
    change = folder.accept if accept_only else folder.pin
    prompt = change(name, chosen, today=config.today)
    after = folder.pins(name)
    path = console.place(folder.path / PINS)
    if after == before:
        console.say(f"{prompt.label} is {folder.state(name, chosen)} already; nothing changed")
    elif accept_only:
        console.say(f"accepted {prompt.label}: its text stays as it is")
    else:
        was = f", it was v{before.live}" if before.live else ""
        console.say(f"{prompt.label} is live{was}")
    if after != before:
        console.say(_NEXT.format(path=path))
    console.answer(
        {
            "prompt": name,
            "version": chosen,
            "digest": prompt.digest,
            "live": after.live,
            "was_live": before.live,
            "changed": after != before,
            "pins": path,
        }
    )
    return 0


@click.command(
    "rollback",
    short_help="Make the version live that was so before.",
    epilog=examples("holdfast prompts rollback support"),
)
@click.argument("name")
@common
def rollback_command(*, name: str, console: Console) -> int:
    """Make the version of the prompt NAME live that was so before the last pin.

    Calling it again goes back further. No text is touched.
    """
    from holdfast.prompts import PromptFolder
    from holdfast.prompts.folder import PINS

    config = console.project()
    folder = PromptFolder(config.prompts)
    was = folder.live(name)
    prompt = folder.roll_back(name, today=config.today)
    path = console.place(folder.path / PINS)
    console.say(f"{prompt.label} is live again, it was v{was}")
    console.say(_NEXT.format(path=path))
    console.answer(
        {
            "prompt": name,
            "version": prompt.version,
            "digest": prompt.digest,
            "live": prompt.version,
            "was_live": was,
            "changed": True,
            "pins": path,
        }
    )
    return 0
