"""Rules for charging profiles (block K)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

from ocpp21 import (
    ChargingProfileKindEnumType,
    ChargingProfilePurposeEnumType,
    ChargingProfileType,
    ChargingScheduleType,
    ClearChargingProfileRequest,
    GetChargingProfilesRequest,
    GetCompositeScheduleRequest,
    SetChargingProfileRequest,
    UpdateDynamicScheduleRequest,
    UsePriorityChargingRequest,
)
from ocppref.csms.domain.preconditions.problem import Problem
from ocppref.csms.domain.preconditions.situation import HeldProfile, Situation, is_on

_Purpose = ChargingProfilePurposeEnumType
_Kind = ChargingProfileKindEnumType
_PROFILE = "/chargingProfile"
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def check_profile(request: SetChargingProfileRequest, situation: Situation) -> Iterator[Problem]:
    """All of them."""
    profile, evse_id = request.charging_profile, request.evse_id
    yield from _check_purpose(profile, evse_id)
    yield from _check_transaction(profile, evse_id, situation)
    yield from _check_id(profile, situation)
    yield from _check_others(profile, evse_id, situation)
    yield from check_schedules(profile, _PROFILE, situation, evse_id)


def check_clearing(request: ClearChargingProfileRequest, situation: Situation) -> Iterator[Problem]:
    """Which ones is said; limits from elsewhere are not the CSMS's to clear."""
    criteria = request.charging_profile_criteria
    has_any = criteria is not None and any(
        each is not None
        for each in (criteria.evse_id, criteria.charging_profile_purpose, criteria.stack_level)
    )
    if request.charging_profile_id is None and not has_any:
        yield Problem("K10.FR.02", "", "an id or a criterion is needed")
    external = (_Purpose.CHARGING_STATION_EXTERNAL_CONSTRAINTS, _Purpose.LOCAL_GENERATION)
    if criteria is not None and criteria.charging_profile_purpose in external:
        pointer = "/chargingProfileCriteria/chargingProfilePurpose"
        yield Problem("K10.FR.06", pointer, "these profiles are not the CSMS's")


def check_criteria(request: GetChargingProfilesRequest, situation: Situation) -> Iterator[Problem]:
    """Ids, or else criteria: one at least."""
    wanted = request.charging_profile
    has_ids = wanted.charging_profile_id is not None
    fields = (wanted.charging_profile_purpose, wanted.stack_level, wanted.charging_limit_source)
    if has_ids == any(each is not None for each in fields):
        reason = "either ids, or one or more of the other criteria"
        yield Problem("K09.FR.03", _PROFILE, reason)


def check_composite(
    request: GetCompositeScheduleRequest, situation: Situation
) -> Iterator[Problem]:
    """In a unit that the station can work with."""
    unit = request.charging_rate_unit
    if unit is not None:
        yield from _check_unit("K08.FR.07", unit.value, "/chargingRateUnit", situation)


def check_priority(request: UsePriorityChargingRequest, situation: Situation) -> Iterator[Problem]:
    """For a transaction that goes on."""
    if request.transaction_id not in situation.open_transactions():
        yield Problem("K21.FR.02", "/transactionId", "no such transaction goes on at this station")


def check_dynamic(request: UpdateDynamicScheduleRequest, situation: Situation) -> Iterator[Problem]:
    """For a profile that is dynamic, as far as is known."""
    for held in situation.profiles():
        same = held.profile.id == request.charging_profile_id
        if same and held.profile.charging_profile_kind is not _Kind.DYNAMIC:
            yield Problem("K28.FR.11", "/chargingProfileId", "this profile is not Dynamic")


def check_schedules(
    profile: ChargingProfileType, pointer: str, situation: Situation, evse_id: int | None = None
) -> Iterator[Problem]:
    """The schedules of a profile."""
    if len(profile.charging_schedule) > 1 and not situation.has_charging_needs():
        reason = "more than one schedule is for an EV that has told its needs by ISO 15118"
        yield Problem("K01.FR.34", f"{pointer}/chargingSchedule", reason)
    is_dynamic = profile.charging_profile_kind is _Kind.DYNAMIC
    periods = sum(len(each.charging_schedule_period) for each in profile.charging_schedule)
    if is_dynamic and (len(profile.charging_schedule), periods) != (1, 1):
        reason = "Dynamic has one schedule with one period"
        yield Problem("K28.FR.01", f"{pointer}/chargingSchedule", reason)
    for place, schedule in enumerate(profile.charging_schedule):
        at = f"{pointer}/chargingSchedule/{place}"
        yield from _check_start(profile, schedule, at)
        unit = schedule.charging_rate_unit.value
        yield from _check_unit("K01.FR.26", unit, f"{at}/chargingRateUnit", situation)
        yield from _check_periods(schedule, at, situation, evse_id)


