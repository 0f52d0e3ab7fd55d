"""Texts to read: what peers send, what they should not send, and what never was JSON."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from ocppj.core.frames import Call, CallError, CallResult, CallResultError, Frame, Send

message_ids = st.text(min_size=1, max_size=36)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
payloads = st.builds(
    json.dumps,
    st.dictionaries(st.text(), json_values, max_size=4),
    ensure_ascii=st.booleans(),
    indent=st.none() | st.just(1),
)
names = st.text(min_size=1)

frames: st.SearchStrategy[Frame] = st.one_of(
    st.builds(Call, message_ids, names, payloads),
    st.builds(Send, message_ids, names, payloads),
    st.builds(CallResult, message_ids, payloads),
    st.builds(CallError, message_ids, names, st.text(max_size=255), payloads),
    st.builds(CallResultError, message_ids, names, st.text(max_size=255), payloads),
)

# Everything that JSON is made of, and the openings of frames: joined at random, these texts are
# nearly frames.
PIECES = (
    *('[2,"a","Heartbeat",', '[2, "a", "Heartbeat", ', '[3,"a",', '[6,"a","N",', '[4,"a","E",'),
    *("[", "]", "{", "}", ",", ":", '"', "\\", "\\u0041", "{}", '"k"', '"k":', '{"k":1}', "}]"),
    *("1", "2", "3", "-", "0", "1.5", "1e9", "true", "null", "NaN", "Infinity"),
    *(" ", "\n", "\t", "\x00", "\x7f", "\u00a0", "é", "\ud800", "\ufeff", "x" * 40),
)
near_frames = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)

any_text = st.text(st.characters(codec=None, exclude_categories=()))
all_texts = near_frames | any_text | json_values.map(json.dumps) | payloads
