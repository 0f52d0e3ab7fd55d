"""How much of a bundle is read at most, so that a hostile zip or a wrong folder ends early."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Diagnostic, GeneratorError, Severity

MIB = 1024 * 1024
MAX_FILE_BYTES = 4 * MIB  # the longest schema of OCPP 2.1 has 60 kB
MAX_TOTAL_BYTES = 128 * MIB
MAX_ENTRIES = 50_000
MAX_ZIPS_IN_ZIPS = 3
MAX_JSON_DEPTH = 64  # OCPP 2.1 needs 13


def bundle_error(message: str, file: str, hint: str, pointer: str | None = None) -> GeneratorError:
    """The error for one bundle, or one file of a bundle, that cannot be used."""
    return GeneratorError(Diagnostic(Severity.ERROR, "bundle", message, file, pointer, hint))


@dataclass(slots=True)
class Budget:
    """What may still be read of one bundle."""

    bytes_left: int = MAX_TOTAL_BYTES
    entries_left: int = MAX_ENTRIES

    def spend(self, size: int, file: str) -> None:
        """Count `size` bytes read from `file`. Raises GeneratorError when that is too much."""
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise bundle_error(
                f"the bundle is larger than {MAX_TOTAL_BYTES // MIB} MiB",
                file,
                "Point at the folder or zip that holds only the JSON schemas.",
            )

    def count(self, file: str) -> None:
        """Count one entry of a folder or zip. Raises GeneratorError when there are too many."""
        self.entries_left -= 1
        if self.entries_left < 0:
            raise bundle_error(
                f"the bundle has more than {MAX_ENTRIES} files",
                file,
                "Point at the folder or zip that holds only the JSON schemas.",
            )


def too_large(file: str) -> GeneratorError:
    """The error for one file that is longer than any schema."""
    return bundle_error(
        f"the file is larger than {MAX_FILE_BYTES // MIB} MiB, which no OCPP schema is",
        file,
        "Take the file out of the bundle.",
    )
