"""What counts as a difference between two frames."""

from __future__ import annotations

import pytest
from tests.runtime.replay.talk import CS, said

from ocppj.core import decode
from ocppj.replay.report import Missing, Report, compare


def differ(recorded: str, received: str, *ignored: str) -> tuple[str, ...]:
    return compare(decode(recorded), decode(received), ignored)


@pytest.mark.parametrize(
    ("recorded", "received"),
    [
        ('[2,"a","X",{"b":1,"c":[]}]', '[2, "z", "X", {"c": [], "b": 1.0}]'),
        ('[3,"a",{}]', '[3,"z",null]'),
        ('[4,"a","InternalError","",{}]', '[4,"z","InternalError",null,{}]'),
        ('[6,"a","X",{"n":null}]', '[6,"b","X",{"n":null}]'),
        ("gibberish", "other gibberish"),
        ('[2,"a","X",{broken}]', '[2,"z","X",{broken}]'),
    ],
)
def test_these_are_the_same(recorded: str, received: str) -> None:
    assert differ(recorded, received) == ()


_ERROR = ("/code", "/description", "/details")


@pytest.mark.parametrize(
    ("recorded", "received", "pointers"),
    [
        ('[3,"a",{"status":"Accepted"}]', '[3,"a",{"status":"Rejected"}]', ("/payload/status",)),
        ('[3,"a",{"x":1}]', '[3,"a",{"y":1}]', ("/payload/x", "/payload/y")),
        ('[3,"a",{"x":1}]', '[3,"a",{"x":true}]', ("/payload/x",)),
        ('[3,"a",{"x":null}]', '[3,"a",{}]', ("/payload/x",)),
        ('[3,"a",{"x":{}}]', '[3,"a",{"x":[]}]', ("/payload/x",)),
        ('[3,"a",{"x":[]}]', '[3,"a",{"x":{}}]', ("/payload/x",)),
        ('[3,"a",{"x":[1,2]}]', '[3,"a",{"x":[0,2,3]}]', ("/payload/x/0", "/payload/x/2")),
        ('[3,"a",{"x":[{"y":1}]}]', '[3,"a",{"x":[{"y":2}]}]', ("/payload/x/0/y",)),
        ('[4,"a","A","b",{}]', '[4,"a","B","b",{"c":1}]', ("/code", "/details/c")),
        ('[3,"a",{}]', '[4,"a","","",{}]', ("/type", "/payload", *_ERROR)),
        ('[5,"a","A","b",{}]', '[5,"a","A","c",{}]', ("/description",)),
        ("gibberish", "7", ("",)),
        ("gibberish", '[3,"a",{}]', ("",)),
        ('[2,"a","X",{broken}]', '[2,"z","X",{broke}]', ("",)),
    ],
)  # fmt: skip
def test_these_differ(recorded: str, received: str, pointers: tuple[str, ...]) -> None:
    assert differ(recorded, received) == pointers


def test_properties_can_be_ignored_but_not_left_out() -> None:
    now = '[3,"a",{"currentTime":"2026-01-31T12:00:00Z","interval":300}]'
    later = '[3,"a",{"currentTime":"2027-01-31T12:00:00Z","interval":300}]'
    assert differ(now, later, "currentTime") == ()
    assert differ(now, '[3,"a",{"interval":300}]', "currentTime") == ("/payload/currentTime",)


def test_what_is_nested_too_deep_is_compared_as_text() -> None:
    deep = '[2,"a","X",{"x":' + "[" * 50_000 + "]" * 50_000 + "}]"
    assert differ(deep, deep.replace('"a"', '"z"')) == ()
    assert differ(deep, '[2,"a","X",{"x":[]}]') == ("",)


def test_a_report_is_the_same_only_without_differences_and_to_the_end() -> None:
    (frame,) = said((CS, "x")).frames
    assert Report("CS001", 1, 1, ()).same
    assert not Report("CS001", 1, 1, (Missing(frame),)).same
    assert not Report("CS001", 1, 1, (), "closed with 1001").same
