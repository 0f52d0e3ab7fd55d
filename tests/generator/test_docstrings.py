"""Docstrings of the generated code."""

from __future__ import annotations

import ast

import pytest

from ocppgen.emit.docstrings import docstring


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short.", '"""Short."""'),
        ("One.\n\nTwo.", '"""One.\n\n    Two.\n    """'),
        ('Ends "so"', '"""Ends "so" """'),
        ("A\\b", '"""A\\\\b"""'),
        ('A """ b', '"""A \'\'\' b"""'),
    ],
)
def test_docstring(text: str, expected: str) -> None:
    assert docstring(text, 4) == expected


@pytest.mark.parametrize("length", range(85, 96))
def test_a_docstring_stays_within_its_column(length: int) -> None:
    text = docstring(("word " * 30)[:length].strip(), 4)
    assert max(map(len, ("    " + text).splitlines())) <= 100


@pytest.mark.parametrize(
    "words", ["plain", 'ends with "quote"', 'has """ inside', "a\\b", "x" * 300, "two\n\nparts"]
)
def test_a_docstring_says_what_it_was_given(words):
    (statement,) = ast.parse(docstring(words)).body
    said = ast.literal_eval(statement.value).split()
    assert said == words.replace('"""', "'''").split()
