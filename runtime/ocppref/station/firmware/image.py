"""What is in a firmware file.

A file may begin with a head of lines, up to an empty one, and the rest is what is installed:

    OCPPREF-FIRMWARE 1
    Version: 2.1.0
    Model: Reference
    Reboot: activate
    SHA-256: hexadecimal, of the rest

Each line but the first may be missing. Any other file is taken for firmware as a whole; its version
is the number in the last part of the URL, or comes from its contents.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

_MAGIC = b"OCPPREF-FIRMWARE 1"
_LONGEST_HEAD = 4096
_LONGEST_VERSION = 50  # characters, in BootNotification
_NUMBER = re.compile(r"\d+(?:\.\d+)+(?:[-+][0-9A-Za-z]+)*")


class Reboot(StrEnum):
    """When the station has to reboot for new firmware."""

    NONE = "none"
    INSTALL = "install"
    """Before it can be installed."""
    ACTIVATE = "activate"
    """Once it is installed, so that it is what runs."""


@dataclass(frozen=True, slots=True)
class Image:
    """What a file says of itself. `fault` is why it must not be installed, "" if it may."""

    version: str
    model: str = ""
    reboot: Reboot = Reboot.ACTIVATE
    fault: str = ""

    def find_fault(self, model: str) -> str:
        """Why it must not be installed in a Charging Station of that model."""
        if self.model and self.model != model:
            return f"it is for the model {self.model}"
        return self.fault


def read_image(content: bytes, url: str) -> Image:
    """Read the head of a firmware file."""
    if not content:
        return Image("", fault="the file is empty")
    if not content.startswith(_MAGIC):
        return Image(_guess_version(content, url))
    head, separator, body = content.partition(b"\n\n")
    if not separator or len(head) > _LONGEST_HEAD:
        return Image("", fault="its head has no end")
    fields = _read_fields(head)
    version = fields.get("version") or _guess_version(content, url)
    try:
        reboot = Reboot(fields.get("reboot", Reboot.ACTIVATE))
    except ValueError:
        return Image("", fault="its head is not understood")
    digest = fields.get("sha-256", "")
    is_whole = not digest or digest.lower() == hashlib.sha256(body).hexdigest()
    fault = "" if is_whole else "its checksum is wrong"
    return Image(version[:_LONGEST_VERSION], fields.get("model", ""), reboot, fault)


def _read_fields(head: bytes) -> dict[str, str]:
    lines = head.decode("utf-8", "replace").splitlines()[1:]
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _guess_version(content: bytes, url: str) -> str:
    name = urlsplit(url).path.rpartition("/")[2]
    found = _NUMBER.search(name)
    text = found[0] if found else hashlib.sha256(content).hexdigest()[:12]
    return text[:_LONGEST_VERSION]
