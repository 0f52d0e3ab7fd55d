"""A conversation, played by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runtime.replay.talk import CS, CSMS, said

from ocppj.errors import OCPPUsageError
from ocppj.recording import Conversation
from ocppj.replay.report import Changed, Missing, Unexpected, Unsent
from ocppj.replay.script import Pace, Script

BOOT = '[2,"1","BootNotification",{"reason":"PowerUp"}]'
BOOTED = '[3,"1",{"status":"Accepted"}]'
BEAT = '[2,"2","Heartbeat",{}]'
BEATEN = '[3,"2",{"currentTime":"x"}]'
RESET = '[2,"a","Reset",{"type":"OnIdle"}]'
RESETTING = '[3,"a",{"status":"Scheduled"}]'


AT_ONCE = Pace()


class Play:
    """A script that was started at 100."""

    def __init__(
        self, conversation: Conversation, pace: Pace = AT_ONCE, ignored: tuple[str, ...] = ()
    ) -> None:
        self.script = Script(conversation, CS, pace=pace, ignored=ignored)
        self.script.start(100.0)

    def gets(self, text: str, now: float = 100.0) -> list[str]:
        """What it sends for that."""
        self.script.receive(text, now)
        return self.script.to_send()

    def wakes(self, now: float) -> list[str]:
        self.script.wake(now)
        return self.script.to_send()

    @property
    def differences(self) -> list[object]:
        return list(self.script.report().differences)


def test_our_calls_go_out_as_recorded_each_after_the_answer_to_the_last() -> None:
    play = Play(said((CS, BOOT), (CSMS, BOOTED), (CS, BEAT), (CSMS, BEATEN)))
    assert play.script.to_send() == [BOOT]
    assert play.script.to_send() == []
    assert not play.script.finished
    assert play.gets(BOOTED) == [BEAT]
    assert play.gets(BEATEN) == []
    assert play.script.finished
    report = play.script.report()
    assert report.same
    assert (report.identity, report.sent, report.received) == ("CS001", 2, 2)


def test_a_call_of_the_peers_is_answered_under_the_id_that_it_has_now() -> None:
    play = Play(said((CSMS, RESET), (CS, RESETTING)))
    assert play.script.to_send() == []
    assert play.gets(RESET.replace('"a"', '"new"')) == ['[3,"new",{"status":"Scheduled"}]']
    assert play.script.report().same


def test_an_error_is_an_answer_too() -> None:
    play = Play(said((CSMS, RESET), (CS, '[4,"a","NotSupported","",{}]')))
    assert play.gets(RESET.replace('"a"', '"new"')) == ['[4,"new","NotSupported","",{}]']


def test_answers_wait_for_what_we_said_before_them() -> None:
    play = Play(said((CSMS, RESET), (CS, BEAT), (CSMS, BEATEN), (CS, RESETTING)))
    assert play.gets(RESET) == [BEAT]
    assert play.gets(BEATEN) == [RESETTING]


def test_what_differs_is_reported_with_where() -> None:
    play = Play(said((CS, BOOT), (CSMS, BOOTED), (CSMS, RESET)))
    conversation = said((CS, BOOT), (CSMS, BOOTED), (CSMS, RESET))
    rejected, immediate = BOOTED.replace("Accept", "Reject"), RESET.replace("OnIdle", "Immediate")
    play.gets(rejected)
    play.gets(immediate)
    assert play.differences == [
        Changed(conversation.frames[1], rejected, ("/payload/status",)),
        Changed(conversation.frames[2], immediate, ("/payload/type",)),
    ]


def test_an_error_in_the_place_of_an_answer_is_a_change_and_the_play_goes_on() -> None:
    play = Play(said((CS, BOOT), (CSMS, BOOTED), (CS, BEAT)))
    play.script.to_send()
    assert play.gets('[4,"1","InternalError","",{}]') == [BEAT]
    (changed,) = play.differences
    assert isinstance(changed, Changed)
    assert "/type" in changed.pointers


def test_ignored_properties_do_not_count() -> None:
    play = Play(said((CS, BEAT), (CSMS, BEATEN)), ignored=("currentTime",))
    play.gets(BEATEN.replace("x", "y"))
    assert play.script.report().same


def test_what_does_not_come_is_given_up_after_a_while() -> None:
    conversation = said((CS, BOOT), (CSMS, BOOTED), (CSMS, RESET), (CS, RESETTING), (CS, BEAT))
    play = Play(conversation, Pace(patience=5.0))
    assert play.script.to_send() == [BOOT]
    assert play.script.deadline() == 105.0
    assert play.wakes(104.9) == []
    assert play.wakes(105.0) == []
    assert play.script.deadline() == 110.0
    assert play.wakes(110.0) == [BEAT]
    assert play.script.deadline() is None
    frames = conversation.frames
    assert play.differences == [Missing(frames[1]), Missing(frames[2]), Unsent(frames[3])]


def test_what_comes_too_late_is_unexpected() -> None:
    play = Play(said((CS, BOOT), (CSMS, BOOTED), (CS, BEAT), (CSMS, BEATEN)))
    play.wakes(105.0)
    play.gets(BOOTED)
    assert Unexpected(BOOTED) in play.differences


def test_a_call_that_was_not_recorded_is_refused() -> None:
    play = Play(said((CS, BOOT), (CSMS, BOOTED)))
    play.script.to_send()
    assert play.gets('[2,"n","ClearCache",{}]') == [
        '[4,"n","NotSupported","not in the recording",{}]'
    ]
    assert play.differences == [Unexpected('[2,"n","ClearCache",{}]')]


@pytest.mark.parametrize("text", ['[6,"n","X",{}]', '[3,"n",{}]', "gibberish", '[5,"n","A","",{}]'])
def test_nothing_else_that_was_not_recorded_gets_an_answer(text: str) -> None:
    play = Play(said((CS, BOOT), (CSMS, BOOTED)))
    play.script.to_send()
    assert play.gets(text) == []
    assert play.differences == [Unexpected(text)]


def test_a_call_that_comes_early_is_answered_at_once() -> None:
    booting = (CS, BOOT), (CSMS, BOOTED), (CS, BEAT), (CSMS, BEATEN)
    play = Play(said(*booting, (CSMS, RESET), (CS, RESETTING)))
    play.script.to_send()
    assert play.gets(RESET.replace('"a"', '"new"')) == [RESETTING.replace('"a"', '"new"')]
    assert play.gets(BOOTED) == [BEAT]
    assert play.gets(BEATEN) == []
    assert play.script.finished
    assert play.script.report().same


def test_an_early_call_that_was_never_answered_stays_so() -> None:
    play = Play(said((CS, BOOT), (CSMS, BOOTED), (CSMS, RESET), (CS, BEAT)))
    play.script.to_send()
    assert play.gets(RESET) == []
    assert play.gets(BOOTED) == [BEAT]
    assert play.script.report().same


def test_calls_of_one_action_are_taken_in_order() -> None:
    first, second = RESET.replace("OnIdle", "First"), RESET.replace("OnIdle", "Second")
    second = second.replace('"a"', '"b"')
    answer = RESETTING.replace('"a"', '"b"')
    play = Play(said((CSMS, first), (CS, RESETTING), (CSMS, second), (CS, answer)))
    assert play.gets(first.replace('"a"', '"x"')) == [RESETTING.replace('"a"', '"x"')]
    assert play.gets(second.replace('"b"', '"y"')) == [RESETTING.replace('"a"', '"y"')]
    assert play.script.report().same


def test_a_refused_answer_is_matched_by_the_id_of_the_call() -> None:
    error = '[5,"a","FormatViolation","",{}]'
    play = Play(said((CSMS, RESET), (CS, RESETTING), (CSMS, error)))
    play.gets(RESET.replace('"a"', '"new"'))
    play.gets(error.replace('"a"', '"new"'))
    assert play.script.report().same


def test_a_refused_answer_to_a_call_that_never_came_keeps_its_id() -> None:
    play = Play(said((CSMS, RESET), (CSMS, '[5,"a","FormatViolation","",{}]')))
    play.gets('[5,"a","FormatViolation","",{}]')
    assert play.script.report().received == 1
    assert play.differences == []


def test_gibberish_is_played_as_it_is_on_either_side() -> None:
    error = '[4,"-1","RpcFrameworkError","",{}]'
    play = Play(said((CS, "{gib"), (CSMS, error), (CSMS, "{ber"), (CS, error)))
    assert play.script.to_send() == ["{gib"]
    assert play.gets(error) == []
    assert play.gets("{ish") == [error]
    assert play.script.report().same


def test_bytes_are_taken_as_text() -> None:
    play = Play(said((CSMS, RESET), (CS, RESETTING)))
    play.script.receive(RESET.encode(), 100.0)
    play.script.receive(b"\xff", 100.0)
    assert play.script.to_send() == [RESETTING]
    assert play.differences == [Unexpected("�")]


def test_a_peer_that_leaves_ends_the_play() -> None:
    conversation = said((CS, BOOT), (CSMS, BOOTED), (CSMS, RESET), (CS, RESETTING))
    play = Play(conversation)
    play.gets(RESET)  # early, and answered
    play.script.lose("closed with 1001")
    play.script.lose("for another reason")
    assert play.script.finished
    assert play.script.deadline() is None
    report = play.script.report()
    assert report.differences == (Missing(conversation.frames[1]),)
    assert report.closed == "closed with 1001"


def test_what_could_not_be_sent_any_more_is_told() -> None:
    conversation = said((CS, BOOT), (CSMS, BOOTED), (CS, BEAT))
    play = Play(conversation)
    play.script.lose("gone")
    assert play.differences == [Missing(conversation.frames[1]), Unsent(conversation.frames[2])]


def test_the_recorded_time_is_kept_at_the_speed_that_is_wanted() -> None:
    conversation = said((CS, BOOT), (CSMS, BOOTED), (CS, BEAT), (CSMS, BEATEN), step=10.0)
    play = Play(conversation, Pace(speed=2.0, patience=3.0))
    assert play.script.to_send() == [BOOT]
    assert play.script.deadline() == 108.0  # 5 after the start it is due, and then patience
    assert play.gets(BOOTED, 101.0) == []
    assert play.script.deadline() == 110.0
    assert play.wakes(109.9) == []
    assert play.wakes(111.0) == [BEAT]
    assert play.script.deadline() == 118.0
    assert play.gets(BEATEN, 112.0) == []
    assert play.script.report().same


def test_patience_begins_when_we_are_late() -> None:
    conversation = said((CS, BOOT), (CSMS, BOOTED))
    play = Play(conversation, Pace(speed=1000.0, patience=3.0))
    assert play.script.deadline() == 103.001
    late = Play(said((CSMS, RESET), (CSMS, RESET)), Pace(speed=1.0, patience=3.0))
    late.gets(RESET, 102.5)
    assert late.script.deadline() == 105.5


def test_a_clock_that_went_back_while_recording_does_no_harm() -> None:
    conversation = said((CS, BOOT), (CS, BEAT), step=-3600.0)
    assert Play(conversation, Pace(speed=1.0)).script.to_send() == [BOOT, BEAT]


@pytest.mark.parametrize(("speed", "patience"), [(0.0, 1.0), (-1.0, 1.0), (None, 0.0)])
def test_time_only_goes_forward(speed: float | None, patience: float) -> None:
    with pytest.raises(OCPPUsageError, match="positive"):
        Pace(speed, patience)


def test_an_empty_conversation_is_over_at_once() -> None:
    play = Play(said())
    assert play.script.finished
    assert play.script.report().same


FRAMES = [BOOT, BOOTED, BEAT, BEATEN, RESET, RESETTING, "gibberish", '[6,"s","X",{}]',
          '[5,"a","A","",{}]', '[4,"-1","A","",{}]']  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from([CS, CSMS]), st.sampled_from(FRAMES)), max_size=8),
    st.lists(st.sampled_from([*FRAMES, "wake", "lose"]), max_size=12),
)
def test_it_always_comes_to_an_end_and_every_frame_is_accounted_for(
    lines: list[tuple[object, str]], events: list[str]
) -> None:
    conversation = said(*lines)  # type: ignore[arg-type]
    play = Play(conversation)
    now = 100.0
    for event in events:
        now += 1
        if event == "lose":
            play.script.lose("gone")
        elif event == "wake":
            play.wakes(now)
        else:
            play.gets(event, now)
    for deadline in _deadlines(play.script):
        play.script.wake(deadline)
    given_up = [each for each in play.differences if isinstance(each, Missing | Unsent)]
    assert len(given_up) <= len(conversation.frames)
    assert len({id(each.recorded) for each in given_up}) == len(given_up)


def _deadlines(script: Script) -> Iterator[float]:
    for _ in range(100):
        deadline = script.deadline()
        if deadline is None:
            return
        yield deadline
    raise AssertionError("it never ends")
