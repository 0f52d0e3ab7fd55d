"""jinja2, set up so that a mistake in a template is told like any other bad input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import jinja2

from ..diagnostics import Diagnostic, Findings, GeneratorError, Severity
from ..protocol.tables import did_you_mean
from ..resources import TEMPLATES
from .docstrings import docstring

_STAGE = "templates"
# What the expressions of a template can raise besides jinja2's own errors.
_MISTAKES = (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError)


def environment(templates: Path | None) -> jinja2.Environment:
    """Our templates, with those of the folder `templates` before them.

    Raises GeneratorError if the folder is none, or holds a template that replaces none of ours
    (names that begin with "_" are free, for what its templates include).
    """
    folders = [TEMPLATES] if templates is None else [_checked(templates), TEMPLATES]
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["docstring"] = docstring
    made.filters["literal"] = literal
    return made


def render(env: jinja2.Environment, name: str, context: Mapping[str, object]) -> str:
    """The text of one template. Raises GeneratorError with its line where that goes wrong."""
    try:
        return env.get_template(name).render(context)
    except jinja2.TemplateNotFound as error:
        place, line = _innermost(error.__traceback__, name)
        raise _error(f"there is no template {error.name!r}", place, line) from None
    except jinja2.TemplateSyntaxError as error:
        place = Path(error.filename or name).name
        raise _error(error.message or "syntax error", place, error.lineno) from None
    except UnicodeDecodeError:
        raise _error("is not UTF-8 text", name, None) from None
    except _MISTAKES as error:
        place, line = _innermost(error.__traceback__, name)
        raise _error(str(error) or type(error).__name__, place, line) from None


def literal(text: str) -> str:
    """`text` as a string literal of Python, on one line."""
    return json.dumps(text, ensure_ascii=False)


def _checked(folder: Path) -> Path:
    findings = Findings(_STAGE)
    if not folder.is_dir():
        findings.error("no such folder", str(folder), hint="--templates takes a folder")
    ours = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.jinja2")}
    for path in sorted(folder.rglob("*.jinja2")):
        name = path.relative_to(folder).as_posix()
        if name not in ours and not path.name.startswith("_"):
            hint = did_you_mean(name, ours) or f"templates: {', '.join(sorted(ours))}"
            findings.error("replaces no template of ours", name, hint=hint)
    findings.raise_errors()
    return folder


def _innermost(traceback: TracebackType | None, name: str) -> tuple[str, int | None]:
    """The template and the line that the deepest frame inside a template stands at."""
    place: tuple[str, int | None] = (name, None)
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file.endswith(".jinja2"):
            place = Path(file).name, traceback.tb_lineno
        traceback = traceback.tb_next
    return place


def _error(message: str, template: str, line: int | None) -> GeneratorError:
    file = template if line is None else f"{template}:{line}"
    hint = f"correct the template; the original is {TEMPLATES.name}/{template}"
    return GeneratorError(Diagnostic(Severity.ERROR, _STAGE, message, file, None, hint))
