"""The command line as the tests of the doors run it."""

from doors.conftest import _cache, comity  # noqa: F401
