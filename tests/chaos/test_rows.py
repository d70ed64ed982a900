"""The quick part of the catalogue: each row that says so, on real processes."""

import gc
import warnings
from collections.abc import Iterator

import pytest

from tests.chaos.place import Services
from tests.chaos.rows import Row, by_site, load
from tests.chaos.running import run
from tests.chaos.table import line

SEED = 6
QUICK = by_site([row for row in load() if row.quick])


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    services = Services()
    yield services
    services.close()


@pytest.mark.parametrize(
    ("row", "database"), QUICK, ids=[f"{row.name}-{database}" for row, database in QUICK]
)
def test_nothing_is_lost_doubled_turned_or_leaked(
    row: Row, database: str, services: Services
) -> None:
    result = run(row, database, services, SEED, quick=True)
    with warnings.catch_warnings():
        # A reader that is cut off while it connects leaves a socket to the collector.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    if result.outcome.skipped is not None:
        pytest.skip(result.outcome.skipped)
    assert result.passed, line(result)
