"""The tables of Actions: what ours say, and what happens to a wrong one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ocppgen.diagnostics import GeneratorError
from ocppgen.protocol import actions
from ocppgen.protocol.ir import Block, Initiator, MessageKind
from ocppgen.resources import SCHEMAS

BLOCKS = '[blocks]\nB = { title = "Provisioning", module = "provisioning" }\n'
ROW = '[actions.Reset]\nblock = "B"\ninitiator = "CSMS"\nsummary = "The CSMS asks for a restart."\n'


def test_ocpp_2_1() -> None:
    rows = actions.read(SCHEMAS / "ocpp-2.1" / "actions.toml").rows
    assert Counter(row.initiator for row in rows.values()) == {
        Initiator.CSMS: 54,
        Initiator.CHARGING_STATION: 36,
        Initiator.BOTH: 1,
    }
    assert Counter(row.since for row in rows.values()) == {"2.0.1": 64, "2.1": 27}
    sends = [name for name, row in rows.items() if row.kind is MessageKind.SEND]
    assert sends == ["NotifyPeriodicEventStream"]
    assert {row.block.letter for row in rows.values()} == set("ABCDEFGHIJKLMNOPQRS")


@pytest.mark.parametrize(
    ("action", "initiator", "block"),
    [
        # The name alone would say otherwise.
        ("NotifyAllowedEnergyTransfer", Initiator.CSMS, "Q"),
        ("NotifyWebPaymentStarted", Initiator.CSMS, "C"),
        ("Get15118EVCertificate", Initiator.CHARGING_STATION, "M"),
        ("GetCertificateStatus", Initiator.CHARGING_STATION, "M"),
        ("GetCertificateChainStatus", Initiator.CHARGING_STATION, "M"),
        ("DataTransfer", Initiator.BOTH, "P"),
    ],
)
def test_ocpp_2_1_directions(action: str, initiator: Initiator, block: str) -> None:
    row = actions.read(SCHEMAS / "ocpp-2.1" / "actions.toml").rows[action]
    assert (row.initiator, row.block.letter) == (initiator, block)


def test_ocpp_2_0_1_shares_the_table_of_2_1() -> None:
    older = actions.read(SCHEMAS / "ocpp-2.0.1" / "actions.toml")
    newer = actions.read(SCHEMAS / "ocpp-2.1" / "actions.toml")
    assert older.rows == newer.rows


def test_ocpp_1_6() -> None:
    rows = actions.read(SCHEMAS / "ocpp-1.6" / "actions.toml").rows
    assert Counter(row.block.letter for row in rows.values()) == {
        "Core": 16,
        "FirmwareManagement": 4,
        "LocalAuthListManagement": 2,
        "RemoteTrigger": 1,
        "Reservation": 2,
        "Security": 11,
        "SmartCharging": 3,
    }
    station = {n for n, row in rows.items() if row.initiator is Initiator.CHARGING_STATION}
    assert station == {
        *("Authorize", "BootNotification", "Heartbeat", "MeterValues", "StartTransaction"),
        *("StatusNotification", "StopTransaction", "DiagnosticsStatusNotification"),
        *("FirmwareStatusNotification", "LogStatusNotification", "SecurityEventNotification"),
        *("SignCertificate", "SignedFirmwareStatusNotification"),
    }
    assert rows["DataTransfer"].initiator is Initiator.BOTH


@pytest.mark.parametrize("version", ["1.6", "2.1"])
def test_summaries_are_one_sentence_each_and_name_the_sides_as_ocpp_does(version: str) -> None:
    rows = actions.read(SCHEMAS / f"ocpp-{version}" / "actions.toml").rows
    summaries = [row.summary for row in rows.values()]
    assert [s for s in summaries if not s.endswith(".") or ". " in s or len(s) > 150] == []
    senders = ("The Charging Station ", "The CSMS ", "Either side ", "The Local Controller ")
    assert [s for s in summaries if not s.startswith(senders)] == []
    assert len(set(summaries)) == len(summaries)


def written(folder: Path, text: str, name: str = "actions.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_may_leave_out_kind_and_since(tmp_path: Path) -> None:
    row = actions.read(written(tmp_path, BLOCKS + ROW)).rows["Reset"]
    assert (row.kind, row.since) == (MessageKind.CALL, "")
    assert row.block == Block("B", "Provisioning", "provisioning")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ROW, "actions: actions.toml#/actions/Reset/block: no block 'B'"),
        (
            BLOCKS + ROW.replace('"CSMS"', '"CMS"'),
            "actions: actions.toml#/actions/Reset/initiator:"
            " initiator is 'CMS', not one of CS, CSMS, BOTH",
        ),
        (
            BLOCKS + ROW + 'kind = "PUSH"',
            "actions: actions.toml#/actions/Reset/kind: kind is 'PUSH', not one of CALL, SEND",
        ),
        (
            BLOCKS + ROW + "sumary = 1",
            "actions: actions.toml#/actions/Reset/sumary: unknown key 'sumary'",
        ),
        (
            BLOCKS + ROW + "since = 2.1",
            "actions: actions.toml#/actions/Reset/since: since must be one line of text",
        ),
        (
            BLOCKS + ROW.rpartition("summary")[0],
            "actions: actions.toml#/actions/Reset/summary: Reset has no summary",
        ),
        ("[actions]\nReset = 1", "actions: actions.toml#/actions/Reset: must be a table"),
        ("[action]", "actions: actions.toml#/action: unknown key 'action'"),
        (
            BLOCKS + 'C = { title = "More", module = "provisioning" }',
            "actions: actions.toml#/blocks/C: block B has the module 'provisioning' already",
        ),
        (
            '[blocks]\nB = { title = "Provisioning", module = "Prov isioning" }',
            "actions: actions.toml#/blocks/B: a block needs a title, and a module name",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(GeneratorError) as raised:
        actions.read(path)
    assert str(raised.value).startswith(expected)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, '[actions.A]\nblock = "Z"\n[actions.B]\nblock = "Z"')
    with pytest.raises(GeneratorError) as raised:
        actions.read(path)
    assert {d.pointer for d in raised.value.diagnostics} == {
        *("/actions/A/block", "/actions/A/initiator", "/actions/A/summary"),
        *("/actions/B/block", "/actions/B/initiator", "/actions/B/summary"),
    }


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=r"acme/actions\.toml: cannot be read: No such file"):
        actions.read(tmp_path / "actions.toml", shown="acme/actions.toml")


def test_a_table_may_add_rows_and_blocks_to_another(tmp_path: Path) -> None:
    base = actions.read(written(tmp_path, BLOCKS + ROW))
    more = ROW.replace("Reset", "AcmeReset") + ROW.replace("Reset", "AcmePing").replace(
        '"B"', '"X"'
    )
    own = '[blocks]\nX = { title = "Acme", module = "acme" }\n'
    both = actions.read(written(tmp_path, own + more, "more.toml"), base)
    assert {name: row.block.letter for name, row in both.rows.items()} == {
        "Reset": "B",
        "AcmeReset": "B",
        "AcmePing": "X",
    }


def test_a_table_that_adds_may_not_change(tmp_path: Path) -> None:
    base = actions.read(written(tmp_path, BLOCKS + ROW))
    path = written(tmp_path, BLOCKS.replace('n = "p', 'n = "q') + ROW, "more.toml")
    with pytest.raises(GeneratorError) as raised:
        actions.read(path, base)
    assert str(raised.value).splitlines() == [
        "actions: more.toml#/blocks/B: block B is 'Provisioning' in actions.toml already",
        "actions: more.toml#/actions/Reset: Reset is described twice",
    ]
