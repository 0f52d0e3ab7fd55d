"""Requests that are too large for a station, in parts."""

from __future__ import annotations

import pytest
from tests.requirements import requirement

from ocpp21 import (
    AuthorizationData,
    ClearVariableMonitoringRequest,
    ComponentType,
    GetVariableDataType,
    GetVariablesRequest,
    IdTokenType,
    SendLocalListRequest,
    UpdateEnumType,
    VariableType,
)
from ocppref.csms.domain.splitting import Limits, TooLargeError, split


def _request(many: int, name: str = "Name") -> GetVariablesRequest:
    component = ComponentType(name="Component")
    data = [
        GetVariableDataType(component=component, variable=VariableType(name=f"{name}{number}"))
        for number in range(many)
    ]
    return GetVariablesRequest(get_variable_data=data)


@requirement("B06.FR.05")
@pytest.mark.parametrize(
    ("many", "items", "sizes"), [(5, 2, [2, 2, 1]), (4, 2, [2, 2]), (2, 2, [2])]
)
def test_no_part_has_more_items_than_the_station_takes(
    many: int, items: int, sizes: list[int]
) -> None:
    parts = split(_request(many), Limits(items=items))
    assert [len(part.get_variable_data) for part in parts] == sizes
    assert [each for part in parts for each in part.get_variable_data] == (
        _request(many).get_variable_data
    )


def test_without_limits_nothing_is_split() -> None:
    request = _request(100)
    assert split(request, Limits()) == [request]


@pytest.mark.parametrize("size", range(250, 700, 37))
def test_no_frame_is_larger_than_the_station_takes(size: int) -> None:
    parts = split(_request(30), Limits(size=size))
    for part in parts:
        frame = f'[2,"{"x" * 36}","GetVariables",{part.write_json()}]'
        assert len(frame.encode()) <= size
    assert sum(len(part.get_variable_data) for part in parts) == 30
    assert len(parts) < 30 or size < 300


def test_an_item_that_fits_nowhere_is_told() -> None:
    with pytest.raises(TooLargeError) as caught:
        split(_request(2, "n" * 40), Limits(size=120))
    assert caught.value.place == 0


@requirement("N06.FR.04")
def test_ids_are_split_too() -> None:
    parts = split(ClearVariableMonitoringRequest(id=[1, 2, 3]), Limits(items=2))
    assert [part.id for part in parts] == [[1, 2], [3]]


@requirement("D01.FR.18")
def test_a_full_list_goes_on_with_what_is_added_to_it() -> None:
    entries = [
        AuthorizationData(id_token=IdTokenType(id_token=str(number), type="Central"))
        for number in range(3)
    ]
    whole = SendLocalListRequest(
        version_number=7, update_type=UpdateEnumType.FULL, local_authorization_list=entries
    )
    parts = split(whole, Limits(items=2))
    assert [(part.update_type.value, part.version_number) for part in parts] == [
        ("Full", 7),
        ("Differential", 8),
    ]
