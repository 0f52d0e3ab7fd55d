"""A Charging Station that can charge, put together from its parts, at a CSMS in memory."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.runtime.ref.station.bench import Bench, Lab, lab

from ocpp21 import BootReasonEnumType, IdTokenInfoType, IdTokenType, TransactionEventResponse
from ocppj import LoopClock
from ocppref.station.authorization import Authorization
from ocppref.station.availability import Availability
from ocppref.station.config import ConnectorConfig, EvseConfig, StationConfig
from ocppref.station.driver import Driver
from ocppref.station.handlers.authorization import AuthorizationHandler
from ocppref.station.handlers.local_list import LocalListHandler
from ocppref.station.handlers.remote_control import RemoteControlHandler
from ocppref.station.handlers.transactions import TransactionsHandler
from ocppref.station.hardware import Hardware
from ocppref.station.metering import Metering
from ocppref.station.operation import OperationalStates
from ocppref.station.registration import Registration, note_reason
from ocppref.station.reservations import Reservations
from ocppref.station.store import MemoryStore
from ocppref.station.transactions import Transactions

DRIVER = IdTokenType(id_token="04A1B2C3", type="ISO14443")
FRIEND = IdTokenType(id_token="04FFFFFF", type="ISO14443")
STRANGER = IdTokenType(id_token="04000000", type="ISO14443")


PLUGGED = {"TxCtrlr.TxStartPoint": "EVConnected", "TxCtrlr.TxStopPoint": "EVConnected"}
AUTHORIZED = {"TxCtrlr.TxStartPoint": "Authorized", "TxCtrlr.TxStopPoint": "Authorized"}
MANY_SAMPLES = {
    "SampledDataCtrlr.TxEndedInterval": "1",
    "SampledDataCtrlr.TxUpdatedInterval": "0",
    "AlignedDataCtrlr.Interval": "0",
}
UNKNOWN_OFFLINE = {"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true"}


class Silent:
    """Tells nobody of events."""

    def notify(self, *_: object, **__: object) -> None:
        pass


class Power:
    """One power-on with all that concerns charging."""

    def __init__(self, bench: Bench, hardware: Hardware) -> None:
        self.bench, self.hardware = bench, hardware
        model, store, clock = bench.model, bench.store, bench.clock
        self.model, self.tester = model, None
        common = {"hardware": hardware, "model": model, "store": store, "clock": clock}
        self.states = states = OperationalStates(hardware=hardware, store=store)
        self.reservations = Reservations(**common, outbox=bench.outbox, states=states)
        self.availability = Availability(
            hardware=hardware,
            model=model,
            clock=clock,
            states=states,
            reservations=self.reservations,
            events=Silent(),
            link=bench.link,
            registration=bench.registration,
            outbox=bench.outbox,
        )
        self.metering = Metering(
            **common, config=bench.config, outbox=bench.outbox, timekeeper=bench.timekeeper
        )
        self.authorization = Authorization(clock=clock, store=store, model=model, link=bench.link)
        self.transactions = Transactions(
            **common,
            outbox=bench.outbox,
            registration=bench.registration,
            authorization=self.authorization,
            availability=self.availability,
            metering=self.metering,
            chance=random.Random(1),
        )
        self.driver = Driver(
            store=store,
            model=model,
            hardware=hardware,
            tasks=bench.tasks,
            registration=bench.registration,
            authorization=self.authorization,
            reservations=self.reservations,
            transactions=self.transactions,
        )
        self.parts = [
            self.reservations,
            self.availability,
            self.metering,
            self.transactions,
            self.driver,
        ]
        transactions, availability = self.transactions, self.availability
        transactions.placed.connect(lambda tx: availability.transaction_started(tx.evse_id))
        transactions.ended.connect(
            lambda tx: tx.evse_id and availability.transaction_ended(tx.evse_id)
        )

    def handlers(self) -> list[object]:
        bench = self.bench
        return [
            AuthorizationHandler(cache=self.authorization.cache),
            LocalListHandler(model=self.model, local_list=self.authorization.local_list),
            TransactionsHandler(transactions=self.transactions),
            RemoteControlHandler(
                model=self.model,
                hardware=self.hardware,
                registration=bench.registration,
                authorization=self.authorization,
                transactions=self.transactions,
                driver=self.driver,
            ),
        ]

    def start(self) -> None:
        for part in self.parts:
            part.start()
        self.bench.start(self.handlers())

    async def close(self) -> None:
        for part in reversed(self.parts):
            part.close()
        await self.bench.close()

    def set(self, handle: Any, value: object) -> None:
        self.model.write(handle, value)


@dataclass
class Site:
    """A station at a place where it can be used: its hardware, its network, its CSMS."""

    lab: Lab
    variables: Mapping[str, str]
    hardware: Hardware
    power: Power | None = None
    seen: list[Any] = field(default_factory=list)

    @property
    def on(self) -> Power:
        assert self.power is not None
        return self.power

    def switch_on(self, reason: BootReasonEnumType | None = None) -> Power:
        if reason is not None:
            note_reason(self.lab.store, reason)
        self.hardware.power_on()
        self.power = Power(self.lab.bench(variables=self.variables), self.hardware)
        self.power.start()
        return self.power

    async def switch_off(self) -> None:
        """The power goes: what was committed is there afterwards, and nothing else."""
        store = self.lab.store
        assert isinstance(store, MemoryStore)
        kept = deepcopy(store._kinds)
        await self.on.close()
        store._kinds = kept
        self.hardware.power_off()
        self.power = None

    async def present(self, token: IdTokenType = DRIVER, evse_id: int | None = None) -> None:
        await self.on.driver.present(token, evse_id)

    @property
    def events(self) -> list[Any]:
        """The TransactionEvents that the CSMS has, each once."""
        return list(self.lab.tester.of("TransactionEvent"))

    async def event(self, number: int) -> Any:
        return await self.lab.tester.seen("TransactionEvent", number)

    async def told(self, **what: object) -> Any:
        """Wait for a TransactionEvent with these fields; of transactionInfo, too."""
        return await self.lab.tester.seen("TransactionEvent", where=lambda e: _has(e, what))

    def answer_events(self, **fields: object) -> None:
        """Answer each TransactionEvent with these; idTokenInfo only if there is a token."""

        def answer(request: Any) -> TransactionEventResponse:
            given = dict(fields)
            if request.id_token is None:
                given.pop("id_token_info", None)
            elif "id_token_info" not in given:
                given["id_token_info"] = accepted()
            return TransactionEventResponse(**given)  # type: ignore[arg-type]

        self.lab.tester.answers["TransactionEvent"] = answer


def accepted(group: str | None = None, **more: object) -> IdTokenInfoType:
    return info("Accepted", group, **more)


def info(status: str, group: str | None = None, **more: object) -> IdTokenInfoType:
    values: dict[str, object] = {"status": status, **more}
    if group is not None:
        values["group_id_token"] = IdTokenType(id_token=group, type="Central")
    return IdTokenInfoType.model_validate(values)


def _has(event: Any, what: Mapping[str, object]) -> bool:
    for name, value in what.items():
        at = event if hasattr(event, name) else event.transaction_info
        if getattr(at, name) != value:
            return False
    return True


def config(evses: int = 1, connector: str = "cType2", *, dc: bool = False) -> StationConfig:
    made = [EvseConfig(each + 1, (ConnectorConfig(1, connector),), dc=dc) for each in range(evses)]
    return StationConfig(evses=tuple(made))


@asynccontextmanager
async def site(
    variables: Mapping[str, str] | None = None,
    *,
    evses: int = 1,
    connector: str = "cType2",
    dc: bool = False,
    wait: bool = True,
) -> AsyncIterator[Site]:
    """A station that is on, and accepted unless `wait` is False."""
    async with lab() as laboratory:
        laboratory.config = config(evses, connector, dc=dc)
        hardware = Hardware(config=laboratory.config, store=laboratory.store, clock=LoopClock())
        place = Site(laboratory, dict(variables or {}), hardware)
        power = place.switch_on()
        if wait:
            await accepted_by(power.bench.registration)
        try:
            yield place
        finally:
            if place.power is not None:
                await place.power.close()


async def accepted_by(registration: Registration) -> None:
    """Wait until the CSMS has accepted the station."""
    done = asyncio.Event()
    stop = registration.accepted.connect(lambda _: done.set())
    while not registration.is_accepted:
        await done.wait()
    stop()


async def charge(place: Site) -> Any:
    """Plug in and show a token; gives the transaction."""
    place.hardware.plug(1)
    await place.present()
    transaction = place.on.transactions.running(1)
    assert transaction is not None
    await place.told(charging_state="Charging")
    return transaction


def go_offline(place: Site) -> None:
    place.lab.network.reachable = False
    place.lab.network.cut()


async def gone(place: Site) -> None:
    """Wait until the station has noticed."""
    done = asyncio.Event()
    place.on.bench.link.went_offline.connect(lambda _: done.set())
    if place.on.bench.link.online:
        await done.wait()


def come_online(place: Site) -> None:
    place.lab.network.reachable = True


def energy(event: Any, context: str) -> float:
    """The energy register of a message, by its context."""
    for value in event.meter_value:
        for sampled in value.sampled_value:
            name = sampled.measurand or "Energy.Active.Import.Register"
            if sampled.context == context and name == "Energy.Active.Import.Register":
                return float(sampled.value)
    raise AssertionError(event)


def expect_thinned(ended: Any) -> None:
    """Ended has the begin, the end, and in between as much as fits, evenly (E06.FR.13)."""
    values = ended.meter_value
    contexts = [each.sampled_value[0].context for each in values]
    assert (contexts[0], contexts[-1]) == ("Transaction.Begin", "Transaction.End")
    assert set(contexts[1:-1]) == {"Sample.Periodic"}
    assert 500 < len(values) <= 1000
    times = [each.timestamp.timestamp() for each in values]
    gaps = [after - before for before, after in pairwise(times)]
    assert max(gaps) <= 2 * (times[-1] - times[0]) / 1000  # twice what would be ideal
