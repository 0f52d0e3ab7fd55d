"""ProtocolIR to pydantic models: enums, datatypes and messages."""

from __future__ import annotations

from pathlib import Path

from datamodel_code_generator.enums import DataModelType

from ..output.filetree import FileTree
from ..protocol.ir import ProtocolIR
from ..resources import TEMPLATES
from .classes import Flavour, write_classes
from .model_schema import document
from .modules import write_modules
from .pydantic_fields import MARKERS, simplify
from .template_engine import environment, render

PYDANTIC = Flavour(DataModelType.PydanticV2BaseModel, "ClosedModel", "OpenModel", simplify)
_ORIGINS = {
    "Annotated": "typing",
    "AwareDatetime": "pydantic",
    "ClosedModel": "._base",
    "Field": "pydantic",
    "JsonValue": "._base",
    "OpenModel": "._base",
    "StrEnum": "enum",
    **dict.fromkeys(MARKERS, "annotated_types"),
}


def emit(
    ir: ProtocolIR, header: str, *, descriptions: bool = False, templates: Path | None = None
) -> FileTree:
    """`_base.py`, `enums.py`, `datatypes.py` and `messages/`, not yet formatted.

    `header` is the comment each file begins with, `templates` a folder whose templates replace
    ours of the same name; with `descriptions` the texts of the schemas become docstrings.
    """
    schema = document(ir, "_base.JsonValue", descriptions=descriptions)
    classes = write_classes(schema, ir, PYDANTIC, TEMPLATES)
    base = render(environment(templates), "pydantic_v2/_base.py.jinja2", {"header": header})
    return FileTree({"_base.py": base}) | write_modules(classes, ir, _ORIGINS, header)
