"""Errata laid over bundles. What is refused, and how, is golden: tests/golden/bad_errata."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ocppgen.diagnostics import GeneratorError
from ocppgen.json_values import JsonValue
from ocppgen.schema import merge
from ocppgen.source import bundle, errata, versions
from ocppgen.source.bundle import SchemaBundle

from .golden_texts import BUNDLES, GOLDEN, said

WHY = 'reason = "Because."\nsource = "Here."\n'


@pytest.fixture(scope="module")
def crates() -> SchemaBundle:
    """Two files that both define CrateType and LabelEnumType."""
    return bundle.load(BUNDLES / "shared_type")


def patched(base: SchemaBundle, tmp_path: Path, *patches: str) -> SchemaBundle:
    """`base` with an errata file of these patches laid over it."""
    path = tmp_path / "fixes.toml"
    path.write_text("".join(f"[[patch]]\n{patch}\n{WHY}\n" for patch in patches))
    return errata.apply(base, errata.read(path))


def at(base: SchemaBundle, file: str, *steps: str) -> JsonValue:
    """What stands there."""
    value: JsonValue = base.files[file].schema
    for step in steps:
        assert isinstance(value, dict)
        value = value[step]
    return value


@pytest.mark.parametrize(
    "path", sorted((GOLDEN / "bad_errata").glob("*.toml")), ids=lambda path: path.stem
)
def test_bad_erratum_is_refused_with_its_golden_text(path: Path, crates: SchemaBundle) -> None:
    with pytest.raises(GeneratorError) as caught:
        errata.apply(crates, errata.read(path, path.name))
    assert said(caught.value) == path.with_suffix(".txt").read_text()


def test_patch_of_a_definition_goes_to_every_file_with_it(
    crates: SchemaBundle, tmp_path: Path
) -> None:
    after = patched(
        crates,
        tmp_path,
        'definition = "CrateType"\npointer = "/properties/weight/maximum"\n'
        'absent = true\nop = "put"\nvalue = 50',
    )
    for file in after.files:
        weight = at(after, file, "definitions", "CrateType", "properties", "weight")
        assert weight == {"type": "number", "maximum": 50}
    merged = merge.merge(after).types["CrateType"].schema
    assert merged != merge.merge(crates).types["CrateType"].schema


def test_the_bundle_itself_stays_as_it_was(crates: SchemaBundle, tmp_path: Path) -> None:
    patched(
        crates,
        tmp_path,
        'definition = "CrateType"\npointer = "/required/0"\nexpect = "weight"\nop = "remove"',
    )
    assert crates == bundle.load(BUNDLES / "shared_type")


def test_digest_tells_that_something_was_changed(crates: SchemaBundle, tmp_path: Path) -> None:
    after = patched(
        crates,
        tmp_path,
        'file = "MeterValuesRequest.json"\npointer = "/required"\n'
        'expect = ["crate"]\nop = "remove"',
    )
    changed = [name for name in crates.files if after.files[name] != crates.files[name]]
    assert changed == ["MeterValuesRequest.json"]
    assert after.digest != crates.digest
    assert after.files["MeterValuesRequest.json"].sha256 != ""
    assert after.origin == crates.origin


def test_no_patches_change_nothing(crates: SchemaBundle) -> None:
    assert errata.apply(crates, ()) == crates


def test_list_elements_are_appended_replaced_and_removed(
    crates: SchemaBundle, tmp_path: Path
) -> None:
    label = 'definition = "LabelEnumType"\n'
    after = patched(
        crates,
        tmp_path,
        f'{label}pointer = "/enum/-"\nabsent = true\nop = "put"\nvalue = "Wet"',
        f'{label}pointer = "/enum/0"\nexpect = "Fragile"\nop = "put"\nvalue = "Glass"',
        f'{label}pointer = "/enum/1"\nexpect = "Heavy"\nop = "remove"',
    )
    for file in after.files:
        assert at(after, file, "definitions", "LabelEnumType", "enum") == ["Glass", "Wet"]


def test_new_definition_beside_another(crates: SchemaBundle, tmp_path: Path) -> None:
    after = patched(
        crates,
        tmp_path,
        'files_defining = "CrateType"\npointer = "/definitions/LidEnumType"\nabsent = true\n'
        'op = "put"\nvalue = { type = "string", enum = ["Open", "Shut"] }',
        'definition = "CrateType"\npointer = "/properties/lid"\nabsent = true\n'
        'op = "put"\nvalue = { "$ref" = "#/definitions/LidEnumType" }',
    )
    types = merge.merge(after).types
    assert types["LidEnumType"].sources == ("MeterValuesRequest.json", "MeterValuesResponse.json")


def test_whole_definition_is_replaced_and_removed(crates: SchemaBundle, tmp_path: Path) -> None:
    request = at(crates, "MeterValuesRequest.json", "definitions", "LabelEnumType")
    assert isinstance(request, dict)
    after = patched(
        crates,
        tmp_path,
        'file = "MeterValuesRequest.json"\npointer = "/definitions/LabelEnumType/description"\n'
        f'expect = "{request["description"]}"\nop = "put"\nvalue = "A label."',
        'file = "MeterValuesResponse.json"\npointer = "/definitions/LabelEnumType/description"\n'
        'expect = "A crate that comes back."\nop = "put"\nvalue = "A label."',
        'definition = "LabelEnumType"\npointer = ""\nop = "remove"\n'
        'expect = { description = "A label.", type = "string", additionalProperties = false,'
        ' enum = ["Fragile", "Heavy"] }',
    )
    for file in after.files:
        definitions = at(after, file, "definitions")
        assert isinstance(definitions, dict)
        assert list(definitions) == ["CrateType"]


def test_names_with_slashes_and_tildes_are_reached(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "X.json").write_text(
        '{"type": "object", "properties": {"a/b~c": {"type": "string"}}}'
    )
    after = patched(
        bundle.load(tmp_path / "b"),
        tmp_path,
        'file = "X.json"\npointer = "/properties/a~1b~0c/type"\nexpect = "string"\n'
        'op = "put"\nvalue = "number"',
    )
    assert at(after, "X.json", "properties", "a/b~c", "type") == "number"


def test_true_is_not_one(tmp_path: Path) -> None:
    property_default = bundle.load(BUNDLES / "property_default")
    patch = (
        'file = "GetReportRequest.json"\npointer = "/properties/loud/default"\nexpect = 0\n'
        'op = "put"\nvalue = true'
    )
    with pytest.raises(GeneratorError, match="it expects 0, but here is false"):
        patched(property_default, tmp_path, patch)


def test_all_stale_patches_are_told_at_once(crates: SchemaBundle, tmp_path: Path) -> None:
    patch = 'definition = "CrateType"\npointer = "/title"\nexpect = "{}"\nop = "remove"'
    with pytest.raises(GeneratorError) as caught:
        patched(crates, tmp_path, patch.format("a"), patch.format("b"))
    assert len(caught.value.diagnostics) == 2


def test_folder_is_read_by_file_name(crates: SchemaBundle, tmp_path: Path) -> None:
    folder = tmp_path / "ocpp-9" / "errata"
    folder.mkdir(parents=True)
    for name in "cafebd":
        (folder / f"{name}.toml").write_text(
            f'[[patch]]\ndefinition = "CrateType"\npointer = "/properties/{name}"\n'
            f'op = "put"\nabsent = true\nvalue = {{ type = "string" }}\n{WHY}'
        )
    patches = errata.read_folder(folder)
    assert [patch.place for patch in patches] == [
        f"ocpp-9/errata/{name}.toml:1" for name in "abcdef"
    ]
    added = at(errata.apply(crates, patches), "MeterValuesRequest.json", "definitions")
    assert isinstance(added, dict)
    assert list(added["CrateType"]["properties"])[-6:] == list("abcdef")
    assert errata.read_folder(tmp_path / "nowhere") == ()


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=r"gone\.toml: cannot be read: No such file"):
        errata.read(tmp_path / "gone.toml")


@pytest.mark.parametrize("version", versions.VERSIONS.values(), ids=lambda version: version.number)
def test_our_own_errata_can_be_read(version: versions.Version) -> None:
    errata.read_folder(version.folder / "errata")
    assert (version.folder / "errata" / "README.md").is_file()


def test_the_example_of_the_readme_can_be_read(tmp_path: Path) -> None:
    readme = (versions.OCPP_2_1.folder / "errata" / "README.md").read_text()
    example = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    (tmp_path / "example.toml").write_text("".join(example))
    (patch,) = errata.read(tmp_path / "example.toml")
    assert (patch.target.name, patch.value) == ("CrateType", 80)
