"""What another app shares, as a line and a note."""

import pytest

from web.domain.sharing import shared

PAGE = "https://example.com/bulbs"


@pytest.mark.parametrize(
    ("given", "line", "note"),
    [
        ({}, "", ""),
        ({"title": "Tulip bulbs", "url": PAGE}, "Tulip bulbs", PAGE),
        ({"title": "Tulip bulbs", "text": PAGE}, "Tulip bulbs", PAGE),
        ({"title": "Tulip bulbs", "text": f"On offer: {PAGE}", "url": PAGE}, "Tulip bulbs", f"On offer: {PAGE}"),
        ({"text": "Tulip bulbs\nOn offer", "url": PAGE}, "Tulip bulbs", f"On offer\n{PAGE}"),
        ({"url": PAGE}, PAGE, ""),
        ({"text": PAGE, "url": PAGE}, PAGE, ""),
        ({"title": PAGE, "url": PAGE}, PAGE, ""),
        ({"title": "  Tulip\n bulbs "}, "Tulip bulbs", ""),
        ({"text": "x" * 250}, "x" * 199 + "…", "x" * 250),
        ({"title": "x" * 250, "url": PAGE}, "x" * 199 + "…", "x" * 250 + "\n" + PAGE),
    ],
)
def test_nothing_of_it_is_lost(given: dict[str, str], line: str, note: str) -> None:
    assert shared(**given) == (line, note)
