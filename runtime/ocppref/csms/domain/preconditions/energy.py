"""Rules for controls of distributed energy resources (block R)."""

from __future__ import annotations

from collections.abc import Iterator

from ocpp21 import DERControlEnumType, SetDERControlRequest
from ocppref.csms.domain.preconditions.problem import Problem
from ocppref.csms.domain.preconditions.situation import Situation

_FIELDS = {
    "curve": "curve",
    "enterService": "enter_service",
    "fixedPFAbsorb": "fixed_pf_absorb",
    "fixedPFInject": "fixed_pf_inject",
    "fixedVar": "fixed_var",
    "freqDroop": "freq_droop",
    "gradient": "gradient",
    "limitMaxDischarge": "limit_max_discharge",
}
_FIELD_OF = {
    DERControlEnumType.ENTER_SERVICE: "enterService",
    DERControlEnumType.FIXED_PF_ABSORB: "fixedPFAbsorb",
    DERControlEnumType.FIXED_PF_INJECT: "fixedPFInject",
    DERControlEnumType.FIXED_VAR: "fixedVar",
    DERControlEnumType.FREQ_DROOP: "freqDroop",
    DERControlEnumType.GRADIENTS: "gradient",
    DERControlEnumType.LIMIT_MAX_DISCHARGE: "limitMaxDischarge",
}
_DEFAULT_ONLY = (DERControlEnumType.ENTER_SERVICE, DERControlEnumType.GRADIENTS)


def check_control(request: SetDERControlRequest, situation: Situation) -> Iterator[Problem]:
    """The one field of its type; times for what is scheduled only."""
    kind = request.control_type
    wanted = _FIELD_OF.get(kind, "curve")
    given = {wire for wire, name in _FIELDS.items() if getattr(request, name) is not None}
    if given != {wanted}:
        reason = f"{kind.value} needs {wanted}, and nothing besides"
        yield Problem("SetDERControlRequest", f"/{wanted}", reason)
    if kind in _DEFAULT_ONLY and not request.is_default:
        yield Problem("SetDERControlRequest", "/isDefault", f"{kind.value} is only a default")
    control = getattr(request, _FIELDS[wanted])
    if not request.is_default or control is None:
        return
    for wire, name in (("startTime", "start_time"), ("duration", "duration")):
        if getattr(control, name, None) is not None:
            reason = "a default has neither start nor duration"
            yield Problem("SetDERControlRequest", f"/{wanted}/{wire}", reason)
