"""The README of the runtime is true: its snippets run, and its tables are those of the code."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator

import pytest

import ocppj
import ocppj.recording
import ocppj.routing
import ocppj.testing
from ocppj.backoff import Backoff
from ocppj.errors import ErrorCode, OCPPError
from ocppj.lenient import RepairName
from ocppj.limits import Admission, Limits
from ocppj.observer import Observer
from ocppj.testing import Fault
from tests import scripts, snippets

README = snippets.ROOT / "runtime/README.md"
_CSMS, _STATION, *_OTHERS = _ALL = snippets.blocks(README, "python")


def rows(first_title: str) -> list[list[str]]:
    """The rows of the tables whose first column has that title."""
    tables = re.findall(
        rf"^\| {first_title} \|.*\n\|[-|]+\|\n((?:\|.*\|\n)+)", README.read_text("utf-8"), re.M
    )
    lines = "".join(tables).splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def name(cell: str) -> str:
    return cell.strip("`")


@pytest.mark.parametrize("snippet", _OTHERS, ids=range(len(_OTHERS)))
def test_a_snippet_runs(snippet, tmp_path):
    snippets.run(snippet, tmp_path)


def test_the_snippets_are_well_typed(tmp_path):
    snippets.check_types(_ALL, tmp_path)


def test_the_csms_and_the_station_talk_to_each_other(tmp_path):
    csms, station = tmp_path / "csms.py", tmp_path / "station.py"
    csms.write_text(_CSMS.replace("port=9000", "port=0"))
    with scripts.serving(csms) as server:
        station.write_text(_STATION.replace("ws://127.0.0.1:9000", server.url.removesuffix("/")))
        assert scripts.run(station) == ["Accepted 300"]


@pytest.mark.parametrize("snippet", [_CSMS, _STATION], ids=["CSMS", "station"])
def test_each_takes_15_lines(snippet):
    assert len([line for line in snippet.splitlines() if line]) <= 15


def errors(kind: type[OCPPError] = OCPPError) -> Iterator[type[OCPPError]]:
    """All that is public and ours, the most general first."""
    if kind.__module__.startswith("ocppj.") and not kind.__name__.startswith("_"):
        yield kind
    for each in kind.__subclasses__():
        yield from errors(each)


def public_bases(kind: type[BaseException]) -> list[str]:
    found = []
    for base in kind.__bases__:
        found += public_bases(base) if base.__name__.startswith("_") else [base.__name__]
    return found


def test_the_table_of_errors_is_that_of_the_code():
    for public in ocppj.__all__:
        getattr(ocppj, public)  # its module has its errors
    told = {name(row[0]): re.findall(r"`(\w+)`", row[1]) for row in rows("Error")}
    assert told == {each.__name__: public_bases(each) for each in errors()}


def test_the_table_of_codes_is_that_of_the_code():
    assert [name(row[0]) for row in rows("Code")] == sorted(ErrorCode)


def test_the_table_of_repairs_is_that_of_the_code():
    assert [name(row[0]) for row in rows("Repair")] == [each.name for each in RepairName]


def test_the_table_of_faults_is_that_of_the_code():
    assert {name(row[0]) for row in rows("Fault")} == {each.name.lower() for each in Fault}


def test_the_tables_of_limits_are_those_of_the_code():
    told = [(name(row[0]), None if row[1] == "None" else float(row[1])) for row in rows("Field")]
    fields = [each for kind in (Limits, Admission, Backoff) for each in dataclasses.fields(kind)]
    assert told == [(field.name, field.default) for field in fields]


@pytest.mark.parametrize(("module", "kind"), [row[:2] for row in rows("Module")])
def test_an_observer_is_where_the_table_says(module, kind):
    found = getattr(__import__(name(module), fromlist=["x"]), name(kind))
    assert issubclass(found, Observer)


def told(first_title: str) -> dict[str, list[str]]:
    """The names in the last column, by what is in the first."""
    return {name(row[0]): re.findall(r"`(\w+)`", row[-1]) for row in rows(first_title)}


def test_the_table_of_names_is_that_of_the_code():
    names = [each for row in told("For").values() for each in row]
    assert sorted(names) == sorted(ocppj.__all__)


# What the parts of a connection need of each other.
_INNER = {
    "Connection": "after_sending attach connection_lost data_received drop endpoint leave on_lost "
    "pace pause_writing resume_writing service session settle start_closing tell wake"
}


@pytest.mark.parametrize(("kind", "members"), told("Of").items())
def test_the_table_of_members_is_that_of_the_code(kind, members):
    public = {each for each in vars(getattr(ocppj, kind)) if not each.startswith("_")}
    inner = set(_INNER.get(kind, "").split())
    assert inner <= public
    # What `__init__` sets can be seen in the text only.
    source = inspect.getsource(getattr(ocppj, kind))
    set_at_first = set(re.findall(r"^        self\.([a-z]\w*)(?:: [^=]*)? = ", source, re.M))
    assert set(members) == (public | set_at_first) - inner


def test_what_can_be_changed_of_a_station_can_be_changed():
    for row in rows("Change"):
        attribute = re.search(r"station\.(\w+)", row[0])[1]
        found = getattr(ocppj.Station, attribute, None)
        if isinstance(found, property):
            assert found.fset is not None
        else:
            assert found is not None or attribute == "backoff"
