"""One version of OCPP, made ready."""

from __future__ import annotations

import ocpp21
from ocppj import EVERY_REPAIR, Options
from ocppj.service import Service


def test_a_thousand_stations_need_what_reads_payloads_once() -> None:
    one, other, csms = (
        Service(bindings, (), Options())
        for bindings in (ocpp21.CHARGING_STATION, ocpp21.CHARGING_STATION, ocpp21.CSMS)
    )
    assert one.payloads is other.payloads
    assert csms.payloads is not one.payloads


def test_payloads_that_are_read_in_another_way_are_read_apart() -> None:
    strict = Service(ocpp21.CSMS, (), Options())
    lenient = Service(ocpp21.CSMS, (), Options(repairs=EVERY_REPAIR))
    assert lenient.payloads is not strict.payloads
