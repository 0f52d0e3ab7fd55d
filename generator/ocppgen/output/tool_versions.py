"""Which versions of the tools that shape the output are installed."""

from __future__ import annotations

import os
import sys

from ..diagnostics import Diagnostic, GeneratorError, Severity

_END = ".dist-info"
_HINT = "pip install 'ocppgen[generate]'"


def installed(name: str) -> str:
    """The version of an installed distribution, by its name on PyPI.

    Raises GeneratorError where it is not installed.
    """
    start = name.replace("-", "_") + "-"
    for place in sys.path:
        # The folder's name says it; importing importlib.metadata costs more than a whole check.
        for entry in _names(place or os.curdir):
            if entry.endswith(_END) and entry.lower().startswith(start):
                return entry[len(start) : -len(_END)]
    return _asked(name)


def _names(place: str) -> list[str]:
    try:
        return sorted(os.listdir(place))
    except OSError:  # a zip, or nothing at all
        return []


def _asked(name: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        message = "the package is not installed"
        error = Diagnostic(Severity.ERROR, "install", message, name, None, _HINT)
        raise GeneratorError(error) from None
