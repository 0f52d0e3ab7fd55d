"""How many files a process may have open."""

from __future__ import annotations

import resource

import pytest


def allow(needed: int) -> None:
    """Let this process, and those that it starts, have so many. Fails the test if it may not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        pytest.fail(
            f"this test needs {needed} file descriptors in one process, the hard limit here is "
            f"{hard}: raise it (ulimit -Hn, LimitNOFILE= or docker run --ulimit nofile={needed})",
            pytrace=False,
        )
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
