"""Where templates/ and schemas/ are: inside the installed package, else in the checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGED = Path(__file__).parent / "_data"
_CHECKOUT = Path(__file__).parents[2]
_ROOT = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT

TEMPLATES = _ROOT / "templates"
SCHEMAS = _ROOT / "schemas"
