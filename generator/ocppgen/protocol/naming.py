"""Names of the wire made into names of Python."""

from __future__ import annotations

import dataclasses
import functools
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics import Findings
from .tables import Table, read_table, refuse_unknown, sub_table

_STAGE = "naming"
_KINDS = ("fields", "members", "actions")

# What a model class or an annotation inside it needs for itself.
_RESERVED_FIELDS = frozenset(
    {"bool", "construct", "copy", "dict", "float", "from_orm", "int", "json", "list"}
    | {"parse_file", "parse_obj", "parse_raw", "schema", "schema_json", "str"}
    | {"update_forward_refs", "validate"}
)


@dataclass(frozen=True, slots=True)
class Naming:
    """The rule, the acronyms it must not cut, and the exceptions from it.

    `fields` and `members` are keyed by "Type.wireName" or by the wire name alone.
    """

    acronyms: tuple[str, ...] = ()
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    members: Mapping[str, str] = dataclasses.field(default_factory=dict)
    actions: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def field(self, type_name: str, wire_name: str) -> str:
        """Field of a property: "evseId" -> "evse_id". "" where no letter or digit is in it."""
        exception = self.fields.get(f"{type_name}.{wire_name}") or self.fields.get(wire_name)
        return exception or _field(self._snake(wire_name))

    def member(self, type_name: str, value: str) -> str:
        """Member of an enum value: "L1-N" -> "L1_N". "" where no letter or digit is in it."""
        exception = self.members.get(f"{type_name}.{value}") or self.members.get(value)
        return exception or _prefixed(self._snake(value), "value_").upper()

    def method(self, action: str) -> str:
        """Method of an Action: "BootNotification" -> "boot_notification"."""
        return self.actions.get(action) or _free(_prefixed(self._snake(action), "action_"))

    def over(self, other: Naming) -> Naming:
        """Both, with the exceptions of this one winning."""
        return Naming(
            (*other.acronyms, *self.acronyms),
            {**other.fields, **self.fields},
            {**other.members, **self.members},
            {**other.actions, **self.actions},
        )

    def _snake(self, name: str) -> str:
        words: list[str] = _pattern(self.acronyms).findall(name)
        return "_".join(words).lower()


def _prefixed(name: str, prefix: str) -> str:
    return prefix + name if name[:1].isdigit() else name


def _free(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _field(name: str) -> str:
    taken = name in _RESERVED_FIELDS or name.startswith("model_")
    return f"{name}_" if taken else _free(_prefixed(name, "field_"))


@functools.lru_cache(maxsize=8)
def _pattern(acronyms: tuple[str, ...]) -> re.Pattern[str]:
    """One word: an acronym, a run of capitals, a word with its digits, or digits alone."""
    spellings = {s for a in acronyms for s in (a, a[0].lower() + a[1:], a.lower())}
    longest_first = sorted(spellings, key=lambda s: (-len(s), s))
    known = "".join(rf"{re.escape(s)}(?![a-z])|" for s in longest_first)
    return re.compile(known + r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")


def read(path: Path, shown: str = "") -> Naming:
    """Read a naming.toml, called `shown` in messages; where there is none, the rule stands alone.

    Raises GeneratorError with everything that is wrong.
    """
    if not path.exists():
        return Naming()
    findings = Findings(_STAGE)
    file = shown or path.name
    table = read_table(path, findings, file)
    refuse_unknown(table, {"acronyms", *_KINDS}, file, "", findings)
    acronyms = _acronyms(table, file, findings)
    exceptions = [_exceptions(table, kind, file, findings) for kind in _KINDS]
    findings.raise_errors()
    return Naming(acronyms, *exceptions)


def _acronyms(table: Table, file: str, findings: Findings) -> tuple[str, ...]:
    listed = table.get("acronyms", [])
    if isinstance(listed, list) and all(isinstance(word, str) and word for word in listed):
        return tuple(listed)
    findings.error("acronyms must be a list of words", file, "/acronyms")
    return ()


def _exceptions(table: Table, kind: str, file: str, findings: Findings) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for wire_name, name in sub_table(table, kind, file, findings).items():
        if isinstance(name, str) and _is_fit(name, kind):
            names[wire_name] = name
            continue
        style = "UPPER_SNAKE" if kind == "members" else "snake_case"
        hint = f"give a {style} name that is no Python keyword; quote a key that holds a dot"
        findings.error(f"{name!r} is no name for it", file, f"/{kind}/{wire_name}", hint)
    return names


def _is_fit(name: str, kind: str) -> bool:
    style = name.isupper() if kind == "members" else name.islower()
    return name.isidentifier() and style and not keyword.iskeyword(name) and name[0] != "_"
