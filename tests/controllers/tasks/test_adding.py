"""Adding a task over HTTP: redirects, partials, idempotency and validation."""

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from tests.client import HtmlClient
from tests.factories import Factory


class TestAdding:
    def test_redirects_to_the_list_which_says_what_was_understood(self, ada: HtmlClient) -> None:
        key = str(uuid4())
        answer = ada.post(
            "/tasks", title="  Buy milk 24 dec 2099 ", description="two\r\nbottles", on="/tasks?status=all", op=key
        )
        page = ada.get(answer.to)

        assert answer.status == 303
        assert answer.to.startswith("/tasks?status=all&added=")
        assert f"&operation={key}&read=" in answer.to
        assert answer.to.endswith("#new-title")
        assert page.titles == ["Buy milk"]
        assert page.tree.css_first(".notice__text").text() == "Added “Buy milk” to Inbox, 24 Dec 2099."
        assert page.undo == f"/undo/{key}"

    def test_redirects_to_the_page_that_shows_the_new_task(self, ada: HtmlClient, make: Factory) -> None:
        make.tasks(ada.user, 51)
        later = ada.get("/tasks").link("Show more")

        page = ada.post("/tasks", title="Buy milk", on=later)

        assert ada.get(page.to).titles[0] == "Buy milk"

    def test_renders_the_row_the_counts_and_a_fresh_idempotency_key(self, ada: HtmlClient) -> None:
        form = ada.get("/tasks")

        partial = ada.post("/tasks", htmx=True, title="Buy milk", op=form.value("op"))

        assert partial.status == 200
        assert not partial.is_page
        assert partial.titles == ["Buy milk"]
        assert partial.counts == (1, 1, 0)
        assert partial.value("op") not in ("", form.value("op"))
        assert "Added: Buy milk" in partial.html

    @pytest.mark.parametrize(
        "view", ["", "?status=all", "?sort=updated", "?q=MILK", "?q=shop", "?status=pending&q=milk+shop"]
    )
    def test_a_view_that_begins_with_the_task_shows_it(self, ada: HtmlClient, view: str) -> None:
        partial = ada.post("/tasks", htmx=True, on=f"/tasks{view}", title="Buy milk", description="at the shop")
        page = ada.post("/tasks", on=f"/tasks{view}", title="Buy milk", description="at the shop")

        assert partial.titles == ["Buy milk"]
        assert page.to.startswith(f"/tasks{view}{'&' if view else '?'}added=")

    @pytest.mark.parametrize("view", ["?status=completed", "?sort=oldest", "?sort=title", "?q=bread", "?q=milk+bread"])
    def test_another_view_tells_where_the_task_is(self, ada: HtmlClient, view: str) -> None:
        key = str(uuid4())

        partial = ada.post("/tasks", htmx=True, on=f"/tasks{view}", title="Buy milk", op=key)
        page = ada.get(ada.post("/tasks", on=f"/tasks{view}", title="Buy milk", op=key).to)

        assert partial.titles == []
        assert sum(partial.counts) == (0 if "bread" in view else 2)
        for answer in (partial, page):
            assert "Added “Buy milk” to Inbox." in answer.tree.css_first(".notice").text()
            assert ada.get(answer.link("Show")).titles == ["Buy milk"]
            assert answer.tree.css_first(f"form[action='/undo/{key}']")

    def test_the_notice_is_gone_once_it_is_undone(self, ada: HtmlClient) -> None:
        notice = ada.post("/tasks", on="/tasks?status=completed", title="Buy milk").to.partition("#")[0]
        undo = ada.get(notice).tree.css_first("form[action^='/undo/']").attributes["action"] or ""

        page = ada.get(ada.post(undo, on=notice).to)

        assert (page.titles, page.counts) == ([], (0, 0, 0))
        assert "Added" not in page.text

    def test_refuses_a_start_after_the_due_date(self, ada: HtmlClient) -> None:
        line = "Paint start 4 feb 2027 due 3 feb 2027"

        answer = ada.post("/tasks", title=line)

        assert (answer.status, answer.value("title")) == (422, line)
        assert answer.error("title") == "The start (4 Feb 2027) is after the due date (3 Feb 2027)."
        assert ada.get("/tasks").titles == []

    @pytest.mark.parametrize("query", ["added=x", "added=99999999999999999999", "added=1&operation=x", "added=1"])
    def test_a_notice_needs_a_task_and_an_operation(self, ada: HtmlClient, query: str) -> None:
        ada.post("/tasks", title="Buy milk")

        assert "Added" not in ada.get(f"/tasks?{query}").text

    def test_the_same_form_twice_is_one_task(self, ada: HtmlClient) -> None:
        op = ada.get("/tasks").value("op")

        first, second = (ada.post("/tasks", htmx=True, title="Buy milk", op=op) for _ in range(2))

        assert first.titles == second.titles == ["Buy milk"]
        assert second.counts == (1, 1, 0)

    def test_another_title_with_the_same_idempotency_key_is_another_task(self, ada: HtmlClient) -> None:
        op = ada.get("/tasks").value("op")

        for title in ("Buy milk", "Call Grace", "Call Grace"):
            ada.post("/tasks", title=title, op=op)

        assert ada.get("/tasks").titles == ["Call Grace", "Buy milk"]

    def test_two_users_can_use_the_same_idempotency_key(self, ada: HtmlClient, bob: HtmlClient) -> None:
        op = ada.get("/tasks").value("op")

        ada.post("/tasks", title="Ada's", op=op)
        bob.post("/tasks", title="Bob's", op=op)

        assert ada.get("/tasks").titles == ["Ada's"]
        assert bob.get("/tasks").titles == ["Bob's"]

    @pytest.mark.parametrize("title", ["", "   ", "\u200b\u00a0", "\u3164"])
    def test_needs_a_title(self, ada: HtmlClient, title: str) -> None:
        page = ada.post("/tasks", title=title, description="kept as typed")

        assert page.status == 422
        assert page.error("title") == "A task needs a title."
        assert page.value("description") == "kept as typed"
        assert ada.get("/tasks").titles == []

    def test_returns_the_input_when_it_is_too_long(self, ada: HtmlClient) -> None:
        typed = "x" * 214

        partial = ada.post("/tasks", htmx=True, title=typed, description="y" * 1001)

        assert partial.status == 422
        assert partial.headers["hx-retarget"] == "#new"
        assert partial.error("title") == "Titles can be up to 200 characters (this one is 214)."
        assert partial.error("description") == "Descriptions can be up to 1,000 characters (this one is 1,001)."
        assert partial.value("title") == typed

    def test_measures_length_in_code_points(self, ada: HtmlClient) -> None:
        assert ada.post("/tasks", title="😀" * 200, description="é" * 1000).status == 303
        assert ada.post("/tasks", title="😀" * 201).status == 422

    def test_stores_the_composed_form_of_characters(self, ada: HtmlClient) -> None:
        ada.post("/tasks", title="Cafe\u0301")

        assert ada.get("/tasks").titles == ["Café"]

    @pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\uffff"])
    def test_refuses_control_characters(self, ada: HtmlClient, character: str) -> None:
        page = ada.post("/tasks", title=f"a{character}b", description=character)

        assert page.status == 422
        assert "control characters" in page.error("title")
        assert "control characters" in page.error("description")

    def test_renders_markup_as_text(self, ada: HtmlClient) -> None:
        ada.post("/tasks", title="<script>alert(1)</script>", description='"><img src=x onerror=alert(1)>')

        page = ada.get("/tasks")

        assert page.titles == ["<script>alert(1)</script>"]
        assert not page.tree.css("img")
        assert not [script for script in page.tree.css("script") if not script.attributes.get("src")]

    def test_isolates_bidirectional_control_characters(self, ada: HtmlClient) -> None:
        title, description = "paid\u202e00.1", "see\u2067abc"
        ada.post("/tasks", title=title, description=description)
        own = ada.get("/tasks").tree.css_first(".task__title").attributes["href"] or ""
        stale = ada.post(own, title="mine", version="99")
        looking = [ada.get(place) for place in ("/tasks", own, f"{own}/edit")]
        ada.post(f"{own}/delete")
        looking += [stale, ada.get(f"/tasks?deleted={own.rpartition('/')[2]}"), ada.get("/tasks?q=%E2%80%AEabc")]

        for page in looking:
            shown = [*page.shown_in("\u202e"), *page.shown_in("\u2067")]
            assert shown
            assert [element.tag for element in shown if element.tag != "bdi" and "dir" not in element.attributes] == []
        for page in looking[1:4]:
            assert page.tree.css_first("title").text() == f"\u2068{title}\u2069 · Daybook"

    def test_links_http_urls_and_no_other_scheme(self, ada: HtmlClient) -> None:
        ada.post("/tasks", title="x", description="See https://example.com/a?b=1&c=2 not javascript:alert(1)")

        links = [link.attributes for link in ada.get("/tasks").tree.css(".task__description a")]

        assert [link["href"] for link in links] == ["https://example.com/a?b=1&c=2"]
        assert "noopener" in (links[0]["rel"] or "")

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"title=%ff%fe", "application/x-www-form-urlencoded"),
            (b"title=\xff", "application/x-www-form-urlencoded"),
            (b"title=a" + b"&x=y" * 1000, "application/x-www-form-urlencoded"),
            (b'{"title": "a"}', "application/json"),
            (b"title=a", "text/plain"),
            (b"", ""),
        ],
    )
    def test_a_body_that_is_no_form_is_a_bad_request(self, ada: HtmlClient, body: bytes, kind: str) -> None:
        headers = {"cookie": ada.cookie, "content-type": kind, "sec-fetch-site": "same-origin"}

        page = ada.ask("POST", "/tasks", content=body, headers=headers)

        assert page.status == 400
        assert ada.get("/tasks").titles == []

    def test_a_body_over_one_megabyte_is_too_large(self, ada: HtmlClient) -> None:
        assert ada.post("/tasks", title="x" * 1_100_000).status == 413


