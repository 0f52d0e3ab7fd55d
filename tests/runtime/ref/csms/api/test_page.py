"""The page: it is served, it takes nothing from elsewhere, and data is never markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files

from tests.runtime.ref.csms.running import csms_at, in_loop


class _Page(HTMLParser):
    """What a page loads, its ids, and what of it is a program."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "href") and value:
                self.links.append(value)
            elif name == "id" and value:
                self.ids.append(value)
            elif name.startswith("on") or name == "style":
                self.inline.append(name)


def _read(name: str) -> str:
    return files("ocppref.csms.api.page").joinpath(name).read_text(encoding="utf-8")


@in_loop
async def test_the_page_and_its_parts_are_served_to_anybody(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        root = served.service.http_url
        kinds = {"/": "text/html", "/page.js": "text/javascript", "/page.css": "text/css"}
        for path, kind in kinds.items():
            answer = await served.http.get(f"{root}{path}", headers={"Authorization": ""})
            assert answer.status_code == 200
            assert answer.headers["Content-Type"].startswith(kind)
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self';")
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert served.service.api_token not in answer.text
        paths = (await served.http.get(f"{root}/openapi.json")).json()["paths"]
        assert not {"/", "/page.js", "/page.css"} & paths.keys()


def test_it_takes_nothing_from_elsewhere_and_has_no_script_within() -> None:
    page = _Page()
    page.feed(_read("page.html"))
    local = {"page.css", "page.js", "docs", "data:,"}
    assert set(page.links) == local
    assert page.inline == []
    assert len(page.ids) == len(set(page.ids))
    assert "url(" not in _read("page.css")


def test_its_script_puts_data_in_as_text_and_finds_what_it_looks_for() -> None:
    script = _read("page.js")
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert way not in script
    page = _Page()
    page.feed(_read("page.html"))
    assert set(re.findall(r'by\("([\w-]+)"\)', script)) <= set(page.ids)
