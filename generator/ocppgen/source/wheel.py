"""Where the default bundle is: in the installed wheel `ocpp`, found without importing it.

Importing that package costs more time than reading all its schemas.
"""

from __future__ import annotations

import sys
from pathlib import Path

from .bundle_limits import bundle_error

VERSION = "2.1.0"
ORIGIN = f"ocpp=={VERSION}"
_HINT = "pip install 'ocppgen[generate]', or give another copy with --bundle DIR|ZIP."


def schemas(version: str = "v21") -> Path:
    """The folder of the wheel's schemas: "v21" (OCPP 2.1), "v201" or "v16".

    Raises GeneratorError where the wheel is missing or of another version.
    """
    for place in map(Path, sys.path):
        # Looking at the names costs a tenth of what importlib.metadata costs to import.
        if (place / f"ocpp-{VERSION}.dist-info").is_dir():
            return _inside(place, version)
    raise bundle_error(_what_is_wrong(), ORIGIN, _HINT)


def _inside(place: Path, version: str) -> Path:
    found = place / "ocpp" / version / "schemas"
    if not found.is_dir():
        raise bundle_error(f"ocpp/{version}/schemas is missing from it", ORIGIN, _HINT)
    return found


def _what_is_wrong() -> str:
    from importlib import metadata

    try:
        return f"version {metadata.version('ocpp')} is installed instead"
    except metadata.PackageNotFoundError:
        return "the package is not installed"
