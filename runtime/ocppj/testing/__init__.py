"""Both sides of OCPP-J in one process, without sockets, in a time that does not have to be waited
for, over a network as bad as you like.

    @in_virtual_time
    async def test_a_heartbeat_gets_the_time() -> None:
        async with linked(MyCsms(), bindings=(ocpp21.CSMS, ocpp21.CHARGING_STATION)) as link:
            response = await link.to_csms.heartbeat(HeartbeatRequest())
        assert response.current_time == ...

`ocppj.testing.pytest_plugin` has fixtures for the same.
"""

from ocppj.testing.faults import PERFECT, Fault, Faults, Incident
from ocppj.testing.linking import BothBindings, Link, linked
from ocppj.testing.network import Network
from ocppj.testing.virtual_time import StuckError, VirtualLoop, in_virtual_time, run_virtually

__all__ = [
    "PERFECT",
    "BothBindings",
    "Fault",
    "Faults",
    "Incident",
    "Link",
    "Network",
    "StuckError",
    "VirtualLoop",
    "in_virtual_time",
    "linked",
    "run_virtually",
]
