"""The pages that say which rules are shown are those that the tests make."""

from __future__ import annotations

import pytest

from tests.requirements.coverage import TESTS, rules, shown
from tests.requirements.table import DOCS, PAGES, page


@pytest.mark.parametrize("actor", PAGES)
def test_the_page_is_up_to_date(actor: str) -> None:
    written = (DOCS / PAGES[actor][0]).read_text(encoding="utf-8")
    assert written == page(actor), "run python -m tests.requirements.table"


def test_every_test_names_rules_by_their_form() -> None:
    known = {rule.id.partition(".")[0] for rule in rules()}
    for id in shown(TESTS):
        use_case, _, number = id.partition(".FR.")
        assert use_case in known and number.isdigit(), id
