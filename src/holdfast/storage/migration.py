"""Migration: records of earlier format versions, brought to today's form while they are read."""

from typing import Any

from holdfast.errors import RecordError
from holdfast.record import FORMAT
from holdfast.storage.codec import Row

__all__ = ["format_of", "migrate_manifest", "migrate_trial"]


def format_of(manifest: Row) -> int:
    """Format version of a manifest.

    Raises:
        RecordError: it is missing, or newer than this holdfast can read.
    """
    version = manifest.get("format")
    if not isinstance(version, int):
        raise RecordError(f"the manifest names no format version, got {version!r}")
    if version > FORMAT:
        raise RecordError(
            f"the record has format version {version}, this holdfast reads up to {FORMAT}; "
            "read it with a newer holdfast"
        )
    return version


def migrate_manifest(manifest: Row, version: int) -> Row:
    """Manifest in today's form."""
    return manifest if version >= FORMAT else _manifest_from_0(manifest)


def migrate_trial(row: Row, version: int) -> Row:
    """Line of trials.jsonl in today's form."""
    return row if version >= FORMAT else _trial_from_0(row)


# Version 0 named the system and the metrics by label alone and wrote one bare number a score.
def _manifest_from_0(manifest: Row) -> Row:
    return {
        **manifest,
        "format": 1,
        "written_as": 0,
        "system": {"name": manifest["system"]},
        "dataset": {"name": manifest["dataset"], "digest": manifest["dataset_digest"]},
        "metrics": [
            {"name": label, "better": "higher", "bounds": [0.0, 1.0]}
            for label in manifest["metrics"]
        ],
    }


def _trial_from_0(row: Row) -> Row:
    scores: dict[str, Any] = {}
    for label, value in row["scores"].items():
        missing = {"stage": "metric", "error": "not recorded"}
        scores[label] = missing if value is None else {"value": value}
    return {
        "case": row["id"],
        "repeat": row.get("repeat", 0),
        "response": None if row.get("output") is None else {"text": row["output"]},
        "scores": scores,
    }
