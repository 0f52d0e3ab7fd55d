"""All that has to do with charging, put together."""

from __future__ import annotations

from ocppref.station.authorization import Authorization
from ocppref.station.availability import Availability
from ocppref.station.core import Core, Part, World
from ocppref.station.driver import Driver
from ocppref.station.handlers.authorization import AuthorizationHandler
from ocppref.station.handlers.availability import AvailabilityHandler
from ocppref.station.handlers.local_list import LocalListHandler
from ocppref.station.handlers.remote_control import RemoteControlHandler
from ocppref.station.handlers.reservation import ReservationHandler
from ocppref.station.handlers.transactions import TransactionsHandler
from ocppref.station.metering import Metering
from ocppref.station.operation import OperationalStates
from ocppref.station.power import PowerVariables
from ocppref.station.reservations import Reservations
from ocppref.station.transactions import Transaction, Transactions


class Charging:
    """Who may charge where, what flows, and what is told of it."""

    def __init__(self, world: World, core: Core) -> None:
        self._world, self._core = world, core
        model, store, clock, outbox = core.model, world.store, core.clock, core.outbox
        self.hardware = hardware = world.hardware
        self.power = PowerVariables(hardware=hardware, model=model)
        states = OperationalStates(hardware=hardware, store=store)
        self.reservations = Reservations(
            hardware=hardware, model=model, store=store, clock=clock, outbox=outbox, states=states
        )
        self.availability = Availability(
            hardware=hardware,
            model=model,
            clock=clock,
            states=states,
            reservations=self.reservations,
            events=core.events,
            link=core.link,
            registration=core.registration,
            outbox=outbox,
        )
        self.metering = Metering(
            config=world.config,
            hardware=hardware,
            model=model,
            store=store,
            clock=clock,
            outbox=outbox,
            timekeeper=core.timekeeper,
        )
        self.authorization = Authorization(clock=clock, store=store, model=model, link=core.link)
        self.transactions = self._make_transactions()
        self.driver = self._make_driver()

    def _make_transactions(self) -> Transactions:
        core = self._core
        transactions = Transactions(
            clock=core.clock,
            store=self._world.store,
            model=core.model,
            hardware=self.hardware,
            outbox=core.outbox,
            registration=core.registration,
            authorization=self.authorization,
            availability=self.availability,
            metering=self.metering,
            chance=self._world.random,
        )
        transactions.placed.connect(self._placed)
        transactions.ended.connect(self._ended)
        return transactions

    def _make_driver(self) -> Driver:
        core = self._core
        return Driver(
            store=self._world.store,
            model=core.model,
            hardware=self.hardware,
            tasks=core.tasks,
            registration=core.registration,
            authorization=self.authorization,
            reservations=self.reservations,
            transactions=self.transactions,
        )

    def _placed(self, transaction: Transaction) -> None:
        if transaction.evse_id is not None:
            self.availability.transaction_started(transaction.evse_id)

    def _ended(self, transaction: Transaction) -> None:
        if transaction.evse_id is not None:
            self.availability.transaction_ended(transaction.evse_id)

    def parts(self) -> list[Part]:
        """What is to be switched on, in this order."""
        return [
            self.power,
            self.reservations,
            self.availability,
            self.metering,
            self.transactions,
            self.driver,
        ]

    def handlers(self) -> list[object]:
        """What handles the Actions of the CSMS."""
        model, hardware = self._core.model, self.hardware
        local_list = self.authorization.local_list
        return [
            AuthorizationHandler(cache=self.authorization.cache),
            LocalListHandler(model=model, local_list=local_list),
            AvailabilityHandler(availability=self.availability),
            ReservationHandler(reservations=self.reservations, availability=self.availability),
            TransactionsHandler(transactions=self.transactions),
            RemoteControlHandler(
                model=model,
                hardware=hardware,
                registration=self._core.registration,
                authorization=self.authorization,
                transactions=self.transactions,
                driver=self.driver,
            ),
        ]
