"""What each process of a server loads."""

import gc
import subprocess
import sys
from pathlib import Path

from tests.factories import SECRET


def test_the_collector_never_looks_again_at_what_is_loaded(tmp_path: Path) -> None:
    """In a process of its own, as it holds for all of a process."""
    script = "import gc; from web.app import asgi; asgi(); print(gc.get_freeze_count(), gc.get_threshold()[0])"
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path / 'daybook.db'}", "BETTER_AUTH_SECRET": SECRET}

    said = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    frozen, threshold = map(int, said.stdout.split())
    assert frozen > 10_000
    assert threshold > gc.get_threshold()[0]
