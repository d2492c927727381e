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
    """A function that fails the test with the findings in the modules.

    Takes modules and options as the command does, and reads the settings of the project's pyproject.toml. The models
    are imported in a process of their own: models that tests define are not examined.
    """

    def examine(*arguments: str) -> None:
        command = [sys.executable, "-m", "model_doctor", *arguments]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        answer = subprocess.run(
            command, cwd=pytestconfig.rootpath, env=environment, capture_output=True, text=True, check=False
        )
        if answer.returncode:
            pytest.fail(f"{answer.stdout}{answer.stderr}".strip(), pytrace=False)

    return examine
