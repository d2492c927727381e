"""200 tables are examined in less than 3 seconds, and the time grows in line with the tables."""

import sys

from environments import PACKAGE

sys.path.insert(0, str(PACKAGE / "benchmarks"))

from speed import timed

# Processor time: other processes on the machine do not count.
CLOCK = "process_time"
# Doubling the tables takes about twice as long; a check that compares all tables with all takes four times.
GROWTH = 2.9


def test_200_tables_take_less_than_3_seconds() -> None:
    findings, _, seconds = timed(200, CLOCK)

    assert findings > 200
    assert seconds < 3


def test_the_time_grows_in_line_with_the_tables() -> None:
    once, twice = (min(timed(tables, CLOCK)[2] for _ in range(2)) for tables in (80, 160))

    assert twice / once < GROWTH
