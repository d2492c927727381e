"""A long file is read as it comes: what stays in memory tells its tasks apart, and is not their text."""

import tracemalloc

from tests.formats.files import reading_of
from web.formats.report import report_of

NOTE = "Two litres of it. " * 50


def peak_of(tasks: int) -> int:
    """Bytes that the preview of a file takes at most, without the file."""
    rows = "".join(f"Buy milk {number},{NOTE},Home,errand\n" for number in range(tasks))
    reading = reading_of(f"Title,Note,List,Labels\n{rows}", "tasks.csv")
    tracemalloc.start()
    try:
        assert report_of(reading).counts["tasks"] == tasks
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_notes_of_a_long_file_are_not_held() -> None:
    assert peak_of(3_000) - peak_of(1_500) < 1_500 * len(NOTE) / 2
