"""What is kept of a transaction comes back as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.requirements import requirement
from tests.runtime.ref.station.transactions.bench import Bench
from tests.runtime.ref.station.transactions.test_session_properties import ACTING, act, benches

from ocppref.station.transactions.record import dump, load


@requirement("E17.FR.01")
@given(bench=benches(), acts=ACTING, extra=st.booleans())
def test_all_that_matters_survives(bench: Bench, acts: list[str], extra: bool) -> None:
    for what in acts:
        act(bench, what)
    if bench.session.transaction is None:
        return
    saved = bench.session.save()
    assert load(dump(saved)) == saved
