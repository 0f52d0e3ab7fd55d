"""Boots and reports."""

from __future__ import annotations

from tests.requirements import requirement
from tests.runtime.ref.csms.running import Served, boot, csms_at, in_loop, until
from tests.runtime.ref.csms.station_side import StationSide, report_part


async def _names(served: Served) -> list[str]:
    return [each["variable"]["name"] for each in await served.get("/stations/CS001/variables")]


@requirement("B07.FR.14")
@in_loop
async def test_a_new_station_and_new_firmware_are_asked_for_their_inventory(
    database_url: str,
) -> None:
    side = StationSide(GetBaseReport={"status": "Accepted"})
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side, booted=False) as station:
            for version in ("1", "1", "2", "2"):
                await station.calls.boot_notification(boot(firmware_version=version))
            await until(lambda: len(side.requests("GetBaseReport")) == 2)
            first, second = side.requests("GetBaseReport")
            assert first.report_base == second.report_base == "FullInventory"
            assert first.request_id != second.request_id


@in_loop
async def test_a_report_in_three_parts_is_complete_with_the_last(database_url: str) -> None:
    side = StationSide(GetBaseReport={"status": "Accepted"})
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            asked = await side.came("GetBaseReport")
            number = asked.request_id
            await station.calls.notify_report(report_part(number, 0, "A", tbc=True))
            await station.calls.notify_report(report_part(number, 2, "C", tbc=False))
            assert (await served.get(f"/jobs/{number}"))["status"] == "running"
            await station.calls.notify_report(report_part(number, 1, "B", tbc=True))
            job = await served.get(f"/jobs/{number}")
            assert (job["status"], job["kind"]) == ("succeeded", "GetBaseReport")
            assert await _names(served) == ["A", "B", "C"]


@in_loop
async def test_a_full_inventory_leaves_nothing_that_it_does_not_name(database_url: str) -> None:
    side = StationSide(GetBaseReport={"status": "Accepted"})
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            number = (await side.came("GetBaseReport")).request_id
            await station.calls.notify_report(report_part(number, 0, "Old", tbc=False))
            body = {"reportBase": "FullInventory"}
            await served.post("/stations/CS001/actions/GetBaseReport", body)
            number = side.requests("GetBaseReport")[-1].request_id
            await station.calls.notify_report(report_part(number, 0, "New", tbc=False))
            assert await _names(served) == ["New"]
            body = {"reportBase": "SummaryInventory"}
            await served.post("/stations/CS001/actions/GetBaseReport", body)
            number = side.requests("GetBaseReport")[-1].request_id
            await station.calls.notify_report(report_part(number, 0, "Also", tbc=False))
            assert await _names(served) == ["Also", "New"]


@in_loop
async def test_a_job_is_finished_by_a_report_that_comes_after_a_restart(
    database_url: str,
) -> None:
    side = StationSide(GetBaseReport={"status": "Accepted"})
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            number = (await side.came("GetBaseReport")).request_id
            await station.calls.notify_report(report_part(number, 0, "A", tbc=True))
    async with csms_at(database_url) as served:
        async with served.station(booted=False) as station:
            await station.calls.notify_report(report_part(number, 1, "B", tbc=False))
        assert (await served.get(f"/jobs/{number}"))["status"] == "succeeded"
