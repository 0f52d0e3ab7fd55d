"""The API does what its description says, whatever is sent."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.runtime.ref.csms.running import csms_at, in_loop

_TOOL = Path(sys.executable).with_name("st")
_PLACES = r"^/api/v1/(?!events|.*/actions/)|actions/(Reset|GetLog|SetChargingProfile)$|^/[hmr]"


@in_loop
async def test_schemathesis_finds_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station("0")  # the identity that it tries first
        process = await asyncio.create_subprocess_exec(
            _TOOL,
            "run",
            f"{served.service.http_url}/openapi.json",
            *("--header", f"Authorization: Bearer {served.service.api_token}"),
            *("--phases", "coverage,fuzzing", "--max-examples", "2", "--seed", "1"),
            *("--include-path-regex", _PLACES, "--no-color"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=tmp_path,
        )
        try:
            said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode == 0, said.decode()[-5000:]
        assert b"passed" in said
