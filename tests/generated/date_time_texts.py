"""Spellings of date-times, good and bad, and what an instant they mean."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

DATE_TIMES = (
    # as OCPP wants them
    "2025-01-31T12:00:00Z",
    "2025-01-31T12:00:00.5Z",
    "2025-01-31T12:00:00.123Z",
    "2025-01-31T12:00:00.000Z",
    "2025-01-31T12:00:00+01:00",
    # rarer, and good as well
    "2025-01-31t12:00:00z",
    "2025-01-31T12:00:00-00:00",
    "2025-01-31T12:00:00.123456789Z",
    "2025-01-31T12:00:00.9999999999999999999999999Z",
    "2025-01-31T23:59:59.9999+23:59",
    "2025-01-31T00:00:00-23:59",
    "2024-02-29T12:00:00Z",
    "2000-02-29T12:00:00Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59.999-12:00",
    "9999-12-31T23:59:59.9999999Z",
    "9999-12-31T23:59:59.9999999-23:59",
    # no date-time with an offset
    "2025-01-31",
    "12:00:00Z",
    "2025-01-31T12:00:00",
    "2025-01-31T12:00:00.123",
    "2025-01-31T12:00Z",
    "2025-01-31T12Z",
    "2025-W05-5T12:00:00Z",
    "2025-031T12:00:00Z",
    "20250131T120000Z",
    "25-01-31T12:00:00Z",
    "2025-1-31T12:00:00Z",
    "2025-01-31T1:00:00Z",
    "+2025-01-31T12:00:00Z",
    "-2025-01-31T12:00:00Z",
    "12025-01-31T12:00:00Z",
    "now",
    "Fri, 31 Jan 2025 12:00:00 GMT",
    # seconds since 1970
    "1738324800",
    "1738324800.5",
    "-1",
    "0",
    "1e9",
    "NaN",
    "infinity",
    # other marks
    "2025-01-31 12:00:00Z",
    "2025-01-31_12:00:00Z",
    "2025-01-31T12:00:00,5Z",
    "2025-01-31T12:00:00.Z",
    "2025-01-31T12:00:00.5.5Z",
    "2025/01/31T12:00:00Z",
    "2025-01-31T12.00.00Z",
    "2025-01-31T12:00:00\u22121:00",
    "\uff12025-01-31T12:00:00Z",
    "2025-01-31T12:00:00.\u0665Z",
    # other offsets
    "2025-01-31T12:00:00+0100",
    "2025-01-31T12:00:00+01",
    "2025-01-31T12:00:00+1:00",
    "2025-01-31T12:00:00+24:00",
    "2025-01-31T12:00:00-24:00",
    "2025-01-31T12:00:00+01:60",
    "2025-01-31T12:00:00+01:00:00",
    "2025-01-31T12:00:00 Z",
    "2025-01-31T12:00:00 +01:00",
    "2025-01-31T12:00:00ZZ",
    "2025-01-31T12:00:00UTC",
    "2025-01-31T12:00:00Z[Etc/UTC]",
    # no such day or time
    "2025-02-29T12:00:00Z",
    "2025-02-30T12:00:00Z",
    "1900-02-29T12:00:00Z",
    "2025-04-31T12:00:00Z",
    "2025-13-01T12:00:00Z",
    "2025-00-01T12:00:00Z",
    "2025-01-00T12:00:00Z",
    "2025-01-32T12:00:00Z",
    "0000-01-01T00:00:00Z",
    "2025-01-31T24:00:00Z",
    "2025-01-31T25:00:00Z",
    "2025-01-31T12:60:00Z",
    "2025-01-31T12:00:60Z",
    "2016-12-31T23:59:60Z",
    # white space
    " 2025-01-31T12:00:00Z",
    "2025-01-31T12:00:00Z ",
    "2025-01-31T12:00:00Z\r\n",
    "2025-01-31T12:00:00Z\u0000",
)
DATE_TIMES_OURS_ONLY = ("2025-01-31T12:00:00Z\n", "2025-01-31T12:00:00.5+01:00\n")

_PARTS = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))",
    re.ASCII,
)


def seconds(text: str) -> Fraction:
    """The instant of an RFC 3339 date-time, in seconds since the year 1, exactly."""
    found = _PARTS.fullmatch(text)
    assert found, text
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    fraction, sign, offset_hours, offset_minutes = found.groups()[6:]
    offset = int(offset_hours or 0) * 60 + int(offset_minutes or 0)
    minutes = (date(year, month, day).toordinal() * 24 + hour) * 60 + minute
    minutes += offset if sign == "-" else -offset
    return minutes * 60 + second + Fraction(f"0.{fraction or 0}")


def decimals(text: str) -> int:
    """How many decimals the seconds have."""
    found = _PARTS.fullmatch(text)
    assert found, text
    return len(found.group(7) or "")
