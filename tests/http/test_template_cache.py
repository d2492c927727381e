"""Templates are compiled once, and again when any of them changes."""

from pathlib import Path

import pytest
from jinja2 import FileSystemLoader

from web.http import template_compiler
from web.http.template_cache import CompiledTemplates


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "page.html").write_text('<p>{{ name }}</p>{% include "_partial.html" %}')
    (folder / "_partial.html").write_text("<hr>")
    return folder


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that were compiled."""
    names: list[str] = []
    generate = template_compiler.Templates._generate

    def noted(self: template_compiler.Templates, source: object, name: str, *others: object, **more: object) -> object:
        names.append(name)
        return generate(self, source, name, *others, **more)

    monkeypatch.setattr(template_compiler.Templates, "_generate", noted)
    return names


def test_the_next_start_compiles_nothing(templates: Path, compiled: list[str]) -> None:
    first = rendered_at_start(templates)

    second = rendered_at_start(templates)

    assert first == second == "<p>&lt;Ada&gt;</p><hr>"
    assert compiled == ["page.html"]


def test_a_changed_partial_compiles_the_pages_it_is_on(templates: Path, compiled: list[str]) -> None:
    rendered_at_start(templates)
    (templates / "_partial.html").write_text("<br>")

    page = rendered_at_start(templates)

    assert page == "<p>&lt;Ada&gt;</p><br>"
    assert compiled == ["page.html"] * 2


@pytest.mark.parametrize("kept", [0, 3, 20, 40, -1])
def test_what_is_left_of_a_file_after_a_crash_is_compiled_again(
    templates: Path, compiled: list[str], kept: int
) -> None:
    rendered_at_start(templates)
    (file,) = cache_of(templates).iterdir()
    file.write_bytes(file.read_bytes()[:kept])

    page = rendered_at_start(templates)

    assert page == "<p>&lt;Ada&gt;</p><hr>"
    assert compiled == ["page.html"] * 2


def test_without_a_folder_to_write_to_pages_are_rendered(templates: Path, compiled: list[str]) -> None:
    cache_of(templates).write_text("a file where the folder should be")

    page = rendered_at_start(templates)

    assert page == "<p>&lt;Ada&gt;</p><hr>"
    assert compiled == ["page.html"]


def rendered_at_start(folder: Path) -> str:
    environment = template_compiler.Templates(
        loader=FileSystemLoader(folder),
        autoescape=True,
        bytecode_cache=CompiledTemplates(folder, cache_of(folder)),
    )
    return environment.get_template("page.html").render(name="<Ada>")


def cache_of(templates: Path) -> Path:
    return templates.with_name("cache")
