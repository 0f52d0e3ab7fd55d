"""What a transaction costs."""

from __future__ import annotations

from datetime import timedelta

from tests.requirements import requirement
from tests.runtime.ref.csms.running import BEGIN

from ocpp21 import CostDetailsType, TotalCostType, TotalPriceType, TotalUsageType
from ocppref.csms.domain.pricing import Price, cost_of
from ocppref.csms.domain.transactions import Transaction


def _transaction(**values: object) -> Transaction:
    given = {
        "station": "CS001",
        "transaction_id": "T1",
        "first_event_at": BEGIN,
        "last_event_at": BEGIN + timedelta(minutes=30),
        "started_at": BEGIN,
        "meter_start": 1000.0,
        "meter_last": 11_000.0,
        **values,
    }
    return Transaction(**given)  # type: ignore[arg-type]


def _details(**values: object) -> CostDetailsType:
    return CostDetailsType(
        total_cost=TotalCostType(
            currency="EUR", type_of_cost="NormalCost", total=TotalPriceType(**values)
        ),
        total_usage=TotalUsageType(energy=10, charging_time=1, idle_time=0),
    )


@requirement("I02.FR.01", "I03.FR.02")
def test_energy_time_and_session_add_up() -> None:
    assert cost_of(_transaction(), Price(0.5, 0.1, 1)) == 10 * 0.5 + 30 * 0.1 + 1


@requirement("I03.FR.04")
def test_without_a_price_no_cost_is_told_and_free_is_a_price() -> None:
    assert cost_of(_transaction(), Price()) is None
    assert cost_of(_transaction(), Price(per_kwh=0)) == 0


def test_a_register_that_runs_backwards_earns_nothing() -> None:
    assert cost_of(_transaction(meter_last=0.0), Price(per_kwh=1)) == 0
    assert cost_of(_transaction(meter_start=None), Price(per_kwh=1)) == 0
    assert cost_of(_transaction(started_at=BEGIN + timedelta(days=1)), Price(per_minute=1)) == 0


def test_a_cost_that_the_station_worked_out_goes_first() -> None:
    price = Price(per_kwh=1)
    local = _transaction(cost_details=_details(excl_tax=3.0, incl_tax=3.5))
    assert cost_of(local, price) == cost_of(local, Price()) == 3.5
    assert cost_of(_transaction(cost_details=_details(excl_tax=3.0)), price) == 3.0
    failed = _details(excl_tax=3.0).model_copy(update={"failure_to_calculate": True})
    assert cost_of(_transaction(cost_details=failed), price) == 10
