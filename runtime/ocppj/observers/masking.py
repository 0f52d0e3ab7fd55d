"""Keeps secrets out of logs and recordings.

A frame is masked by what stands in it, whatever its type: an answer does not say what Action it
belongs to. Names are compared without regard to case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection

MASKED = "***"
"""What stands in the place of a secret text. A secret number becomes 0."""

SECRET_KEYS = frozenset(
    {"basicAuthPassword", "apnPassword", "simPin", "password", "vpn.key", "sharedSecret"}
)
"""Properties that hold secrets. A dot joins the name of the object that a property stands in."""

SECRET_VARIABLES = frozenset(
    {
        "BasicAuthPassword",
        "ApnPassword",
        "VpnPassword",
        "VpnKey",
        "SimPin",
        "SharedSecret",
        "AuthorizationKey",  # a configuration key of OCPP 1.6
    }
)
"""Variables of the device model whose values are secrets."""

_ID_TOKENS = frozenset({"idToken", "additionalIdToken", "idTag", "parentIdTag"})
_VALUES = frozenset({"value", "attributevalue", "actualvalue"})
_CREDENTIALS = re.compile(r"(://)[^/?#\s]*@")


class Mask:
    """What is not to be seen: `text(frame)` gives the frame without it.

    With `id_tokens` that includes who charges. A frame without anything secret stays exactly as
    it is; one that cannot be read, but may hold a secret, is masked as a whole. Not found are
    secrets inside other texts, such as the data of a DataTransfer or the query of a URL, except
    for the user and password of a URL.
    """

    __slots__ = ("_keys", "_signs", "_variables")

    def __init__(
        self,
        *,
        keys: Collection[str] = SECRET_KEYS,
        variables: Collection[str] = SECRET_VARIABLES,
        id_tokens: bool = False,
    ) -> None:
        every_key = {*keys, *_ID_TOKENS} if id_tokens else keys
        self._keys = {key.lower() for key in every_key}
        self._variables = {name.lower() for name in variables}
        # Most frames have none of these, and need not be read.
        names = {key.partition(".")[0] for key in self._keys} | self._variables
        shortest = (name for name in names if not any(o != name and o in name for o in names))
        self._signs = (*sorted(shortest), "\\u")

    def text(self, frame: str) -> str:
        """The frame without its secrets."""
        lowered = frame.lower()
        has_url = "@" in lowered and ":" in lowered
        if not has_url and not any(sign in lowered for sign in self._signs):
            return frame
        try:
            read = json.loads(frame)
            masked = self._masked(read, "", False)
            return frame if masked == read else json.dumps(masked, separators=(",", ":"))
        except (ValueError, RecursionError):
            return MASKED

    def _masked(self, value: object, within: str, secret: bool) -> object:
        """`value`, which is that of a property called `within`."""
        match value:
            case dict():
                secret = secret or self._is_secret_variable(value)
                return {
                    key: self._property(within, key, each, secret) for key, each in value.items()
                }
            case list():
                return [self._masked(each, within, secret) for each in value]
            case str():
                return _CREDENTIALS.sub(rf"\1{MASKED}@", value)
            case _:
                return value

    def _property(self, within: str, key: str, value: object, secret: bool) -> object:
        name = key.lower()
        hidden = name in self._keys or f"{within}.{name}" in self._keys
        if hidden or (secret and name in _VALUES):
            if isinstance(value, str):
                return MASKED
            if isinstance(value, int | float) and not isinstance(value, bool):
                return 0
        return self._masked(value, name, secret)

    def _is_secret_variable(self, value: dict[str, object]) -> bool:
        """Whether an object is about a variable, or a configuration key, that is secret."""
        variable = value.get("variable")
        name = variable.get("name") if isinstance(variable, dict) else value.get("key")
        return isinstance(name, str) and name.lower() in self._variables
