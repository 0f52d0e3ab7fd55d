"""The modules without models: imported, used and type-checked as a user of the package does."""

from __future__ import annotations

import asyncio
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import black
import pytest

from ocppgen.emit.emit_templates import emit
from ocppgen.output.filetree import FileTree
from ocppgen.protocol.ir import ProtocolIR
from ocppgen.resources import SCHEMAS
from ocppj.contract import ActionNotHandled, ActionSpec, Direction, Kind, Side

from .mini_protocol import protocol, write_package

ROOT = SCHEMAS.parent
HEADER = "# Written by a test. Do not edit."


def tree(ir: ProtocolIR, templates: Path | None = None) -> FileTree:
    return emit(ir, HEADER, templates, "pydantic")


@pytest.fixture
def mini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The small protocol as an imported package."""
    ir = protocol("mini_ocpp")
    write_package(tree(ir), ir, tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("mini_ocpp")
    for name in [name for name in sys.modules if name.partition(".")[0] == "mini_ocpp"]:
        del sys.modules[name]


class Recorder:
    """A caller that answers each CALL with an empty response of the right class."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, object, object]] = []

    async def call(
        self, spec: ActionSpec, request: object, timeout: float | None  # noqa: ASYNC109
    ) -> object:
        self.seen.append((spec.name, request, timeout))
        assert spec.response is not None
        return spec.response()

    async def send(self, spec: ActionSpec, message: object) -> None:
        self.seen.append((spec.name, message, None))


def test_every_file_begins_with_the_header_and_compiles() -> None:
    files = tree(protocol()).files
    assert set(files) == {"__init__.py", "actions.py", "bindings.py", "calls.py", "handlers.py"}
    for name, text in files.items():
        assert text.startswith(HEADER + '\n"""'), name
        compile(text, name, "exec")


def test_lines_fit_once_black_has_formatted_them() -> None:
    long = "The CSMS says " + "something that takes a while to say, " * 8 + "and ends."
    ir = protocol()
    actions = tuple(replace(action, summary=long) for action in ir.actions)
    for name, text in tree(replace(ir, actions=actions)).files.items():
        formatted = black.format_str(text, mode=black.Mode(line_length=100))
        assert [line for line in formatted.splitlines() if len(line) > 100] == [], name


def test_words_of_a_table_cannot_break_out_of_their_literals() -> None:
    ir = protocol()
    words = 'Ends """ here\\ or "there"'
    block = replace(ir.actions[0].block, title=words)
    action = replace(ir.actions[0], summary=words, since='"', block=block)
    for name, text in tree(replace(ir, actions=(action,))).files.items():
        compile(text, name, "exec")


