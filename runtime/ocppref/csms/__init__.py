"""A reference CSMS: one process, one database, nothing lost.

async with CsmsService(CsmsSettings(port=0, http_port=0)) as csms:
    print(csms.ocpp_url, csms.http_url)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocppref.csms.service import CsmsService
    from ocppref.csms.settings import CsmsSettings

__all__ = ["CsmsService", "CsmsSettings"]

_MODULE_OF = {"CsmsService": "service", "CsmsSettings": "settings"}


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{module}"), name)
    return value
