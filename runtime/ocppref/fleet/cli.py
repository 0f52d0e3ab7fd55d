"""The command `ocppref fleet`."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from ocppref.fleet.audit import ApiError, check_api, provision
from ocppref.fleet.crew import Crew, Sample, State
from ocppref.fleet.live import summary, view
from ocppref.fleet.plan import CALM, Api, Plan, PlanError, read_chaos
from ocppref.fleet.report import is_good, to_json
from ocppref.logging import LEVELS

_SAMPLES = 120


class _Refused(click.ClickException):
    """What was asked for cannot be. Exit code 2, as for a wrong option."""

    exit_code = 2


@click.command()
@click.option(
    "--csms-url", default="ws://127.0.0.1:9000/ocpp", show_default=True, help="Without an identity."
)
@click.option("--stations", default=10, show_default=True, help="How many.")
@click.option("--seed", default=1, show_default=True, help="Same seed: same EVs, same faults.")
@click.option("--duration", default=60.0, show_default=True, help="Seconds in which EVs come.")
@click.option("--processes", default=1, show_default=True, help="Share the stations among these.")
@click.option("--chaos", metavar="FAULTS", help="As drop=0.01,delay=50ms: see below.")
@click.option("--boot-storm", is_flag=True, help="All are switched on at the same moment.")
@click.option("--reconnect-storm", type=float, help="Every so many seconds all reconnect at once.")
@click.option("--identity-prefix", default="FLEET", show_default=True, help="As FLEET-00001.")
@click.option("--password", envvar="FLEET_PASSWORD", show_envvar=True, help="Of each station.")
@click.option("--id-token", default="FLEET", show_default=True, help="What all drivers show.")
@click.option("--id-token-type", default="Central", show_default=True)
@click.option("--gap", default=15.0, show_default=True, help="Mean seconds from EV to EV.")
@click.option("--stay", default=30.0, show_default=True, help="Mean seconds an EV charges.")
@click.option("--meter-interval", default=5, show_default=True, help="Seconds.")
@click.option(
    "--message-timeout", default=10, show_default=True, help="Seconds to wait for an answer."
)
@click.option("--settle", default=180.0, show_default=True, help="Seconds all may take at the end.")
@click.option(
    "--verify-api", metavar="URL", help="Compare with the REST API of the reference CSMS."
)
@click.option("--api-token", envvar="CSMS_API_TOKEN", show_envvar=True, help="Of that API.")
@click.option(
    "--provision", "is_provided", is_flag=True, help="Make stations and token known there."
)
@click.option("--json", "json_to", metavar="FILE", help="Write all figures; - is stdout.")
@click.option("--no-live", is_flag=True, help="Lines on a terminal too.")
@click.option(
    "--log-level",
    type=click.Choice(LEVELS, case_sensitive=False),
    default="CRITICAL",
    show_default=True,
    help="What the stations log.",
)
@click.pass_context
def fleet(
    context: click.Context,
    /,
    chaos: str | None,
    verify_api: str | None,
    api_token: str | None,
    is_provided: bool,
    json_to: str | None,
    no_live: bool,
    log_level: str,
    **given: object,
) -> None:
    """Many Charging Stations of ours at any CSMS for OCPP 2.1.

    EVs come, charge and leave; the stations tell of it. The fleet keeps its own journal of every
    TransactionEvent and its answer, and ends with exit code 0 only if nothing was lost: each
    session has a beginning and an end, without gaps, and each event was accepted.

    --chaos names faults with the share of messages that they befall, from 0 to 1: drop (the message
    is lost), duplicate (it comes twice), halfopen (the connection is dead and nobody is told), cut
    (it is reset in the midst of the message), power (the station goes dark). delay is the longest
    time a message takes: 50ms, 0.2s.
    """
    try:
        api = _api(verify_api, api_token, is_provided)
        faults = CALM if chaos is None else read_chaos(chaos)
        plan = Plan(chaos=faults, api=api, **given)  # type: ignore[arg-type]  # click has looked
        _check_file(json_to)
        _prepare(plan, is_provided)
    except (PlanError, ApiError) as error:
        raise _Refused(str(error)) from None
    is_seen = sys.stdout.isatty() and sys.stderr.isatty() and not no_live and json_to != "-"
    state, samples = _run(plan, live=is_seen, log_level=log_level.upper())
    summary(plan, state, Console(stderr=json_to == "-", highlight=False))
    if json_to is not None:
        _write(json_to, json.dumps(to_json(plan, state, samples), indent=2))
    context.exit(0 if is_good(state) else 1)


def _api(url: str | None, token: str | None, is_provided: bool) -> Api | None:
    if url is None:
        if is_provided:
            raise PlanError("--provision is done over the API; give --verify-api too")
        return None
    if not url.startswith(("http://", "https://")):
        raise PlanError(f"--verify-api {url}: it begins with http:// or https://")
    if not token:
        raise PlanError("--verify-api needs the token of the API; give --api-token")
    return Api(url, token)


def _prepare(plan: Plan, is_provided: bool) -> None:
    if plan.api is None:
        return
    asyncio.run(check_api(plan.api))
    if is_provided:
        identities = [plan.identity(number) for number in range(1, plan.stations + 1)]
        token = (plan.id_token_type, plan.id_token)
        asyncio.run(provision(plan.api, identities, plan.password, token))


def _run(plan: Plan, *, live: bool, log_level: str) -> tuple[State, list[Sample]]:
    state: State | None = None
    samples: list[Sample] = []
    every = plan.duration / _SAMPLES
    with Crew(plan, log_level=log_level) as crew, _ending(crew), view(plan, live=live) as shown:
        for state in crew.states():
            shown.show(state)
            if state.usages and state.seconds >= every * len(samples):
                samples.append(state.sample())
    assert state is not None  # there is one process at least
    return state, samples


@contextmanager
def _ending(crew: Crew) -> Iterator[None]:
    """SIGINT or SIGTERM ends the day; the second one ends everything."""
    told = False

    def end(number: int, _: object) -> None:
        nonlocal told
        if told:
            raise KeyboardInterrupt
        told = True
        click.echo(
            "Ending: what is still to be told is told now. Once more to leave at once.", err=True
        )
        crew.end()

    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _check_file(path: str | None) -> None:
    """Before all the work is done: whether the figures can be written."""
    if path in (None, "-"):
        return
    target = Path(str(path))
    if target.is_dir() or not target.parent.is_dir():
        raise PlanError(f"--json {path}: that is no file that can be written; check the folder")
    try:
        target.open("a", encoding="utf-8").close()
    except OSError as error:
        raise PlanError(f"--json {path}: {error.strerror}") from None


def _write(path: str, text: str) -> None:
    if path == "-":
        click.echo(text)
    else:
        Path(path).write_text(text + "\n", encoding="utf-8")
