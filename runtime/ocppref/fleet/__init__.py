"""Many Charging Stations at once, with all that can befall them, and a book of what they told."""

from ocppref.fleet.fleet import Fleet
from ocppref.fleet.plan import CALM, Api, Chaos, Plan, PlanError, read_chaos
from ocppref.fleet.tally import Latencies, Tally

__all__ = [
    "CALM",
    "Api",
    "Chaos",
    "Fleet",
    "Latencies",
    "Plan",
    "PlanError",
    "Tally",
    "read_chaos",
]
