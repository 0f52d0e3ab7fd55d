"""From the files of a bundle to the names of its messages, whatever version of OCPP-J it is."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Findings
from ..source.bundle import SchemaBundle

REQUEST = "Request"
RESPONSE = "Response"
_SUFFIXES = {".req": REQUEST, ".conf": RESPONSE}


def message_names(bundle: SchemaBundle, findings: Findings) -> Mapping[str, str]:
    """The type name of each file.

    OCPP 2.x calls its files as its messages. In OCPP 1.6 a request's file has no suffix, so
    "Reset.json" beside "ResetResponse.json" is ResetRequest. A file without a suffix that has no
    response is a message that is never answered (SEND) and keeps its name. Reports requests
    without a response, responses without a request, and two files for one message.
    """
    stems = {name: _stem(name) for name in bundle.files}
    names = {file: _type_name(stem, set(stems.values())) for file, stem in stems.items()}
    _check_pairs(names, findings)
    return names


def action_of(message: str) -> str:
    """The Action that a message belongs to: "Reset" for "ResetRequest" and "ResetResponse"."""
    return message.removesuffix(REQUEST).removesuffix(RESPONSE) or message


def _stem(file: str) -> str:
    stem = file[: -len(".json")]
    for short, long in _SUFFIXES.items():
        if stem.endswith(short):
            return stem.removesuffix(short) + long
    return stem


def _type_name(stem: str, stems: set[str]) -> str:
    is_suffixed = stem.endswith((REQUEST, RESPONSE))
    return stem if is_suffixed or stem + RESPONSE not in stems else stem + REQUEST


def _check_pairs(names: Mapping[str, str], findings: Findings) -> None:
    by_message: dict[str, str] = {}
    for file, message in names.items():
        if by_message.setdefault(message, file) != file:
            text = f"{message} is the message of {by_message[message]} too"
            findings.error(text, file, hint="Keep one of the two files.")
    for message, file in by_message.items():
        for mine, other in ((REQUEST, RESPONSE), (RESPONSE, REQUEST)):
            partner = message.removesuffix(mine) + other
            if message.endswith(mine) and partner not in by_message:
                text = f"the {mine.lower()} has no {other.lower()}: {partner} is missing"
                hint = f"Add {partner}.json to the bundle."
                if mine == REQUEST:
                    hint += f" If none is ever sent, the file is {message.removesuffix(mine)}.json."
                findings.error(text, file, hint=hint)
