"""Names that are loaded late are still known to type checkers."""

# mypy says: Module "ocpp21" has no attribute "BootNotificationReqest"; maybe
# pyright says: "BootNotificationReqest" is unknown import symbol

from ocpp21 import BootNotificationReqest as Misspelt  # error

__all__ = ["Misspelt"]
