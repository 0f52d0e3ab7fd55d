"""ProtocolIR to the modules that hold no models: the table of Actions, handlers, callers."""

from __future__ import annotations

from pathlib import Path

from ..output.filetree import FileTree
from ..protocol.ir import ProtocolIR
from .template_engine import environment, render
from .template_views import action_words, by_module, exports, label, message_imports, sides

_ALWAYS = ("__init__.py", "actions.py", "bindings.py", "calls.py", "handlers.py")
_WITH_VENDORS = "custom_data.py"


def emit(ir: ProtocolIR, header: str, templates: Path | None, models: str) -> FileTree:
    """Render one file from each template, not yet formatted.

    `header` is the comment each file begins with, `templates` a folder whose templates replace ours
    of the same name, `models` the library the models are made with ("pydantic" or "msgspec").
    Raises GeneratorError for a mistake in a template, with its file and line.
    """
    env = environment(templates)
    context = {
        "header": header.rstrip("\n"),
        "ir": ir,
        "models": models,
        "sides": sides(ir),
        "exports": exports(ir),
        "message_imports": message_imports,
        "action_words": action_words,
        "label": label,
        "vendor_types": sorted(ir.custom_data.values()),
        "by_module": lambda names: by_module({name: ir.types[name].module for name in names}),
    }
    names = (*_ALWAYS, _WITH_VENDORS) if ir.custom_data else _ALWAYS
    return FileTree({name: render(env, f"{name}.jinja2", context) for name in names})
