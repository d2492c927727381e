"""The table of claims: what each attack did, how often, and what came of it."""

from collections.abc import Callable

import pytest

from tests.hostile.lengths import HOSTILE

Claim = Callable[[str, int, str], None]
_ROWS = pytest.StashKey[list[tuple[str, int, str]]]()


@pytest.fixture
def claim(request: pytest.FixtureRequest) -> Claim:
    """Adds a row to the table: the attack, how often, the result. Only for what has been asserted before."""
    rows = request.config.stash.setdefault(_ROWS, [])
    return lambda attack, count, result: rows.append((attack, count, result))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the table, as Markdown, where one process ran the attacks: `make hostile` does."""
    if rows := config.stash.get(_ROWS, []):
        terminalreporter.write_line(f"\nHOSTILE={HOSTILE}\n\n| attack or fault | count | result |\n|---|---:|---|")
        for attack, count, result in rows:
            terminalreporter.write_line(f"| {attack} | {count:,} | {result} |")
