import pytest

from tests.cast import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """The cast, made anew for each test."""
    return make_world()
