"""Rulebook: the policies beside a suite, kept with a run so that it can be judged alike later."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from holdfast.commands.console import write_file
from holdfast.errors import RecordError, UsageError
from holdfast.policy import Policy

__all__ = ["read_policies", "write_policies"]

_FILE = "policies.json"


def write_policies(policies: Sequence[Policy], run: Path) -> None:
    """Keep the policies in the folder of a run."""
    rows = [asdict(policy) for policy in policies]
    write_file(run / _FILE, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def read_policies(run: Path) -> tuple[Policy, ...]:
    """The policies in the folder of a run; none where nobody kept any.

    Raises:
        RecordError: the file is broken, or from another version of holdfast.
    """
    path = run / _FILE
    if not path.is_file():
        return ()
    try:
        return tuple(Policy(**row) for row in json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, UsageError) as error:
        raise RecordError(f"{path}: {error}; remove the file to judge without it") from error
