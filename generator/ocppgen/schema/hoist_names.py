"""The rules by which a nested schema gets its name from the property it stands at."""

from __future__ import annotations

import re

_SEPARATORS = re.compile("[^A-Za-z0-9]+")
_WORD = re.compile("[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[0-9]+")
_NOTIFICATION = "Notification"


def join(*parts: str) -> str:
    """Parts in one CamelCase word: join("Reset", "status") == "ResetStatus"."""
    words = (word for part in parts for word in _SEPARATORS.split(part))
    return "".join(word[:1].upper() + word[1:] for word in words)


def of_definition(name: str) -> str:
    """What nested types put in front for a definition: "EVSE" for "EVSEType"."""
    return name.removesuffix("EnumType").removesuffix("Type") or name


def own_name(owner: str, prop: str, is_object: bool) -> str:
    """The nicest name for what stands at property `prop` of `owner`.

    Two words say enough; one word goes behind its owner. Objects are named in the singular.
    """
    name = join(prop)
    if is_object:
        name = _singular(name)
    if len(_WORD.findall(name)) > 1:
        return name
    # FirmwareStatusNotification has a FirmwareStatus, as in the text of OCPP 1.6.
    subject = owner.removesuffix(_NOTIFICATION)
    if subject.endswith(name) and subject != name:
        return subject
    return owner + name


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name if name.endswith(("ss", "us", "is")) else name.removesuffix("s")
