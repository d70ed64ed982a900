"""The relay of a test's loop, as in the tests of the relay."""

from tests.relay.conftest import page, relay

__all__ = ["page", "relay"]
