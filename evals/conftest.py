"""Makes `systems` importable without the repository root on the path.

The root holds a folder `datasets`, which on the path would pass for the library of that name.
"""

import importlib.util
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]

if importlib.util.find_spec("systems") is None:
    _spec = importlib.util.spec_from_file_location(
        "systems",
        _ROOT / "systems" / "__init__.py",
        submodule_search_locations=[str(_ROOT / "systems")],
    )
    assert _spec is not None
    assert _spec.loader is not None
    sys.modules["systems"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["systems"])
