"""The network profiles of a station: which there are, which is used, and who may change them."""

from __future__ import annotations

import logging

from ocpp21 import (
    OCPPTransportEnumType,
    SetNetworkProfileRequest,
    SetNetworkProfileResponse,
    SetNetworkProfileStatusEnumType,
    SetVariableStatusEnumType,
    StatusInfoType,
)
from ocppj import NetworkProfile, OCPPUsageError, SecurityProfile
from ocppref.station.config import ConfigError, StationConfig
from ocppref.station.device_model import DeviceModel, Refusal, VariableKey, variables
from ocppref.station.network import rules, slots
from ocppref.station.network.credentials import Certificates
from ocppref.station.network.slots import Slot
from ocppref.station.signals import Signal
from ocppref.station.store import StateError, Store

_log = logging.getLogger(__name__)

_COMPONENT = variables.OCPP_CSMS_URL.key.component
_EMPTY = Slot("", "Any", 30, 0, "", "")


class NetworkProfiles:
    """The slots of NetworkConfiguration, in the order of NetworkConfigurationPriority.

    Raises `ConfigError` if not one of them can be used.
    """

    __slots__ = ("_certificates", "_model", "_store", "revised")

    def __init__(self, *, model: DeviceModel, config: StationConfig, store: Store) -> None:
        self.revised: Signal[list[NetworkProfile]] = Signal()
        """What to connect with from the next attempt on; a connection stays as it is."""
        self._model = model
        self._store = store
        self._certificates = Certificates(config.ca, config.cert, config.key)
        model.guard(_COMPONENT, self._judge_variable)
        model.refuse(variables.NETWORK_CONFIGURATION_PRIORITY, self._judge_priority)
        model.on_set(variables.NETWORK_CONFIGURATION_PRIORITY, self._revise)
        model.on_set(variables.BASIC_AUTH_PASSWORD, self._forget_own_password)

    # For the link

    def profiles(self) -> list[NetworkProfile]:
        """What to connect with, the first one first (B10.FR.04)."""
        made, faults = [], []
        for name in self._model[variables.NETWORK_CONFIGURATION_PRIORITY]:
            profile = self._make(name)
            if isinstance(profile, NetworkProfile):
                made.append(profile)
            else:
                faults.append(f"network configuration {name}: {profile}")
        if not made:
            raise ConfigError("there is no way to the CSMS: " + "; ".join(faults))
        for fault in faults:
            _log.warning(fault)
        return made

    def connected(self, profile: NetworkProfile) -> bool:
        """Note that a connection was made. True if the last one was to another slot (B10.FR.10)."""
        if profile.slot is None:
            return False
        last = self._model.get_or_none(variables.ACTIVE_NETWORK_PROFILE)
        slot, security = slots.read(self._model, str(profile.slot)), int(profile.security)
        is_raised = security > self._model[variables.SECURITY_PROFILE]
        with self._store.transaction():
            self._model.write(variables.SECURITY_PROFILE, security)
            self._model.write(variables.ACTIVE_NETWORK_PROFILE, profile.slot)
            self._model.write(variables.DEFAULT_MESSAGE_TIMEOUT, slot.message_timeout)
            self._take_over(slot)
            if is_raised:
                self._drop_weaker(security)
        return last is not None and last != profile.slot

    # For messages

    def set_profile(self, request: SetNetworkProfileRequest) -> SetNetworkProfileResponse:
        """Store a network profile (B09)."""
        name, data = str(request.configuration_slot), request.connection_data
        slot = slots.from_message(data)
        refusal = self._judge_slot(name, slot)
        if refusal is None and data.ocpp_transport is not OCPPTransportEnumType.JSON:
            refusal = Refusal("InvalidNetworkConf", "only JSON is spoken")
        if refusal is not None:
            info = refusal.status_info()
            return _response(SetNetworkProfileStatusEnumType.REJECTED, info)
        try:
            with self._store.transaction():
                slots.keep(self._model, name, slot)
                self._revise()
        except StateError:  # B09.FR.03
            info = StatusInfoType(reason_code="OutOfStorage")
            return _response(SetNetworkProfileStatusEnumType.FAILED, info)
        return _response(SetNetworkProfileStatusEnumType.ACCEPTED)  # B09.FR.01

    # Rules

    def _judge_slot(self, name: str, slot: Slot) -> Refusal | None:
        if name not in self._names():  # B09.FR.05
            return Refusal("InvalidConfSlot", f"the slots are {', '.join(self._names())}")
        if self._lowers(slot.security_profile):  # B09.FR.04, B09.FR.31
            return _lower()
        fault = self._find_fault(slot)
        return Refusal("InvalidNetworkConf", fault) if fault else None  # B09.FR.02

    def _judge_variable(self, key: VariableKey, text: str) -> Refusal | None:
        priority = self._model[variables.NETWORK_CONFIGURATION_PRIORITY]
        if key.component_instance in priority:  # B09.FR.22
            return Refusal("ActiveNetworkConf", "the slot is in NetworkConfigurationPriority")
        if key.variable == variables.SLOT_SECURITY_PROFILE.key.variable:
            return _lower() if self._lowers(int(text)) else None  # B09.FR.32, B09.FR.35
        check = _CHECKS.get(key.variable)
        fault = check(text) if check and text else ""  # an empty text takes away what was there
        return Refusal("InvalidValue", fault) if fault else None  # B09.FR.25

    def _judge_priority(self, text: str) -> Refusal | None:
        old = self._model[variables.NETWORK_CONFIGURATION_PRIORITY]
        new = variables.NETWORK_CONFIGURATION_PRIORITY.parse(text)
        if not new:
            return Refusal("InvalidValue", "one slot at least has to be left")
        if new == tuple(name for name in old if name in new):  # B09.FR.20: nothing but removed
            return None
        for name in new:
            slot = slots.read(self._model, name)
            if self._lowers(slot.security_profile):  # A05.FR.09
                return _lower()
            # A05.FR.02, A05.FR.03, B09.FR.33, B09.FR.34, B10.FR.02
            if fault := self._find_fault(slot) or self._lacks(slot):
                return Refusal("InvalidNetworkConf", f"slot {name}: {fault}")
        return _at_reboot() if set(new) <= set(old) else None  # B10.FR.01

    def _find_fault(self, slot: Slot) -> str:
        return rules.find_fault(
            slot,
            password=self._model[variables.BASIC_AUTH_PASSWORD],
            identity=self._model[variables.IDENTITY],
            interfaces=self._values(variables.OCPP_INTERFACE.at(component_instance="0").key),
        )

    def _lacks(self, slot: Slot) -> str:
        return self._certificates.find_fault(SecurityProfile(slot.security_profile))

    def _lowers(self, wanted: int) -> bool:
        return rules.lowers_security(
            self._model[variables.SECURITY_PROFILE],
            wanted,
            allowed=self._model[variables.ALLOW_SECURITY_PROFILE_DOWNGRADE],
        )

    def _names(self) -> tuple[str, ...]:
        return self._values(variables.NETWORK_CONFIGURATION_PRIORITY.key)

    def _values(self, key: VariableKey) -> tuple[str, ...]:
        return self._model.characteristics(self._model.entry(key)).values or ()

    # What follows from a change

    def _make(self, name: str) -> NetworkProfile | str:
        """The network profile of a slot, or why there is none."""
        slot = slots.read(self._model, name)
        if fault := self._find_fault(slot) or self._lacks(slot):
            return fault
        security = SecurityProfile(slot.security_profile)
        password = slot.password or self._model[variables.BASIC_AUTH_PASSWORD]
        try:
            return NetworkProfile(
                slot.url,
                slot.identity or self._model[variables.IDENTITY],
                security,
                password if security.has_password else None,
                self._certificates.tls(security),
                slot.message_timeout,
                int(name),
            )
        except OCPPUsageError as error:
            return str(error)

    def _revise(self, _: str = "") -> None:
        try:
            profiles = self.profiles()
        except ConfigError as error:  # such as certificates that are gone: the old ones stay
            _log.warning("the network profiles stay as they are: %s", error)
        else:
            self.revised.emit(profiles)

    def _take_over(self, slot: Slot) -> None:
        # B09.FR.28: SecurityCtrlr tells what the connection in use has of its own.
        if slot.identity:
            self._model.write(variables.IDENTITY, slot.identity)
        if slot.password:
            self._model.write(variables.BASIC_AUTH_PASSWORD, slot.password)

    def _drop_weaker(self, security: int) -> None:
        # A05.FR.06: the connection works with a higher profile; the way back is given up.
        weak = {
            name
            for name in self._names()
            if slots.read(self._model, name).security_profile < security
        }
        for name in weak:
            slots.keep(self._model, name, _EMPTY)
        priority = self._model[variables.NETWORK_CONFIGURATION_PRIORITY]
        left = tuple(name for name in priority if name not in weak)
        self._model.write(variables.NETWORK_CONFIGURATION_PRIORITY, left)
        self._revise()

    def _forget_own_password(self, text: str) -> None:
        # B09.FR.27: or the slot's own would win over the one that has just been set.
        active = self._model.get_or_none(variables.ACTIVE_NETWORK_PROFILE)
        if active is not None:
            own = variables.SLOT_BASIC_AUTH_PASSWORD.at(component_instance=str(active))
            self._model.write(own, "")


_CHECKS = {
    variables.OCPP_CSMS_URL.key.variable: rules.url_fault,
    variables.SLOT_IDENTITY.key.variable: rules.identity_fault,
    variables.SLOT_BASIC_AUTH_PASSWORD.key.variable: rules.password_fault,
    variables.SIM_PIN.key.variable: rules.pin_fault,
    variables.PREFERRED_NETWORK.key.variable: rules.network_fault,
}


def _lower() -> Refusal:
    return Refusal("NoSecurityDowngrade", "the connection in use has a higher security profile")


def _at_reboot() -> Refusal:
    info = "the new order holds from the next reboot on"
    return Refusal("NoError", info, SetVariableStatusEnumType.REBOOT_REQUIRED)


def _response(
    status: SetNetworkProfileStatusEnumType, info: StatusInfoType | None = None
) -> SetNetworkProfileResponse:
    return SetNetworkProfileResponse(status=status, status_info=info)
