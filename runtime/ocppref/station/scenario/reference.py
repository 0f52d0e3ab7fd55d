"""The tables of docs/scenarios.md, made from the steps themselves.

python -m ocppref.station.scenario.reference
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ocppref.station.scenario.durations import show
from ocppref.station.scenario.format import CsmsPart, EvsePart, Head, StationPart
from ocppref.station.scenario.steps import STEPS, Step
from ocppref.station.scenario.steps.step import Part

_DURATIONS = ("duration", "timeout", "down")
_KINDS = {int: "integer", float: "number", str: "text", bool: "true or false"}


def reference() -> Iterator[str]:
    """The lines, for each step and each part of the head."""
    for title, part in (
        ("The head", Head),
        ("`station`", StationPart),
        ("`station.evses`", EvsePart),
        ("`csms`", CsmsPart),
    ):
        yield from (f"### {title}", "", *_table(part))
    for word, step in STEPS.items():
        yield from (f"### `{word}`", "", _about(step), "", *_table(step))


def _about(step: type[Step]) -> str:
    text = " ".join((step.__doc__ or "").split())
    if step.is_whole:
        return f"{text} It is written as `{step.word}: {{NAME: VALUE}}`."
    return f"{text} `{step.word}: VALUE` is short for `{step.short}`." if step.short else text


def _table(part: type[Part]) -> Iterator[str]:
    yield from ("| field | | default | |", "|---|---|---|---|")
    for name, info in part.model_fields.items():
        written = str(info.validation_alias or name)
        about = info.description or "As below."
        yield f"| `{written}` | {_kind(name, info)} | {_default(name, info)} | {about} |"
    yield ""


def _kind(name: str, info: FieldInfo) -> str:
    return "duration" if name in _DURATIONS else _named(info.annotation)


def _named(annotation: object) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _KINDS:
        return _KINDS[annotation]
    if origin in (Union, types.UnionType):
        named = (_named(each) for each in arguments if each is not type(None))
        return " or ".join(dict.fromkeys(named))
    if origin is Literal:
        return "word"
    if origin in (list, tuple):
        return "list"
    return _named(arguments[0]) if hasattr(annotation, "__metadata__") else "mapping"


def _default(name: str, info: FieldInfo) -> str:
    if info.is_required():
        return "**required**"
    default = info.get_default(call_default_factory=True, validated_data={})
    if (
        default is None
        or default == {}
        or default is PydanticUndefined
        or isinstance(default, Part)
    ):
        return ""
    if name in _DURATIONS:
        return show(float(default))
    if isinstance(default, bool):
        return "true" if default else "false"
    if isinstance(default, float):
        return f"{default:g}"
    return ", ".join(default) if isinstance(default, list) else str(default)


if __name__ == "__main__":
    print("\n".join(reference()))
