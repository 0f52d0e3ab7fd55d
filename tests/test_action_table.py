"""docs/actions.md is current, and what it says is there."""

from __future__ import annotations

import re

import ocpp21
from tests.action_table import DOCUMENT, text
from tests.runtime.ref.csms.running import csms_at, in_loop


def test_the_table_is_current_and_has_each_action_once():
    shown = DOCUMENT.read_text(encoding="utf-8")
    assert shown == text(), "run `python -m tests.action_table`"
    assert sorted(re.findall(r"^\| (\w+) \| (?!started)", shown, re.M)) == sorted(ocpp21.ACTIONS)
    for link in set(re.findall(r"\]\((\S+)\)", shown)):
        assert (DOCUMENT.parent / link).exists()


@in_loop
async def test_each_endpoint_of_the_table_is_in_the_api(tmp_path):
    async with csms_at(f"sqlite+aiosqlite:///{tmp_path}/csms.db") as served:
        schema = (await served.http.get(f"{served.service.http_url}/openapi.json")).json()
    sent = re.findall(r"POST …/actions/(\w+)", text())
    assert len(sent) == 55
    for name in sent:
        assert f"/api/v1/stations/{{identity}}/actions/{name}" in schema["paths"]
