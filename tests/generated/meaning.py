"""Whether what was written means what was read."""

from __future__ import annotations

from fractions import Fraction

from ocppgen.json_values import JsonObject, JsonValue

from .date_time_texts import decimals, seconds
from .published import SCHEMAS
from .wire_values import DATE_TIME, definitions, items, properties


def means_the_same(message: str, sent: JsonValue, written: JsonValue) -> bool:
    """Whether two valid payloads are equal.

    Date-times are when they are less than a millisecond apart, and what was written has no more
    than three decimals (OCPP 2.1 Part 2, 2.1.3).
    """
    before, after = _Split(message), _Split(message)
    return (
        same(before.rest(sent), after.rest(written))
        and len(before.date_times) == len(after.date_times)
        and all(map(_same_instant, before.date_times, after.date_times))
    )


class _Split:
    """Takes the date-times out of a payload, in the order of the schema's fields."""

    def __init__(self, message: str) -> None:
        self._schema = SCHEMAS[message]
        self._definitions = definitions(self._schema)
        self.date_times: list[str] = []

    def rest(self, value: JsonValue, schema: JsonObject | None = None) -> JsonValue:
        """The value with null for each date-time."""
        schema = self._schema if schema is None else schema
        if "$ref" in schema:
            schema = self._definitions[str(schema["$ref"]).rpartition("/")[2]]
        if schema.get("format") == DATE_TIME and isinstance(value, str):
            self.date_times.append(value)
            return None
        if isinstance(value, list) and "items" in schema:
            return [self.rest(item, items(schema)) for item in value]
        if not isinstance(value, dict):
            return value
        fields = properties(schema).items()
        known = {name: self.rest(value[name], field) for name, field in fields if name in value}
        return {**value, **known}


def same(sent: object, written: object) -> bool:
    """Whether two JSON values are equal; true is not 1 here, but 1.0 is."""
    if isinstance(sent, dict) and isinstance(written, dict):
        keys = sent.keys() == written.keys()
        return keys and all(same(sent[key], written[key]) for key in sent)
    if isinstance(sent, list) and isinstance(written, list):
        return len(sent) == len(written) and all(map(same, sent, written))
    return sent == written and isinstance(sent, bool) is isinstance(written, bool)




def _same_instant(sent: str, written: str) -> bool:
    return decimals(written) <= 3 and abs(seconds(sent) - seconds(written)) < Fraction(1, 1000)
