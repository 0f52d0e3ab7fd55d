"""All that a station reports and shows besides charging, put together."""

from __future__ import annotations

from ocpp21 import MessageTriggerEnumType
from ocppref.station.charging import Charging
from ocppref.station.core import Core, Part, World
from ocppref.station.customer import Customers
from ocppref.station.display import Display
from ocppref.station.handlers.data_transfer import data_transfer_router
from ocppref.station.handlers.diagnostics import CustomerInformationHandler, MonitoringHandler
from ocppref.station.handlers.display_message import DisplayMessageHandler
from ocppref.station.handlers.trigger_message import TriggerMessageHandler
from ocppref.station.monitoring.monitoring import Monitoring
from ocppref.station.monitoring.reports import MonitoringReports
from ocppref.station.streams import Streams
from ocppref.station.triggers import StandardTriggers, Triggers
from ocppref.station.upkeep import Upkeep


class Reporting:
    """Monitors, event streams, the display, customers, triggers and DataTransfer."""

    def __init__(self, world: World, core: Core, charging: Charging, upkeep: Upkeep) -> None:
        self._world, self._core, self._charging = world, core, charging
        self.display = Display(
            model=core.model,
            store=world.store,
            clock=core.clock,
            transactions=charging.transactions,
        )
        self.streams = Streams(
            clock=core.clock,
            tasks=core.tasks,
            link=core.link,
            registration=core.registration,
            outbox=core.outbox,
        )
        self.monitoring = Monitoring(
            model=core.model,
            store=world.store,
            clock=core.clock,
            registration=core.registration,
            timekeeper=core.timekeeper,
            transactions=charging.transactions,
            events=core.events,
            streams=self.streams,
        )
        self.triggers = self._make_triggers(upkeep)

    def parts(self) -> list[Part]:
        """What is to be switched on, in this order, after charging."""
        return [self.display, self.streams, self.monitoring]

    def handlers(self) -> list[object]:
        """What handles the Actions of the CSMS."""
        core, charging = self._core, self._charging
        customers = Customers(
            clock=core.clock,
            authorization=charging.authorization,
            reservations=charging.reservations,
            transactions=charging.transactions,
        )
        return [
            MonitoringHandler(
                model=core.model,
                monitoring=self.monitoring,
                reports=MonitoringReports(model=core.model, clock=core.clock),
                streams=self.streams,
            ),
            CustomerInformationHandler(customers=customers),
            DisplayMessageHandler(display=self.display),
            TriggerMessageHandler(triggers=self.triggers),
            self._world.data_transfer or data_transfer_router(),
        ]

    def _make_triggers(self, upkeep: Upkeep) -> Triggers:
        core, charging = self._core, self._charging
        triggers = Triggers(model=core.model, link=core.link)
        StandardTriggers(
            triggers=triggers,
            hardware=self._world.hardware,
            link=core.link,
            registration=core.registration,
            timekeeper=core.timekeeper,
            availability=charging.availability,
            metering=charging.metering,
            transactions=charging.transactions,
        ).serve()
        kind = MessageTriggerEnumType
        triggers.serve_message(kind.LOG_STATUS_NOTIFICATION, upkeep.logs.status_notification)
        triggers.serve_message(
            kind.FIRMWARE_STATUS_NOTIFICATION, upkeep.firmware.status_notification
        )
        return triggers
