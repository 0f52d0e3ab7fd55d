"""The console script. It works without the extra [generate], and says then what is missing."""

from __future__ import annotations

import io
import sys

_EXTRA = frozenset({"black", "click", "datamodel_code_generator", "jinja2", "rich"})
_MISSING = "ocppgen: the generator is not installed: pip install 'ocppgen[generate]'"


def main() -> None:
    """Run `ocppgen` with the arguments of this process, and exit."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a narrow encoding is no reason to fail
    try:
        from .commands import ocppgen

        ocppgen(prog_name="ocppgen")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        print(_MISSING, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
