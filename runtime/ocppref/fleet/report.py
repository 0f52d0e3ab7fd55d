"""What came of a fleet: for people, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from ocppref.fleet.crew import Sample, State
from ocppref.fleet.plan import Plan
from ocppref.fleet.tally import Latencies

_SHOWN = 20  # problems

Json = dict[str, object]


def is_good(state: State) -> bool:
    """Whether nothing was lost, and all was as it has to be."""
    return state.is_over and not state.errors and not state.tally.problem_count


def verdict(state: State) -> str:
    """In one line."""
    tally = state.tally
    if is_good(state):
        return f"Nothing was lost: {tally.events} events, each accepted."
    if state.errors:
        return f"It cannot be told whether anything was lost: {state.errors[0]}"
    return f"{tally.problem_count} problems."


def to_json(plan: Plan, state: State, samples: Sequence[Sample]) -> Json:
    """All that is known. Latencies are in seconds, memory is in KiB."""
    tally = state.tally
    return {
        "ok": is_good(state),
        "verdict": verdict(state),
        "plan": _plan(plan),
        "seconds": round(state.seconds, 3),
        "stations": {
            "count": tally.stations,
            "online": tally.online,
            "accepted": tally.accepted_stations,
        },
        "sessions": {
            "cars": tally.cars,
            "transactions": tally.transactions,
            "complete": tally.complete,
            "incomplete": tally.incomplete,
        },
        "events": {
            "created": tally.events,
            "accepted": tally.events_accepted,
            "acceptedAgain": tally.events_repeated,
            "verified": tally.verified if plan.api is not None else None,
        },
        "messages": {
            "out": tally.messages_out,
            "in": tally.messages_in,
            "calls": dict(tally.actions),
            "outcomes": dict(tally.outcomes),
            "ignored": tally.ignored,
        },
        "latency": _latency(tally.latencies),
        "errors": dict(tally.errors),
        "connections": {
            "opened": tally.connections,
            "lost": tally.lost,
            "failedAttempts": tally.failed_attempts,
            "reasons": dict(tally.refusals.most_common(_SHOWN)),
        },
        "chaos": dict(tally.incidents),
        "problems": [*state.errors, *tally.problems],
        "problemCount": len(state.errors) + tally.problem_count,
        "processes": [asdict(each) for each in state.usages],
        "samples": [asdict(each) for each in samples],
    }


def _plan(plan: Plan) -> Json:
    """The plan, but for what is secret."""
    shown = asdict(plan)
    del shown["password"]
    shown["api"] = None if plan.api is None else plan.api.url
    return shown


def _latency(latencies: Latencies) -> Json:
    return {
        "count": latencies.count,
        "p50": latencies.quantile(0.5),
        "p99": latencies.quantile(0.99),
        "max": latencies.longest,
    }


def facts(plan: Plan, state: State) -> Iterator[tuple[str, str]]:
    """The summary, line by line."""
    tally, latencies = state.tally, state.tally.latencies
    yield "Stations", f"{tally.stations}, accepted {tally.accepted_stations}"
    sessions = f"{tally.transactions} of {tally.cars} cars"
    yield "Sessions", f"{sessions}, complete {tally.complete}, incomplete {tally.incomplete}"
    again = f", again {tally.events_repeated}" if tally.events_repeated else ""
    yield "Events", f"{tally.events}, accepted {tally.events_accepted}{again}"
    if plan.api is not None:
        yield "Verified", f"{tally.verified} events are at the CSMS as they were told"
    rate = (tally.messages_in + tally.messages_out) / max(state.seconds, 1e-9)
    yield "Messages", f"{tally.messages_out} out, {tally.messages_in} in, {rate:.0f} a second"
    yield "Answers", told(tally.outcomes) or "none"
    yield "Latency", latency_text(latencies)
    yield "Errors", told(tally.errors) or "none"
    lost = f"{tally.lost} lost, {tally.failed_attempts} attempts failed"
    yield "Connections", f"{tally.connections} opened, {lost}"
    if tally.refusals:
        yield "", told(tally.refusals)
    if tally.incidents:
        yield "Chaos", told(tally.incidents)
    yield "Cost here", _cost(state)


def problems(state: State) -> Iterator[str]:
    """The first problems, line by line."""
    tally = state.tally
    yield from state.errors
    yield from tally.problems[:_SHOWN]
    if tally.problem_count > _SHOWN:
        yield f"... and {tally.problem_count - _SHOWN} more"


def progress(state: State) -> str:
    """How it stands, in one line."""
    tally = state.tally
    line = (
        f"{state.seconds:5.0f} s  {tally.online} of {tally.stations} online, "
        f"{tally.running} sessions, {tally.complete} done, "
        f"{tally.events_accepted} of {tally.events} events accepted"
    )
    if tally.problem_count:
        line += f", {tally.problem_count} problems"
    return line


def hindrance(state: State) -> str:
    """Why nobody is connected, if that is so; empty if not."""
    tally = state.tally
    if tally.online or not tally.refusals:
        return ""
    [(reason, _)] = tally.refusals.most_common(1)
    return f"no station has a connection ({reason}); they keep trying"


def latency_text(latencies: Latencies) -> str:
    """In words."""
    half, most = latencies.quantile(0.5), latencies.quantile(0.99)
    if half is None or most is None:
        return "no answers"
    return f"p50 {_time(half)}, p99 {_time(most)}, longest {_time(latencies.longest)}"


def told(counted: Counter[str]) -> str:
    """Names with how often, the most often first."""
    return ", ".join(f"{name} {count}" for name, count in _few(counted.most_common()))


def _few(counted: Iterable[tuple[str, int]], most: int = 6) -> list[tuple[str, int]]:
    return list(counted)[:most]


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _cost(state: State) -> str:
    stations = max(state.tally.stations, 1)
    memory = sum(each.memory for each in state.usages)
    more = memory - sum(each.bare for each in state.usages)
    cpu = sum(each.cpu for each in state.usages)
    return (
        f"{len(state.usages)} processes, {memory / 1024:.0f} MiB ({more / stations:.0f} KiB"
        f" for each station), {cpu:.1f} s of CPU ({1000 * cpu / stations:.0f} ms a station)"
    )
