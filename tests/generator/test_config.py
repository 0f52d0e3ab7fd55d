"""[tool.ocppgen]: where it is found, what it may say, and what is said about mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocppgen.config import BuildOptions, Models, check_package, find_pyproject, load_config
from ocppgen.diagnostics import GeneratorError

EVERYTHING = """
[tool.ocppgen]
bundle = "schemas.zip"
out = "src"
package = "ocpp_mine"
errata = ["a.toml", "b.toml"]
extend = ["acme"]
templates = "own"
models = "msgspec"
descriptions = true
"""


def errors(folder: Path, text: str | bytes) -> list[tuple[str, str | None]]:
    """The texts and hints of what is wrong with a pyproject.toml."""
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "pyproject.toml").write_bytes(data)
    with pytest.raises(GeneratorError) as caught:
        load_config(folder)
    prefix = f"{folder}/"
    return [(str(d).replace(prefix, ""), d.hint) for d in caught.value.diagnostics]


def test_every_key_is_read_with_paths_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(EVERYTHING)
    assert load_config(tmp_path) == BuildOptions(
        bundle=tmp_path / "schemas.zip",
        out=tmp_path / "src",
        package="ocpp_mine",
        errata=(tmp_path / "a.toml", tmp_path / "b.toml"),
        extend=(tmp_path / "acme",),
        templates=tmp_path / "own",
        models=Models.MSGSPEC,
        descriptions=True,
    )


@pytest.mark.parametrize("text", ["", "[project]\nname = 'x'\n", "[tool.other]\nx = 1\n"])
def test_without_a_table_the_defaults_hold(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert load_config(tmp_path) == BuildOptions()


def test_the_nearest_file_counts_and_is_named_from_where_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ocppgen]\nout = 'src'\n")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    assert find_pyproject(Path()) == Path("../../pyproject.toml")
    assert load_config(Path()).out == Path("../../src")
    (tmp_path / "deep" / "pyproject.toml").write_text("")
    assert find_pyproject(Path()) == Path("../pyproject.toml")
    assert load_config(Path()) == BuildOptions()
    monkeypatch.chdir(tmp_path)
    assert load_config(Path()).out == Path("src")


def test_all_mistakes_are_told_at_once_with_their_place(tmp_path: Path) -> None:
    text = """
    [tool.ocppgen]
    pakage = "x"
    no-errata = true
    out = 1
    errata = "a.toml"
    extend = [1]
    models = "attrs"
    descriptions = "yes"
    bundle = ""
    """
    place = "config: pyproject.toml#/tool/ocppgen"
    assert errors(tmp_path, text) == [
        (f"{place}/pakage: there is no option 'pakage'", "did you mean 'package'?"),
        (f"{place}/no-errata: there is no option 'no-errata'", "did you mean 'errata'?"),
        (f"{place}/out: out must be the path of a folder", "it is 1"),
        (f"{place}/errata: errata must be a list of paths", "it is 'a.toml'"),
        (f"{place}/extend: extend must be a list of paths", "it is [1]"),
        (f"{place}/models: models must be pydantic or msgspec", "it is 'attrs'"),
        (f"{place}/descriptions: descriptions must be true or false", "it is 'yes'"),
        (f"{place}/bundle: bundle must be the path of a folder or zip", "it is ''"),
    ]


def test_a_key_like_no_other_is_answered_with_all(tmp_path: Path) -> None:
    ((_, hint),) = errors(tmp_path, "[tool.ocppgen]\nxyzzy = 1\n")
    known = "bundle, out, package, errata, extend, templates, models, descriptions"
    assert hint == f"known are {known}"


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    ((text, hint),) = errors(tmp_path, "[tool.ocppgen\n")
    assert text.startswith("config: pyproject.toml: this is no TOML: ")
    assert "line 1" in text and hint


def test_a_file_that_is_no_utf_8(tmp_path: Path) -> None:
    ((text, _),) = errors(tmp_path, b"# \xff\n")
    assert text == "config: pyproject.toml: this is no UTF-8 text"


def test_a_value_where_the_table_belongs(tmp_path: Path) -> None:
    ((text, _),) = errors(tmp_path, "[tool]\nocppgen = 1\n")
    assert text == "config: pyproject.toml#/tool/ocppgen: this must be a table"


@pytest.mark.parametrize("name", ["ocpp-21", "2ocpp", "class", "", "a.b", "../x", "a/b"])
def test_a_name_that_python_cannot_import(name: str) -> None:
    with pytest.raises(GeneratorError, match="cannot be the name of a package"):
        check_package(name, "--package")


def test_the_name_of_another_package_is_not_taken() -> None:
    with pytest.raises(GeneratorError, match="belongs to a package of PyPI"):
        check_package("ocpp", "--package")


@pytest.mark.parametrize("name", [None, "ocpp21", "mine"])
def test_other_names_are_fine(name: str | None) -> None:
    check_package(name, "--package")
