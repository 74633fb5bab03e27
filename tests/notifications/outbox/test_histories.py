"""Random histories of a visit: nothing is said that is not so. The long run of the same
is `./run torture deliver`."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import World
from tests.torture._histories import live


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_whatever_happens_no_message_is_stale(world: World, seed: int) -> None:
    """Also: the UID stays, and SEQUENCE rises with each calendar file."""
    listener = live(world, seed=seed)
    assert not listener.stale
