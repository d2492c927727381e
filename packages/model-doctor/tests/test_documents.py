"""The models of the guide are right, and the README tells the truth."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from environments import ENVIRONMENTS, PACKAGE, Environment
from examinations import run_jobs, short
from model_doctor.codes import CODES, LEVELS
from test_cli import doctor

README = (PACKAGE / "README.md").read_text()
GUIDE = (PACKAGE / "docs" / "relationships.md").read_text()
MODELS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
# Names of constraints are a matter of the MetaData, which the guide keeps short.
SHORTENED = {"unnamed-constraint"}


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=[environment.name for environment in ENVIRONMENTS])
def test_every_model_of_the_guide_is_right(environment: Environment) -> None:
    models = [model for model in MODELS if model.startswith("# SQLModel") == environment.sqlmodel]
    with TemporaryDirectory() as folder:
        for number, model in enumerate(models):
            (Path(folder) / f"guide_{number}.py").write_text(model)
        jobs = [{"folder": folder, "modules": [f"guide_{number}"]} for number in range(len(models))]

        reports = run_jobs(environment.name, jobs)

    assert len(reports) >= 2
    for report in reports:
        assert report.unreadable == [] and report.tables
        assert {finding.code for finding in report.findings} <= SHORTENED, short(report)


def test_the_documents_name_only_codes_that_exist() -> None:
    words = {word for text in (README, GUIDE) for word in re.findall(r"`([a-z]+(?:-[a-z]+)+)`", text)}
    others = {"delete-orphan", "model-doctor"}

    assert words - others - set(LEVELS) <= set(CODES)


def test_the_guide_names_every_code_of_relationships() -> None:
    relationships = {code for code in CODES if "side" in code or "cascade" in code or "foreign-keys" in code}

    assert not [code for code in relationships if f"`{code}`" not in GUIDE and code != "collection-on-scalar-side"]


def test_the_readme_lists_every_option_and_every_setting(tmp_path: Path) -> None:
    answer = doctor(tmp_path, "--help")

    options = set(re.findall(r"--[a-z-]+", answer.stdout)) - {"--help"}
    assert not [option for option in options if f"{option}" not in README]


def test_the_settings_of_the_readme_are_understood(tmp_path: Path) -> None:
    settings = README.partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "pyproject.toml").write_text(
        settings.replace('"shop.models"', '"nowhere"').replace('env-file = ".env"', "")
    )

    answer = doctor(tmp_path)

    assert answer.returncode == 2
    assert "there is no file model-doctor.json" in answer.stderr, (
        "the settings are read, and only the baseline is missing"
    )
