"""Which names can be classes of a generated package."""

from __future__ import annotations

import builtins
import keyword
import re

_CLASS_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

# What the generated modules that types stand in, or are imported into, have of their own.
_TAKEN = frozenset("""
    ACTIONS Action ActionNotHandled ActionSpec Annotated Any AwareDatetime BaseModel Bindings
    CHARGING_STATION CSMS CallContext CallSpec Callable Caller ClosedModel ConfigDict DateTime
    Direction Enum Field Final JsonObject JsonValue Kind Literal Mapping Meta Model OpenModel
    Protocol RootModel Self SendSpec Sequence Side StrEnum Struct TYPE_CHECKING TypeAdapter
    TypeAlias TypeVar UNSET UnsetType VendorData VendorDataT actions annotations bindings calls
    custom_data datatypes date datetime enums handlers messages msgspec pydantic testing typing
    """.split())
_PER_BLOCK = re.compile(r"(Csms|ChargingStation)\w*(Handler|Calls)")


def why_no_type_name(name: str) -> str | None:
    """Why `name` cannot be a class, as the end of a sentence; None where it can."""
    if not _CLASS_NAME.fullmatch(name):
        return "is no name for a Python class: letters, digits and _, beginning with a letter"
    if keyword.iskeyword(name) or hasattr(builtins, name):
        return "is a word of Python itself"
    if name in _TAKEN or _PER_BLOCK.fullmatch(name):
        return "is a name that the generated package needs for itself"
    return None
