"""A pytest fixture that examines models; installed by its entry point.

def test_the_models_are_sound(doctor): doctor("shop.models")
"""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest


@pytest.fixture
def doctor(pytestconfig: pytest.Config) -> Callable[..., None]:
    """Fails the test with what the doctor finds in the modules.

    In a process of its own: models that tests have made are not examined, and broken ones break nothing else.
    """

    def examine(*modules: str) -> None:
        command = [sys.executable, "-m", "model_doctor", *modules]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        answer = subprocess.run(
            command, cwd=pytestconfig.rootpath, env=environment, capture_output=True, text=True, check=False
        )
        if answer.returncode:
            pytest.fail(f"{answer.stdout}{answer.stderr}".strip(), pytrace=False)

    return examine
