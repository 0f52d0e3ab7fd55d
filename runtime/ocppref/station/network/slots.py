"""One slot of network configuration: as variables, as a message, and as a value."""

from __future__ import annotations

from dataclasses import dataclass, field

from ocpp21 import APNType, NetworkConnectionProfileType, VPNType
from ocppref.station.device_model import DeviceModel, variables


@dataclass(frozen=True, slots=True)
class Vpn:
    """What is known of a VPN."""

    server: str
    user: str
    group: str
    password: str = field(repr=False)
    key: str = field(repr=False)
    type: str


@dataclass(frozen=True, slots=True)
class Apn:
    """What is known of a mobile network's access point."""

    apn: str
    user_name: str
    password: str = field(repr=False)
    sim_pin: str = field(repr=False)
    preferred_network: str
    use_only_preferred_network: bool
    authentication: str


@dataclass(frozen=True, slots=True)
class Slot:
    """How to connect. An empty identity or password is that of SecurityCtrlr."""

    url: str
    interface: str
    message_timeout: int
    security_profile: int
    identity: str
    password: str = field(repr=False)
    vpn: Vpn | None = None
    apn: Apn | None = None


def from_message(data: NetworkConnectionProfileType) -> Slot:
    """The slot that a SetNetworkProfile asks for. Its version and transport are not ours to say."""
    return Slot(
        url=data.ocpp_csms_url,
        interface=data.ocpp_interface.value,
        message_timeout=data.message_timeout,
        security_profile=data.security_profile,
        identity=data.identity or "",
        password=data.basic_auth_password or "",
        vpn=None if data.vpn is None else _vpn(data.vpn),
        apn=None if data.apn is None else _apn(data.apn),
    )


def _vpn(data: VPNType) -> Vpn:
    return Vpn(
        server=data.server,
        user=data.user,
        group=data.group or "",
        password=data.password,
        key=data.key,
        type=data.type.value,
    )


def _apn(data: APNType) -> Apn:
    return Apn(
        apn=data.apn,
        user_name=data.apn_user_name or "",
        password=data.apn_password or "",
        sim_pin="" if data.sim_pin is None else str(data.sim_pin),
        preferred_network=data.preferred_network or "",
        use_only_preferred_network=data.use_only_preferred_network,
        authentication=data.apn_authentication.value,
    )


def read(model: DeviceModel, name: str) -> Slot:
    """The slot of that name, as it is now."""
    return Slot(
        url=model[variables.OCPP_CSMS_URL.at(component_instance=name)],
        interface=model[variables.OCPP_INTERFACE.at(component_instance=name)],
        message_timeout=model[variables.SLOT_MESSAGE_TIMEOUT.at(component_instance=name)],
        security_profile=model[variables.SLOT_SECURITY_PROFILE.at(component_instance=name)],
        identity=model[variables.SLOT_IDENTITY.at(component_instance=name)],
        password=model[variables.SLOT_BASIC_AUTH_PASSWORD.at(component_instance=name)],
        vpn=_read_vpn(model, name),
        apn=_read_apn(model, name),
    )


def _read_vpn(model: DeviceModel, name: str) -> Vpn | None:
    if not model[variables.VPN_ENABLED.at(component_instance=name)]:
        return None
    return Vpn(
        server=model[variables.VPN_SERVER.at(component_instance=name)],
        user=model[variables.VPN_USER.at(component_instance=name)],
        group=model[variables.VPN_GROUP.at(component_instance=name)],
        password=model[variables.VPN_PASSWORD.at(component_instance=name)],
        key=model[variables.VPN_KEY.at(component_instance=name)],
        type=model[variables.VPN_TYPE.at(component_instance=name)],
    )


def _read_apn(model: DeviceModel, name: str) -> Apn | None:
    if not model[variables.APN_ENABLED.at(component_instance=name)]:
        return None
    only = variables.USE_ONLY_PREFERRED_NETWORK.at(component_instance=name)
    return Apn(
        apn=model[variables.APN.at(component_instance=name)],
        user_name=model[variables.APN_USER_NAME.at(component_instance=name)],
        password=model[variables.APN_PASSWORD.at(component_instance=name)],
        sim_pin=model[variables.SIM_PIN.at(component_instance=name)],
        preferred_network=model[variables.PREFERRED_NETWORK.at(component_instance=name)],
        use_only_preferred_network=model[only],
        authentication=model[variables.APN_AUTHENTICATION.at(component_instance=name)],
    )


def keep(model: DeviceModel, name: str, slot: Slot) -> None:
    """Write a slot into the variables of that name (B09.FR.09)."""
    model.write(variables.OCPP_CSMS_URL.at(component_instance=name), slot.url)
    model.write(variables.OCPP_INTERFACE.at(component_instance=name), slot.interface)
    model.write(variables.SLOT_MESSAGE_TIMEOUT.at(component_instance=name), slot.message_timeout)
    profile = variables.SLOT_SECURITY_PROFILE.at(component_instance=name)
    model.write(profile, slot.security_profile)
    model.write(variables.SLOT_IDENTITY.at(component_instance=name), slot.identity)
    model.write(variables.SLOT_BASIC_AUTH_PASSWORD.at(component_instance=name), slot.password)
    # B09.FR.11, B09.FR.12: that there is none is said by the switch; the rest means nothing then.
    model.write(variables.VPN_ENABLED.at(component_instance=name), slot.vpn is not None)
    if slot.vpn is not None:
        _keep_vpn(model, name, slot.vpn)
    model.write(variables.APN_ENABLED.at(component_instance=name), slot.apn is not None)
    if slot.apn is not None:
        _keep_apn(model, name, slot.apn)


def _keep_vpn(model: DeviceModel, name: str, vpn: Vpn) -> None:
    model.write(variables.VPN_SERVER.at(component_instance=name), vpn.server)
    model.write(variables.VPN_USER.at(component_instance=name), vpn.user)
    model.write(variables.VPN_GROUP.at(component_instance=name), vpn.group)
    model.write(variables.VPN_PASSWORD.at(component_instance=name), vpn.password)
    model.write(variables.VPN_KEY.at(component_instance=name), vpn.key)
    model.write(variables.VPN_TYPE.at(component_instance=name), vpn.type)


def _keep_apn(model: DeviceModel, name: str, apn: Apn) -> None:
    model.write(variables.APN.at(component_instance=name), apn.apn)
    model.write(variables.APN_USER_NAME.at(component_instance=name), apn.user_name)
    model.write(variables.APN_PASSWORD.at(component_instance=name), apn.password)
    model.write(variables.SIM_PIN.at(component_instance=name), apn.sim_pin)
    model.write(variables.PREFERRED_NETWORK.at(component_instance=name), apn.preferred_network)
    only = variables.USE_ONLY_PREFERRED_NETWORK.at(component_instance=name)
    model.write(only, apn.use_only_preferred_network)
    model.write(variables.APN_AUTHENTICATION.at(component_instance=name), apn.authentication)
