"""`ocppref csms`: serves, and sees to stations and tokens in the database."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import TypeVar

import click

import ocppj
from ocpp21 import AuthorizationStatusEnumType, IdTokenType, RegistrationStatusEnumType
from ocppref.csms.domain.authorization import Token
from ocppref.csms.domain.passwords import hash_password, make_password, password_problem
from ocppref.csms.errors import CsmsError
from ocppref.csms.identity import check_identity
from ocppref.csms.settings import CsmsSettings, read_settings
from ocppref.csms.storage import Connection
from ocppref.csms.storage import stations as station_rows
from ocppref.csms.storage import tokens as token_rows
from ocppref.csms.storage.stations import StationRecord
from ocppref.csms.storage.store import open_store
from ocppref.logging import set_up_logging

T = TypeVar("T")
CommandT = TypeVar("CommandT", bound=Callable[..., object])

_QUIET = ("alembic", "sqlalchemy")  # only what goes wrong there


class _Failure(click.ClickException):
    """Bad input, or a place that cannot be used."""

    exit_code = 2


def _database_option(command: CommandT) -> CommandT:
    return click.option(
        "--database-url",
        metavar="URL",
        help="SQLite or PostgreSQL.  [default: sqlite+aiosqlite:///csms.db]",
    )(command)


@click.group()
def csms() -> None:
    """The reference CSMS. Every option is an environment variable too, such as CSMS_PORT."""


@csms.command()
@click.option("--host", help="Address to listen at.  [default: 127.0.0.1]")
@click.option("--port", help="Port for Charging Stations; 0 is a free one.  [default: 9000]")
@click.option("--http-port", help="Port of the REST API; 0 is a free one.  [default: 8080]")
@_database_option
@click.option(
    "--security-profile",
    metavar="0|1|2|3",
    help="Of OCPP. 0 is no security, for a laboratory.  [default: 1]",
)
@click.option("--tls-cert", metavar="FILE", help="Certificate with its chain, in PEM.")
@click.option("--tls-key", metavar="FILE", help="Its key, in PEM.")
@click.option("--client-ca", metavar="FILE", help="CAs of the stations' certificates, in PEM.")
@click.option("--api-token", metavar="TOKEN", help="Bearer token of the REST API.")
@click.option(
    "--accept-unknown",
    is_flag=True,
    default=None,
    help="Let stations in that nobody has added. For a laboratory.",
)
@click.option(
    "--public-url", metavar="URL", help="Where stations reach the HTTP server, if elsewhere."
)
@click.option(
    "--concurrent-tx",
    is_flag=True,
    default=None,
    help="Let a token charge at more than one place at a time.",
)
@click.option("--idle-after", metavar="SECONDS", help="Of silence past a heartbeat. [default: 60]")
@click.option("--heartbeat-interval", metavar="SECONDS", help="[default: 300]")
@click.option("--retry-interval", metavar="SECONDS", help="To the next boot.  [default: 60]")
@click.option("--price-per-kwh", metavar="AMOUNT", help="Without any price, no cost is told.")
@click.option("--price-per-minute", metavar="AMOUNT")
@click.option("--price-per-session", metavar="AMOUNT")
@click.option("--log-level", metavar="LEVEL", help="[default: INFO]")
@click.option("--log-format", metavar="text|json", help="[default: text]")
def serve(**options: object) -> None:
    """Serve Charging Stations and the REST API, until SIGTERM or SIGINT."""
    settings = _settings(**options)
    set_up_logging(settings.log_level, settings.log_format)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    _run(_serve(settings))


@csms.command("add-station")
@click.argument("identity")
@click.option("--password", help="16 to 64 characters; made and printed where none is given.")
@click.option(
    "--registration",
    type=click.Choice([each.value for each in RegistrationStatusEnumType]),
    default=RegistrationStatusEnumType.ACCEPTED.value,
    show_default=True,
    help="What its boots are answered with.",
)
@_database_option
def add_station(
    identity: str, password: str | None, registration: str, database_url: str | None
) -> None:
    """Add a Charging Station, or give it another password."""
    chosen = make_password() if password is None else password
    problem = password_problem(chosen)
    if problem is not None:
        raise _Failure(f"--password: {problem}")
    values = {"password_hash": hash_password(chosen), "registration": registration}
    now = datetime.now(UTC)

    def add(connection: Connection) -> None:
        station_rows.add(connection, identity, now, registration)
        station_rows.change(connection, identity, {**values, "next_password_hash": None})

    try:
        check_identity(identity)
    except CsmsError as error:
        raise _Failure(str(error)) from None
    _in_store(database_url, add)
    shown = f" Its password is {chosen}" if password is None else ""
    click.echo(f"{identity} may connect.{shown}")


@csms.command("add-token")
@click.argument("id_token")
@click.option("--type", "kind", default="ISO14443", show_default=True, help="Type of the token.")
@click.option(
    "--status",
    type=click.Choice([each.value for each in AuthorizationStatusEnumType]),
    default=AuthorizationStatusEnumType.ACCEPTED.value,
    show_default=True,
)
@click.option("--group", metavar="ID", help="groupIdToken, of type Central.")
@_database_option
def add_token(
    id_token: str, kind: str, status: str, group: str | None, database_url: str | None
) -> None:
    """Add a token, or change what is known of it."""
    if not 1 <= len(id_token) <= 255 or not 1 <= len(kind) <= 20:
        raise _Failure("a token has 1 to 255 characters, its type 1 to 20")
    token = Token(
        type=kind,
        id_token=id_token,
        status=AuthorizationStatusEnumType(status),
        group_id_token=None if group is None else IdTokenType(id_token=group, type="Central"),
    )
    _in_store(database_url, lambda connection: token_rows.save(connection, token))
    click.echo(f"{kind} {id_token} is {status}.")


@csms.command("list-stations")
@click.option("--json", "as_json", is_flag=True, help="An object of JSON per line.")
@_database_option
def list_stations(as_json: bool, database_url: str | None) -> None:
    """List the Charging Stations that are known."""
    for record in _in_store(database_url, _all_stations):
        seen = record.last_seen.isoformat(timespec="seconds") if record.last_seen else None
        if as_json:
            shown = {
                "identity": record.identity,
                "registration": record.registration,
                "bootStatus": record.boot_status,
                "lastSeen": seen,
            }
            click.echo(json.dumps(shown))
        else:
            click.echo(f"{record.identity:48} {record.registration:10} {seen or 'never seen'}")


async def _serve(settings: CsmsSettings) -> None:
    from ocppref.csms.service import CsmsService

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with CsmsService(settings) as service:
        if settings.security_profile == 0:
            click.echo("Security profile 0: nothing is secured. For a laboratory only.", err=True)
        if settings.api_token is None:
            click.echo(f"API token, made for this run: {service.api_token}", err=True)
        click.echo(f"CSMS ready ocpp={service.ocpp_url} http={service.http_url}")
        await stop.wait()


def _all_stations(connection: Connection) -> list[StationRecord]:
    found: list[StationRecord] = []
    while page := station_rows.find_all(connection, after=found[-1].identity if found else ""):
        found.extend(page)
    return found


def _in_store(database_url: str | None, work: Callable[[Connection], T]) -> T:
    settings = _settings(database_url=database_url)

    async def run() -> T:
        async with await open_store(settings.database_url.get_secret_value()) as store:
            return await store.write(work)

    return _run(run())


def _settings(**options: object) -> CsmsSettings:
    try:
        return read_settings(**options)
    except CsmsError as error:
        raise _Failure(str(error)) from None


def _run(main: Coroutine[object, None, T]) -> T:
    try:
        return ocppj.run(main)
    except CsmsError as error:
        raise _Failure(str(error)) from None
