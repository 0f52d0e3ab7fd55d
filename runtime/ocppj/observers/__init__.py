"""Observers ready to use. Each is a module of its own, imported only by whoever wants it.

`logs` needs structlog, `metrics` prometheus-client and `traces` opentelemetry-api, which come
with `pip install 'ocppgen[observe]'`; `recorder` needs nothing.
"""

from __future__ import annotations


def missing(module: str, package: str) -> ImportError:
    """What to raise where the library is not installed that `module` is made for."""
    return ImportError(f"{module} needs {package}: pip install 'ocppgen[observe]'", name=package)
