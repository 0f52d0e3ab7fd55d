"""What goes wrong in the CSMS itself, apart from what a Charging Station or a client gets wrong."""

from __future__ import annotations


class CsmsError(Exception):
    """The root. The text says what is wrong, where, and what to do about it."""


class SettingsError(CsmsError):
    """An option or an environment variable cannot be used."""


class ListenError(CsmsError):
    """An address or a certificate cannot be listened with."""


class StorageError(CsmsError):
    """The database cannot be had, or did not store what it was given."""


class UnstorableError(CsmsError):
    """A value is none that a database can keep: a number of more than 64 bit, a NUL character."""


class IdentityError(CsmsError):
    """A text is no identity of a Charging Station."""
