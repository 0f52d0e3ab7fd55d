"""What is said to a value that cannot be."""

from __future__ import annotations

from typing import NamedTuple

from ocpp21 import SetVariableStatusEnumType, StatusInfoType


class VariableError(ValueError):
    """There is no such variable, or it cannot have that value. The text says which, and why."""


class Refusal(NamedTuple):
    """Why a variable is not set. `reason_code` is one of the standard's, of 20 characters.

    With the status RebootRequired it is set, and holds from the next reboot on.
    """

    reason_code: str
    info: str
    status: SetVariableStatusEnumType = SetVariableStatusEnumType.REJECTED

    @property
    def is_reboot(self) -> bool:
        """Whether the variable is set all the same."""
        return self.status is SetVariableStatusEnumType.REBOOT_REQUIRED

    def status_info(self) -> StatusInfoType:
        """The same in a message. It never repeats the value, which may be a password."""
        return StatusInfoType(reason_code=self.reason_code, additional_info=self.info)
