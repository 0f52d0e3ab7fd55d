"""Signals between parts."""

from __future__ import annotations

from ocppref.station.signals import Signal


def test_listeners_are_called_in_order_until_they_disconnect() -> None:
    signal, heard = Signal[int](), list[str]()
    end_first = signal.connect(lambda value: heard.append(f"first {value}"))
    signal.connect(lambda value: heard.append(f"second {value}"))
    signal.emit(1)
    end_first()
    end_first()
    signal.emit(2)
    assert heard == ["first 1", "second 1", "second 2"]


def test_one_connected_twice_is_called_twice_and_ends_one_by_one() -> None:
    signal, heard = Signal[str](), list[str]()
    end = signal.connect(heard.append)
    signal.connect(heard.append)
    signal.emit("a")
    end()
    signal.emit("b")
    assert heard == ["a", "a", "b"]


def test_who_disconnects_meanwhile_does_not_cost_others_their_call() -> None:
    signal, heard = Signal[int](), list[str]()

    def once(value: int) -> None:
        heard.append("once")
        end()

    end = signal.connect(once)
    signal.connect(lambda value: heard.append("always"))
    signal.emit(1)
    signal.emit(2)
    assert heard == ["once", "always", "always"]
