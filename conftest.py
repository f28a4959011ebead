"""Makes `systems` importable without the repository root on the path.

The root holds a folder `datasets`, which on the path would pass for the library of that name.
"""

import importlib.util
import sys
from pathlib import Path

_SYSTEMS = Path(__file__).resolve().parent / "systems"

if importlib.util.find_spec("systems") is None:
    _spec = importlib.util.spec_from_file_location(
        "systems", _SYSTEMS / "__init__.py", submodule_search_locations=[str(_SYSTEMS)]
    )
    if _spec is None or _spec.loader is None:
        raise ImportError(f"the package in {_SYSTEMS} cannot be loaded")
    sys.modules["systems"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["systems"])
