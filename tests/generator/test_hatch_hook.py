"""A project that generates its package in its build step, by configuration alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

SAMPLE = Path(__file__).with_name("sample_project")
BUNDLE = Path(__file__).parents[1] / "golden" / "bundles" / "date_time"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the sample project, in which git ignores what is generated."""
    folder = tmp_path / "project"
    shutil.copytree(SAMPLE, folder)
    shutil.copytree(BUNDLE, folder / "schemas")
    (folder / "gitignore.txt").rename(folder / ".gitignore")
    return folder


def run_hatchling(project: Path, target: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


def configure(project: Path, old: str, new: str) -> None:
    path = project / "pyproject.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def wheel_names(project: Path) -> list[str]:
    (wheel,) = (project / "dist").glob("*.whl")
    return zipfile.ZipFile(wheel).namelist()


def test_a_wheel_holds_the_generated_package(project: Path) -> None:
    done = run_hatchling(project, "wheel")
    assert done.returncode == 0, done.stderr
    names = wheel_names(project)
    assert {"sample/__init__.py", "ocpp_sample/__init__.py", "ocpp_sample/py.typed"} <= {*names}
    assert len(names) == len(set(names))
    (wheel,) = (project / "dist").glob("*.whl")
    program = (
        "import ocpp_sample; print(ocpp_sample.__file__);"
        "print(ocpp_sample.HeartbeatRequest.model_validate_json('{}'))"
    )
    used = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(wheel)}, cwd=project.parent,
        capture_output=True, text=True,
    )  # fmt: skip
    assert used.returncode == 0, used.stderr
    assert str(wheel) in used.stdout


def test_a_package_inside_another_one_is_built_there(project: Path) -> None:
    configure(project, 'out = "src"', 'out = "src/sample"')
    (project / ".gitignore").write_text("/src/sample/ocpp_sample/\n")
    done = run_hatchling(project, "wheel")
    assert done.returncode == 0, done.stderr
    names = wheel_names(project)
    assert "sample/ocpp_sample/__init__.py" in names
    assert not any(name.startswith("ocpp_sample") for name in names)
    assert len(names) == len(set(names))


def test_an_sdist_holds_the_generated_package_too(project: Path) -> None:
    done = run_hatchling(project, "sdist")
    assert done.returncode == 0, done.stderr
    (sdist,) = (project / "dist").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        assert "sample-1.0/src/ocpp_sample/__init__.py" in archive.getnames()


def test_a_bad_option_ends_the_build(project: Path) -> None:
    configure(project, "package =", "pakage =")
    done = run_hatchling(project, "wheel")
    assert done.returncode == 1
    assert "there is no option 'pakage'" in done.stderr
    assert "did you mean 'package'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(project.glob("dist/*.whl"))


def test_a_bad_bundle_ends_the_build(project: Path) -> None:
    (project / "schemas" / "HeartbeatRequest.json").write_text("{")
    done = run_hatchling(project, "wheel")
    assert done.returncode == 1
    assert "bundle: HeartbeatRequest.json" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "src" / "ocpp_sample").exists()


def test_a_folder_outside_the_project_is_refused(project: Path) -> None:
    configure(project, 'out = "src"', 'out = "../elsewhere"')
    done = run_hatchling(project, "wheel")
    assert done.returncode == 1
    assert "#/tool/hatch/build/hooks/ocppgen/out: out leads out of the project" in done.stderr
    assert not (project.parent / "elsewhere").exists()
