"""What went wrong, where, and what to do about it: the values every stage reports with."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is. Only an ERROR stops the build."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of one stage.

    `file` is the name as the user knows it (relative, as given), `pointer` a JSON pointer into it
    ("" is the whole document), `hint` a sentence that says what to do.
    """

    severity: Severity
    stage: str
    message: str
    file: str | None = None
    pointer: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.pointer is not None:
            place += f"#{self.pointer}"
        return ": ".join(part for part in (self.stage, place, self.message) if part)

    def as_json(self) -> dict[str, str | None]:
        """All fields, by name, as `--json` prints them."""
        return {**asdict(self), "severity": self.severity.value}


class GeneratorError(Exception):
    """The input cannot be used. Carries every finding of the stage that gave up."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


@dataclass(slots=True)
class Findings:
    """Collects what one stage finds, so that a user sees all of it at once."""

    stage: str
    items: list[Diagnostic] = field(default_factory=list)

    def error(
        self, message: str, file: str | None = None, pointer: str | None = None, hint: str = ""
    ) -> None:
        """Note something that makes the input unusable."""
        self._add(Severity.ERROR, message, file, pointer, hint)

    def warn(
        self, message: str, file: str | None = None, pointer: str | None = None, hint: str = ""
    ) -> None:
        """Note something the user should know, but that stops nothing."""
        self._add(Severity.WARNING, message, file, pointer, hint)

    def _add(
        self, severity: Severity, message: str, file: str | None, pointer: str | None, hint: str
    ) -> None:
        self.items.append(Diagnostic(severity, self.stage, message, file, pointer, hint or None))

    def raise_errors(self) -> None:
        """Raise GeneratorError with all findings if one of them is an error."""
        if any(item.severity is Severity.ERROR for item in self.items):
            raise GeneratorError(*self.items)