def test_the_indentation_of_a_description_is_kept(ada: HtmlClient) -> None:
    description = "    first\n  - one\n\t- two"

    ada.post("/tasks", title="  Plan  ", description=f"\r\n{description}\r\n")

    page = ada.get("/tasks")
    assert page.titles == ["Plan"]
    editor = ada.get(page.tree.css_first("[id^=edit-]").attributes["href"])
    assert editor.tree.css_first("textarea[name=description]").text().removeprefix("\n") == description
    assert page.tree.css_first(".task__description").text().split() == ["first", "one", "two"]


def test_what_an_app_shares_fills_the_form_and_adds_nothing(ada: HtmlClient) -> None:
    page = ada.get("/tasks/new?title=Tulip+bulbs+tomorrow&text=On+offer&url=https%3A%2F%2Fexample.com%2F%3Cb%3E")

    assert page.value("title") == "Tulip bulbs tomorrow"
    assert page.value("description") == "On offer\nhttps://example.com/<b>"
    assert "Due Tomorrow" in page.tree.css_first("#new-chips").text()
    assert ada.get("/tasks").titles == []


@pytest.mark.databases("sqlite")
def test_what_an_app_shares_is_in_the_form_after_signing_in(signed_out: HtmlClient) -> None:
    address = "/tasks/new?text=Tulip+bulbs"

    to = signed_out.get(address).to

    assert parse_qs(urlsplit(to).query)["next"] == [address]
