"""Settings of the whole suite.

Hypothesis runs in the profile "quick", in which every run draws the same examples, so that no test
fails now and then. `pytest --hypothesis-profile=deep` draws many more, other ones each time, and
prints how to draw a failing one again.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow]  # a busy machine is no reason to fail

settings.register_profile(
    "quick", max_examples=100, derandomize=True, deadline=None, suppress_health_check=_SLOW
)
settings.register_profile(
    "deep", max_examples=4000, deadline=None, print_blob=True, suppress_health_check=_SLOW
)
settings.load_profile("quick")