def test_importing_the_package_loads_nothing_else(mini: ModuleType, tmp_path: Path) -> None:
    code = (
        "import sys; before = set(sys.modules); import mini_ocpp;"
        "print(sorted(set(sys.modules) - before));"
        "from mini_ocpp import ResetRequest; print(ResetRequest.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["['mini_ocpp']", "ResetRequest"]


def test_every_public_name_can_be_had(mini: ModuleType) -> None:
    assert {name: getattr(mini, name).__class__ is not None for name in mini.__all__}
    assert {"ResetRequest", "EVSEType", "CSMS", "CsmsHandler", "Action", "ACTIONS"} <= set(
        mini.__all__
    )
    assert set(mini.__all__) <= set(dir(mini))


def test_an_unknown_name_is_an_attribute_error(mini: ModuleType) -> None:
    with pytest.raises(AttributeError, match="module 'mini_ocpp' has no attribute 'ResetRequst'"):
        _ = mini.ResetRequst


def test_the_table_of_actions(mini: ModuleType) -> None:
    assert list(mini.ACTIONS) == ["BootNotification", "DataTransfer", "NotifyStream", "Reset"]
    assert mini.Action.NOTIFY_STREAM == "NotifyStream"
    boot = mini.ACTIONS[mini.Action.BOOT_NOTIFICATION]
    assert (boot.kind, boot.direction) == (Kind.CALL, Direction.CHARGING_STATION)
    assert (boot.handler, boot.block, boot.since) == (
        *("on_boot_notification", "B Provisioning", "2.1"),
    )
    assert (boot.request, boot.response) == (
        *(mini.BootNotificationRequest, mini.BootNotificationResponse),
    )
    stream = mini.ACTIONS["NotifyStream"]
    assert (stream.kind, stream.request, stream.response) == (Kind.SEND, mini.NotifyStream, None)


def test_the_bindings_of_both_sides(mini: ModuleType) -> None:
    for side, bindings in ((Side.CSMS, mini.CSMS), (Side.CHARGING_STATION, mini.CHARGING_STATION)):
        assert (bindings.side, bindings.version, bindings.subprotocol, bindings.models) == (
            *(side, "2.1", "ocpp2.1", "pydantic"),
        )
        assert bindings.actions is mini.ACTIONS
    assert (mini.CSMS.handler, mini.CSMS.calls) == (mini.CsmsHandler, mini.CsmsCalls)
    assert mini.CHARGING_STATION.calls is mini.ChargingStationCalls


def handlers(class_: type) -> list[str]:
    return sorted(name for name in dir(class_) if name.startswith("on_"))


def test_each_side_receives_what_the_other_starts(mini: ModuleType) -> None:
    assert handlers(mini.CsmsHandler) == [
        "on_boot_notification",
        "on_data_transfer",
        "on_notify_stream",
    ]
    assert handlers(mini.ChargingStationHandler) == ["on_data_transfer", "on_reset"]
    assert handlers(mini.CsmsDiagnosticsHandler) == ["on_notify_stream"]
    assert not hasattr(mini, "ChargingStationDiagnosticsHandler")


def test_each_side_may_start_only_what_is_its_own(mini: ModuleType) -> None:
    public = {
        side: [name for name in vars(class_) if name[0] != "_"]
        for side, class_ in (("csms", mini.CsmsCalls), ("station", mini.ChargingStationCalls))
    }
    assert public == {
        "csms": ["data_transfer", "reset"],
        "station": ["boot_notification", "data_transfer", "notify_stream"],
    }


def test_what_is_left_out_is_not_handled(mini: ModuleType) -> None:
    class Partial(mini.CsmsHandler):  # type: ignore[name-defined, misc]
        async def on_boot_notification(self, request: object, context: object) -> object:
            return mini.BootNotificationResponse()

    handler = Partial()
    answer = asyncio.run(handler.on_boot_notification(None, None))
    assert isinstance(answer, mini.BootNotificationResponse)
    with pytest.raises(ActionNotHandled) as raised:
        asyncio.run(handler.on_data_transfer(None, None))
    assert raised.value.action == "DataTransfer"


def test_callers_pass_on_what_they_are_given(mini: ModuleType) -> None:
    async def talk() -> list[object]:
        request, message = mini.BootNotificationRequest(), mini.NotifyStream()
        first = await calls.boot_notification(request)
        second = await calls.boot_notification(request, timeout=2.5)
        nothing = await calls.notify_stream(message)
        assert recorder.seen == [
            ("BootNotification", request, None),
            ("BootNotification", request, 2.5),
            ("NotifyStream", message, None),
        ]
        return [type(first), type(second), nothing]

    recorder = Recorder()
    calls = mini.ChargingStationCalls(recorder)
    response = mini.BootNotificationResponse
    assert asyncio.run(talk()) == [response, response, None]


def test_docstrings_say_what_for_and_since_when(mini: ModuleType) -> None:
    expected = "Someone sends Reset to someone.\n\nFunctional block B Provisioning, since OCPP 2.1."
    for method in (mini.CsmsCalls.reset, mini.ChargingStationHandler.on_reset):
        assert "\n".join(map(str.strip, method.__doc__.strip().splitlines())) == expected


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_type_checkers_accept_the_package(tmp_path: Path, checker: str) -> None:
    ir = protocol("mini_ocpp")
    package = write_package(tree(ir), ir, tmp_path)
    command = {
        "mypy": ["mypy", "--strict", "--config-file", os.devnull, str(package)],
        "pyright": ["pyright", "--project", str(tmp_path)],
    }[checker]
    (tmp_path / "pyrightconfig.json").write_text(f'{{"extraPaths": ["{ROOT}/runtime"]}}')
    done = subprocess.run(
        [sys.executable, "-m", *command],
        env={**os.environ, "MYPYPATH": f"{tmp_path}:{ROOT / 'runtime'}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, done.stdout), done.stdout + done.stderr


def test_the_output_is_the_same_twice() -> None:
    assert tree(protocol()) == tree(protocol())
