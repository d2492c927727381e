"""The check for replaced words reads prose everywhere and names in code, and leaves strings and longer words alone."""

from pathlib import Path

import pytest

from tests import words

PRONOUN, ADVERB, PHRASE = "no" + "body", "an" + "ew", "no " + "news"


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("page.md", f"{PRONOUN.title()} waits.", [PRONOUN]),
        ("page.md", f"Twice is {PHRASE.replace(' ', chr(10))}.", [PHRASE]),
        ("page.html", f"<p>made {ADVERB}</p>", [ADVERB]),
        ("code.py", f"def test_{PRONOUN}s_task(): pass", [PRONOUN]),
        ("code.py", "def f(person): pass", ["person"]),
        ("person.py", "", ["person"]),
        ("code.py", "text = 'a person'  # act", []),
        ("code.py", "personal = action = 1", []),
        ("code.js", "const say = 'person'; // act", ["say"]),
        ("style.css", ".piece--small { color: red }", ["piece"]),
        (".env.example", "DATABASE_SEATS=3", ["DATABASE_SEATS"]),
        ("page.md", "Newspapers and renewals.", []),
    ],
)
def test_what_a_file_contains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, source: str, found: list[str]
) -> None:
    monkeypatch.setattr(words, "ROOT", tmp_path)
    (tmp_path / name).write_text(source)

    assert sorted(set(words.findings(name))) == found


def test_vendored_files_and_landed_migrations_are_left_out() -> None:
    paths = words.tracked()

    assert "README.md" in paths and "Makefile" in paths and "static/js/focus.js" in paths
    assert not [path for path in paths if "vendor/" in path or "_0001_" in path or path.startswith("requirements")]
