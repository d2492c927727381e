"""Every code has a fault that shows it, a reason, and a place in the documentation."""

import pytest
from examinations import HERE
from model_doctor.codes import WHY
from test_cli import doctor
from test_faults import FAULTS, marked

ROOT = HERE.parents[2]

# These need a package or a database: test_package.py and test_database.py.
ELSEWHERE = {"never-imported", "database-differs"}
# The mistakes that were seeded and measured before there was a doctor, by the letters and numbers they had there.
SEEDED = {
    "a": "several_keys_none_chosen",
    "b": "field_in_the_class_body",
    "c1": "string_column",
    "c2": "string_table",
    "c3": "string_no_key",
    "c4": "string_misspelt",
    "1": "swapped",
    "2": "sides_disagree",
    "3": "one_side_only",
    "4": "wrong_columns",
    "5": "cascade_on_many_side",
    "6": "passive_deletes_without_ondelete",
    "7": "ondelete_without_passive_deletes",
    "8": "not_null_child",
    "9": "set_null_on_not_null",
    "10": "another_type",
    "11": "without_index",
    "12": "collection_on_scalar_side",
    "13": "scalar_on_collection_side",
    "14": "link_without_primary_key",
    "15": "unnamed_constraints",
    "16": "import_time_default",
}


def test_every_code_has_a_fault() -> None:
    shown = {code for fault in FAULTS for _, code, *_ in marked(HERE / "faults" / f"{fault}.py")}

    assert shown | ELSEWHERE == set(WHY)


def test_every_seeded_mistake_has_a_fault_that_is_named_after_it() -> None:
    """The seventeenth, a module that is never imported, is test_package.py."""
    assert set(SEEDED.values()) <= set(FAULTS)
    for name, fault in SEEDED.items():
        number = "c" if name.startswith("c") else name
        assert (HERE / "faults" / f"{fault}.py").read_text().startswith(f'"""{number}: ')


@pytest.mark.parametrize("code", WHY)
def test_every_code_is_in_the_documentation(code: str) -> None:
    assert f"`{code}`" in (ROOT / "docs" / "doctor.md").read_text()


def test_it_explains_itself() -> None:
    answer = doctor(ROOT, "--help")

    assert answer.returncode == 0
    assert "--json" in answer.stdout and "--database" in answer.stdout
