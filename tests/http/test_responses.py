"""User input is rendered as text on every page, never as markup."""

from typing import Any

import pytest
from jinja2 import TemplateAssertionError, UndefinedError
from markupsafe import Markup, escape

from tests.client import HtmlClient, Page
from tests.factories import Factory
from web.http.static_files import Assets
from web.http.template_compiler import escaped
from web.http.template_filters import templates

MARKUP = "</textarea>\"'><img src=x>"


class Html:
    """Supplies its own markup through `__html__`."""

    def __html__(self) -> str:
        return "<b>bold</b>"


class Text(str):
    """A subclass of str, as libraries return them."""


class Number(int):
    """Becomes markup when it is converted to a string."""

    def __str__(self) -> str:
        return MARKUP


HOSTILE: list[Any] = [
    *(MARKUP, "&<>\"'", "&amp;", "", "\x00<\u2028>", "‮<b>", "𝒜<" * 50, "ＡＢ＜"),
    *(Text(MARKUP), Markup(MARKUP), Markup(""), Html(), Number(7), 0, -(10**30), True, None, 1.5),
    *([MARKUP], {MARKUP: MARKUP}, b"<b>", ValueError(MARKUP)),
]


def is_text(page: Page) -> bool:
    return "src=x" in page.html and not page.tree.css("img")


def test_a_search_query_is_text(ada: HtmlClient) -> None:
    headers = {"cookie": ada.cookie}

    page = ada.ask("GET", "/tasks", params={"q": MARKUP}, headers=headers)
    partial = ada.ask("GET", "/tasks", params={"q": MARKUP}, headers={**headers, "hx-request": "true"})

    assert is_text(page) and is_text(partial)
    assert page.value("q") == MARKUP


@pytest.mark.parametrize("htmx", [True, False])
def test_input_in_a_refused_form_is_text(ada: HtmlClient, make: Factory, htmx: bool) -> None:
    task = make.task(ada.user)

    added = ada.post("/tasks", htmx=htmx, title="x" * 201, description=MARKUP)
    stale = ada.post(f"/tasks/{task.id}", htmx=htmx, title=MARKUP, description=MARKUP, version="0")

    assert (added.status, stale.status) == (422, 409)
    assert is_text(added) and is_text(stale)
    assert added.value("description") == stale.value("title") == MARKUP


def test_the_stored_version_beside_a_stale_edit_is_text(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user, MARKUP, description=MARKUP)

    assert is_text(ada.post(f"/tasks/{task.id}", title="Buy milk", version="0"))


def test_the_title_of_a_deleted_task_is_text(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user, MARKUP)

    assert is_text(ada.post(f"/tasks/{task.id}/delete", htmx=True))
    assert is_text(ada.get(f"/tasks?deleted={task.id}"))


def test_the_name_of_a_user_is_text(signed_out: HtmlClient, make: Factory) -> None:
    assert is_text(signed_out.signed_in_as(make.user(MARKUP), make).get("/tasks"))


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
def test_an_email_and_a_redirect_target_are_text(signed_out: HtmlClient, path: str) -> None:
    assert is_text(signed_out.post(path, email=MARKUP))
    assert is_text(signed_out.post(path, next=f"/{MARKUP}"))


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: "Html" if isinstance(value, Html) else repr(value))
def test_templates_escape_as_markupsafe_does(value: Any) -> None:
    template = templates(Assets()).from_string("{% macro m(x) %}{{ x }}{% endmacro %}{{ value }}{{ m(value) }}")

    assert escaped(value) == escape(value)
    assert template.render(value=value) == escape(value) * 2


@pytest.mark.parametrize("off", ["false", "value"])
def test_no_template_can_switch_escaping_off(off: str) -> None:
    with pytest.raises(TemplateAssertionError, match="Autoescape is on in every template"):
        templates(Assets()).from_string("{% autoescape " + off + " %}{{ value }}{% endautoescape %}")


def test_an_undefined_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        templates(Assets()).from_string("{{ missing }}").render()
