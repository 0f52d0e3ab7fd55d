"""Jobs, and the parts that make them complete."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.runtime.ref.csms.running import in_loop, store_at

from ocppref.csms.storage import jobs, reports
from ocppref.csms.storage.jobs import Status
from ocppref.csms.storage.reports import Part

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@in_loop
async def test_a_job_goes_on_after_a_restart_until_it_is_over(database_url: str) -> None:
    async with store_at(database_url) as store:
        await store.write(lambda c: jobs.begin(c, 7, "CS001", "GetLog", '{"requestId":7}', NOW))
    steps = [
        ("Uploading", None, Status.RUNNING, "Uploading"),
        ("Uploaded", Status.SUCCEEDED, Status.SUCCEEDED, "Uploaded"),
        ("UploadFailure", Status.FAILED, Status.SUCCEEDED, "Uploaded"),
    ]
    for told, status, expected, detail in steps:
        async with store_at(database_url) as store:
            job = await store.write(
                lambda c, t=told, s=status: jobs.progress(c, "CS001", 7, t, NOW, s)
            )
            assert job is not None
            assert (job.status, job.detail) == (expected, detail)
            assert job == await store.read(lambda c: jobs.find(c, 7))
    assert [each["status"] for each in job.history] == ["Uploading", "Uploaded", "UploadFailure"]


@in_loop
async def test_a_station_has_no_say_in_the_jobs_of_another(database_url: str) -> None:
    async with store_at(database_url) as store:
        await store.write(lambda c: jobs.begin(c, 7, "CS001", "GetLog", "{}", NOW))
        end = await store.write(
            lambda c: jobs.progress(c, "CS002", 7, "Uploaded", NOW, Status.SUCCEEDED)
        )
        assert end is None
        [running] = await store.read(jobs.find_running)
        assert running.history == []


@in_loop
async def test_parts_count_once_in_any_order_and_for_each_station(database_url: str) -> None:
    def part(number: int | None, last: bool = False) -> Part:
        return Part("NotifyReport", 7, number, last)

    async with store_at(database_url) as store:

        async def collect(station: str, each: Part) -> bool:
            return await store.write(lambda c: reports.collect(c, station, each))

        assert not await collect("CS001", part(2, last=True))
        assert not await collect("CS001", part(0))
        assert not await collect("CS001", part(0))
        assert not await collect("CS002", part(1))
        assert await collect("CS001", part(1))
        assert not await collect("CS003", part(None))
        assert await collect("CS003", part(None, last=True))