def _check_purpose(profile: ChargingProfileType, evse_id: int) -> Iterator[Problem]:
    purpose, pointer = profile.charging_profile_purpose, f"{_PROFILE}/chargingProfilePurpose"
    if purpose is _Purpose.CHARGING_STATION_EXTERNAL_CONSTRAINTS:
        yield Problem("K01.FR.22", pointer, "these come from elsewhere, never from the CSMS")
    if purpose is _Purpose.CHARGING_STATION_MAX_PROFILE and evse_id != 0:
        yield Problem(
            "ChargingProfilePurposeEnumType", "/evseId", "ChargingStationMaxProfile is for evseId 0"
        )
    if purpose is _Purpose.TX_PROFILE and evse_id == 0:
        yield Problem("K01.FR.16", "/evseId", "TxProfile is for an EVSE")
    if purpose is _Purpose.CHARGING_STATION_MAX_PROFILE and (
        profile.charging_profile_kind is _Kind.RELATIVE
    ):
        pointer = f"{_PROFILE}/chargingProfileKind"
        yield Problem("K01.FR.38", pointer, "ChargingStationMaxProfile is not Relative")
    has_duration = any(each.duration is not None for each in profile.charging_schedule)
    if purpose is _Purpose.PRIORITY_CHARGING and has_duration:
        yield Problem("K01.FR.70", f"{_PROFILE}/chargingSchedule", "it has no duration")


def _check_transaction(
    profile: ChargingProfileType, evse_id: int, situation: Situation
) -> Iterator[Problem]:
    if profile.charging_profile_purpose is not _Purpose.TX_PROFILE:
        return
    pointer = f"{_PROFILE}/transactionId"
    if profile.transaction_id is None:
        yield Problem("K01.FR.03", pointer, "TxProfile needs a transactionId")
        return
    transactions = situation.open_transactions()
    if profile.transaction_id not in transactions:
        yield Problem("K01.FR.09", pointer, "no such transaction goes on at this station")
    elif transactions[profile.transaction_id] not in (None, evse_id):
        yield Problem("K01.FR.09", "/evseId", "the transaction is at another EVSE")


def _check_id(profile: ChargingProfileType, situation: Situation) -> Iterator[Problem]:
    highest = situation.value("SmartChargingCtrlr", "MaxExternalConstraintsId")
    if highest is not None and highest.isdecimal() and profile.id <= int(highest):
        reason = f"ids up to {highest} are for limits from elsewhere"
        yield Problem("K01.FR.80", f"{_PROFILE}/id", reason)


def _check_others(
    profile: ChargingProfileType, evse_id: int, situation: Situation
) -> Iterator[Problem]:
    is_tx = profile.charging_profile_purpose is _Purpose.TX_PROFILE
    for held in situation.profiles():
        other = held.profile
        if other.id == profile.id or not _same_place(profile, evse_id, held):
            continue
        if is_tx:
            reason = f"profile {other.id} of this transaction has this stackLevel"
            yield Problem("K01.FR.39", f"{_PROFILE}/stackLevel", reason)
        elif _overlap(profile, other):
            reason = f"profile {other.id} has this purpose and stackLevel at the same time"
            yield Problem("K01.FR.06", f"{_PROFILE}/stackLevel", reason)


def _same_place(profile: ChargingProfileType, evse_id: int, held: HeldProfile) -> bool:
    other = held.profile
    if other.charging_profile_purpose is not profile.charging_profile_purpose:
        return False
    if other.stack_level != profile.stack_level:
        return False
    if profile.charging_profile_purpose is _Purpose.TX_PROFILE:
        return other.transaction_id == profile.transaction_id
    return held.evse_id == evse_id


def _overlap(one: ChargingProfileType, other: ChargingProfileType) -> bool:
    begins_before = (one.valid_from or _FIRST) < (other.valid_to or _LAST)
    return begins_before and (other.valid_from or _FIRST) < (one.valid_to or _LAST)


def _check_start(
    profile: ChargingProfileType, schedule: ChargingScheduleType, at: str
) -> Iterator[Problem]:
    kind, start = profile.charging_profile_kind, schedule.start_schedule
    if kind in (_Kind.ABSOLUTE, _Kind.RECURRING) and start is None:
        yield Problem("K01.FR.40", f"{at}/startSchedule", f"{kind.value} needs a startSchedule")
    if kind is _Kind.RELATIVE and start is not None:
        yield Problem("K01.FR.41", f"{at}/startSchedule", "Relative has no startSchedule")


def _check_unit(
    requirement: str, unit: str, pointer: str, situation: Situation
) -> Iterator[Problem]:
    known = situation.value("SmartChargingCtrlr", "RateUnit")
    if known and unit not in {each.strip() for each in known.split(",")}:
        yield Problem(requirement, pointer, f"the station works in {known} only")


def _check_periods(
    schedule: ChargingScheduleType, at: str, situation: Situation, evse_id: int | None
) -> Iterator[Problem]:
    periods = schedule.charging_schedule_period
    starts = [each.start_period for each in periods]
    if starts[0] != 0:
        pointer = f"{at}/chargingSchedulePeriod/0/startPeriod"
        yield Problem("K01.FR.31", pointer, "the first period starts at 0")
    if any(later <= earlier for earlier, later in pairwise(starts)):
        yield Problem("K01.FR.35", f"{at}/chargingSchedulePeriod", "startPeriod has to increase")
    switches = is_on(_switching(situation, evse_id))
    for place, each in enumerate(periods):
        pointer = f"{at}/chargingSchedulePeriod/{place}/phaseToUse"
        if each.phase_to_use is not None and each.number_phases != 1:
            yield Problem("K01.FR.19", pointer, "phaseToUse is for numberPhases 1")
        if each.phase_to_use is not None and switches is False:
            yield Problem("K01.FR.20", pointer, "the EVSE cannot choose its phase")


def _switching(situation: Situation, evse_id: int | None) -> str | None:
    name = "ACPhaseSwitchingSupported"
    own = situation.value("SmartChargingCtrlr", name, evse_id=evse_id)
    return own if own is not None else situation.value("SmartChargingCtrlr", name)
