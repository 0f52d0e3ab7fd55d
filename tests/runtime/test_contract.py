"""What generated code and the runtime agree on."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from ocppj.contract import (
    ActionNotHandled,
    Bindings,
    CallContext,
    CallSpec,
    Direction,
    Kind,
    SendSpec,
    Side,
)

# Any classes will do as messages; these are always there.
CALL: CallSpec[object, object] = CallSpec(
    "MakePath", "make_path", Direction.CSMS, "B Provisioning", "2.1", "pathlib", "Path", "PurePath"
)
SEND: SendSpec[object] = SendSpec(
    "NotifyPath",
    "notify_path",
    Direction.CHARGING_STATION,
    "N Diagnostics",
    "2.1",
    "pathlib",
    "Path",
)


@pytest.mark.parametrize(
    ("direction", "station", "csms"),
    [
        (Direction.CHARGING_STATION, True, False),
        (Direction.CSMS, False, True),
        (Direction.BOTH, True, True),
    ],
)
def test_direction(direction: Direction, station: bool, csms: bool) -> None:
    assert direction.allows(Side.CHARGING_STATION) is station
    assert direction.allows(Side.CSMS) is csms


def test_each_side_is_the_peer_of_the_other() -> None:
    assert Side.CSMS.peer is Side.CHARGING_STATION
    assert Side.CHARGING_STATION.peer is Side.CSMS


def test_a_call_knows_its_two_messages() -> None:
    import pathlib

    assert (CALL.kind, CALL.handler) == (Kind.CALL, "on_make_path")
    assert (CALL.request, CALL.response) == (pathlib.Path, pathlib.PurePath)


def test_a_send_knows_its_one_message() -> None:
    import pathlib

    assert (SEND.kind, SEND.handler) == (Kind.SEND, "on_notify_path")
    assert (SEND.request, SEND.response) == (pathlib.Path, None)


def test_a_spec_is_a_value() -> None:
    assert CALL == dataclasses.replace(CALL)
    assert len({CALL, dataclasses.replace(CALL), SEND}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        CALL.name = "Other"  # type: ignore[misc]


def test_a_spec_names_its_messages_without_loading_them() -> None:
    spec = dataclasses.replace(CALL, module="no_such_module")
    assert (spec.request_name, spec.response_name) == ("Path", "PurePath")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        _ = spec.request


def test_bindings_are_a_value_that_can_be_made_without_the_package() -> None:
    made: Bindings[object, object] = Bindings(
        "2.1", "ocpp2.1", Side.CSMS, "pydantic", "no_such_package", "CsmsHandler", "CsmsCalls"
    )
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        _ = made.calls


def test_an_action_not_handled_names_it() -> None:
    error = ActionNotHandled("Reset")
    assert (error.action, str(error)) == ("Reset", "Reset is not handled")


def test_a_handler_may_be_annotated_at_run_time() -> None:
    assert str(CallContext[int]) == "ocppj.contract.CallContext[int]"


def test_importing_it_loads_no_third_party_module() -> None:
    code = (
        "import sys; import ocppj.contract;"
        "print([n for n, m in sys.modules.items()"
        " if 'site-packages' in (getattr(m, '__file__', None) or '') and n[0] != '_'"
        " and n.partition('.')[0] in ('pydantic', 'websockets', 'msgspec', 'asyncio')])"
    )
    path = ":".join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
