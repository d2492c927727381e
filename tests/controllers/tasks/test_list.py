"""The task list over HTTP: content, search, order, paging, URLs and query counts."""

import pytest

from tests.client import HtmlClient, Statements
from tests.factories import Factory


class TestTheList:
    def test_shows_the_newest_first(self, ada: HtmlClient, make: Factory) -> None:
        make.tasks(ada.user, 3)

        page = ada.get("/tasks")

        assert page.status == 200
        assert page.titles == ["Task 3", "Task 2", "Task 1"]
        assert page.counts == (3, 3, 0)

    def test_shows_a_message_when_it_is_empty(self, ada: HtmlClient) -> None:
        page = ada.get("/tasks")

        assert page.titles == []
        assert "A clean page." in page.text

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ("", "Open tasks"),
            ("?status=pending", "Open tasks"),
            ("?status=all", "All tasks"),
            ("?status=completed&sort=title", "Completed"),
            ("?q=milk", "“milk” · All tasks"),
            ("?q=%3Cb%3E&status=completed", "“<b>” · Completed"),
        ],
    )
    def test_every_view_has_a_name(self, ada: HtmlClient, query: str, name: str) -> None:
        for page in (ada.get(f"/tasks{query}"), ada.get(f"/tasks{query}", htmx=True)):
            assert page.tree.css_first("title").text() == f"{name} · Daybook"
            assert page.tree.css_first("h1").text() == name

    @pytest.mark.parametrize("name", ["Inbox", "Upcoming", "Open tasks", "Done", "Lists", "Labels", "Trash"])
    def test_an_entry_of_the_index_leads_to_the_page_of_its_name(self, ada: HtmlClient, name: str) -> None:
        page = ada.get(ada.get("/tasks?status=all").link(name))

        assert page.tree.css_first("h1").text() == name

    def test_a_search_in_another_script_keeps_its_direction_in_the_tab(self, ada: HtmlClient) -> None:
        page = ada.get("/tasks?q=حليب")

        assert page.tree.css_first("title").text() == "“\u2068حليب\u2069” · All tasks · Daybook"

    def test_never_shows_another_users_tasks(self, ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
        make.task(ada.user, "Ada's secret")

        page = bob.get("/tasks")

        assert "secret" not in page.html
        assert page.counts == (0, 0, 0)

    def test_shows_open_tasks_unless_others_are_chosen_or_looked_for(self, ada: HtmlClient, make: Factory) -> None:
        make.task(ada.user, "Milk, open")
        make.task(ada.user, "Milk, done", completed=True)

        titles = {
            view: ada.get(f"/tasks{view}").titles
            for view in ("", "?status=pending", "?status=completed", "?status=all", "?q=milk", "?q=milk&status=pending")
        }

        opened, done = ["Milk, open"], ["Milk, done"]
        assert titles == {
            "": opened,
            "?status=pending": opened,
            "?status=completed": done,
            "?status=all": done + opened,
            "?q=milk": done + opened,
            "?q=milk&status=pending": opened,
        }
        assert ada.get("/tasks").counts == ada.get("/tasks?status=completed").counts == (2, 1, 1)

    def test_tabs_lead_to_the_same_words_in_each_status(self, ada: HtmlClient) -> None:
        tabs, found = ada.get("/tasks"), ada.get("/tasks?q=milk&status=completed")

        assert [tabs.link(f"{name} 0") for name in ("To do", "Completed", "All")] == [
            "/tasks?status=pending",
            "/tasks?status=completed",
            "/tasks?status=all",
        ]
        assert [found.link(f"{name} 0") for name in ("To do", "Completed", "All")] == [
            "/tasks?status=pending&q=milk",
            "/tasks?status=completed&q=milk",
            "/tasks?status=all&q=milk",
        ]

    def test_a_search_in_one_status_leads_to_all(self, ada: HtmlClient, make: Factory) -> None:
        make.task(ada.user, "Buy milk")

        page = ada.get("/tasks?q=milk&status=completed")

        assert (page.titles, page.link("Look among all tasks")) == ([], "/tasks?status=all&q=milk")

    def test_typing_on_the_usual_page_looks_among_all(self, ada: HtmlClient) -> None:
        assert ada.get("/tasks").value("status") == ada.get("/tasks?q=milk").value("status") == ""
        assert ada.get("/tasks?status=completed").value("status") == "completed"

    def test_searches_title_and_description(self, ada: HtmlClient, make: Factory) -> None:
        make.task(ada.user, "Buy milk", description="from the CORNER shop")
        make.task(ada.user, "Buy bread")

        assert ada.get("/tasks?q=corner+buy").titles == ["Buy milk"]
        assert ada.get("/tasks?q=BUY").titles == ["Buy bread", "Buy milk"]
        assert ada.get("/tasks?q=cheese").titles == []
        assert "Nothing matches “cheese”" in ada.get("/tasks?q=cheese").text

    @pytest.mark.parametrize("title", ["ΟΔΟΣ", "İstanbul", "Straße", "ǅ"])
    def test_finds_a_title_by_its_exact_text(self, ada: HtmlClient, make: Factory, title: str) -> None:
        make.task(ada.user, title)

        assert ada.get(f"/tasks?q={title}").titles == [title]

    def test_ignores_case_in_every_alphabet(self, ada: HtmlClient, make: Factory) -> None:
        make.task(ada.user, "CAFÉ ŽLUTÝ КОТ")

        assert ada.get("/tasks", htmx=True, on="/tasks").titles
        for words in ("café", "žlutý", "кот", "Café Кот"):
            assert ada.get(f"/tasks?q={words}").titles == ["CAFÉ ŽLUTÝ КОТ"]

    @pytest.mark.parametrize("word", ["100%", "a_b", "c\\d", "'", '"', "%25"])
    def test_searches_special_characters_literally(self, ada: HtmlClient, make: Factory, word: str) -> None:
        make.task(ada.user, f"before {word} after")
        make.task(ada.user, "100 aXb cd")

        page = ada.ask("GET", "/tasks", params={"q": word}, headers={"cookie": ada.cookie})

        assert page.titles == [f"before {word} after"]

    @pytest.mark.parametrize(
        ("sort", "titles"),
        [
            ("newest", ["b", "C", "a"]),
            ("oldest", ["a", "C", "b"]),
            ("title", ["a", "b", "C"]),
            ("updated", ["a", "b", "C"]),
        ],
    )
    def test_sorts_by_the_chosen_order(self, ada: HtmlClient, make: Factory, sort: str, titles: list[str]) -> None:
        oldest, _, _ = (make.task(ada.user, title) for title in ("a", "C", "b"))
        ada.post(f"/tasks/{oldest.id}/complete")

        assert ada.get(f"/tasks?sort={sort}&status=all").titles == titles

    @pytest.mark.parametrize("sort", ["newest", "oldest", "title", "updated"])
    def test_pages_without_gaps_or_duplicates(self, ada: HtmlClient, make: Factory, sort: str) -> None:
        make.tasks(ada.user, 120)

        seen: list[str] = []
        page = ada.get(f"/tasks?sort={sort}")
        while True:
            seen += page.titles
            if not page.tree.css("#more"):
                break
            page = ada.get(page.link("Show more"))

        assert len(seen) == len(set(seen)) == 120

    def test_is_a_whole_page_when_htmx_restores_history(self, ada: HtmlClient) -> None:
        page = ada.get("/tasks?status=pending", htmx=True, hx_request_type="full", hx_history_restore_request="true")

        assert page.is_page

    def test_is_a_partial_for_any_other_htmx_request(self, ada: HtmlClient) -> None:
        partial = ada.ask("GET", "/tasks", headers={"cookie": ada.cookie, "hx-request": "true"})

        assert not partial.is_page
        assert partial.tree.css_first("#list #tasks")

    def test_the_next_page_is_rows_to_append(self, ada: HtmlClient, make: Factory) -> None:
        make.tasks(ada.user, 60)
        more = ada.get("/tasks").link("Show more")

        partial = ada.get(more, htmx=True)

        assert not partial.is_page
        assert partial.titles == [f"Task {place}" for place in range(10, 0, -1)]
        assert "hx-push-url" not in partial.headers

    def test_reads_its_state_from_the_url(self, ada: HtmlClient, make: Factory) -> None:
        make.task(ada.user, "Buy milk")

        page = ada.get("/tasks?status=pending&q=milk&sort=title")

        assert page.value("q") == "milk"
        assert page.value("status") == "pending"
        assert page.tree.css_first("option[selected]").attributes["value"] == "title"
        assert page.link("All 1") == "/tasks?status=all&q=milk&sort=title"

    def test_a_new_view_pushes_a_history_entry(self, ada: HtmlClient) -> None:
        assert ada.get("/tasks?status=&q=mi", htmx=True).headers["hx-push-url"] == "/tasks?q=mi"

    def test_a_longer_search_replaces_the_history_entry(self, ada: HtmlClient) -> None:
        partial = ada.get("/tasks?status=&q=milk", htmx=True, on="/tasks?q=mi")

        assert partial.headers["hx-replace-url"] == "/tasks?q=milk"

    @pytest.mark.parametrize(
        "query",
        [
            "status=gone&sort=sideways",
            "after=nonsense",
            "after=2026~5",
            "after=0001-01-01T00:00:00%2B23:59~5",
            "after=2026-01-01T00:00:00Z~99999999999",
            "after=%00~1&sort=title",
            "q=%00%ff%fe&after=%ff",
            "q=" + "x" * 5000,
            "deleted=99999999999",
            "deleted=x",
            "deleted=" + "1" * 5000,
        ],
    )
    def test_an_invalid_query_string_is_not_an_error(self, ada: HtmlClient, make: Factory, query: str) -> None:
        make.task(ada.user, "x" * 200)

        assert ada.get(f"/tasks?{query}").status == 200

    @pytest.mark.parametrize("number", [10, 1000])
    def test_takes_four_statements_for_any_number_of_tasks(
        self, ada: HtmlClient, make: Factory, statements: Statements, number: int
    ) -> None:
        make.tasks(ada.user, number)

        with statements.counted() as seen:
            ada.get("/tasks")

        assert len(seen) == 4, "one each for the user, the rows with the counts, their details, the overview"

    def test_marks_search_matches(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Renew the pässport <b>", description="https://example.com/passport, now")

        page = ada.get("/tasks?q=PASSPORT")
        row = ada.post(f"/tasks/{task.id}/complete", htmx=True, on="/tasks?q=PASSPORT")

        assert page.titles == row.titles == ["Renew the pässport <b>"]
        for shown in (page, row):
            assert [mark.text() for mark in shown.tree.css("mark")] == ["pässport", "passport"]
        assert page.tree.css_first(".task__description a").attributes["href"] == "https://example.com/passport"
        assert ada.get("/tasks").tree.css("mark") == []

    @pytest.mark.parametrize("words", ["task", "ta", "task 1 2 3 4 5 6 7 8 9 10", "x" * 200])
    def test_a_search_takes_four_statements_for_any_number_of_words(
        self, ada: HtmlClient, make: Factory, statements: Statements, words: str
    ) -> None:
        make.tasks(ada.user, 60)

        with statements.counted() as seen:
            page = ada.get(f"/tasks?q={words}")

        most = 4 if page.titles else 3
        assert len(seen) == most, "one each for the user, the rows with the counts, the details of rows, the overview"

    def test_needs_a_signed_in_user(self, signed_out: HtmlClient) -> None:
        page = signed_out.get("/tasks?status=pending")

        assert page.status == 303
        assert page.to == "/sign-in?next=%2Ftasks%3Fstatus%3Dpending"

    def test_redirects_htmx_to_the_sign_in_page(self, signed_out: HtmlClient) -> None:
        page = signed_out.get("/tasks?status=completed", htmx=True, on="/tasks?q=milk")

        assert page.headers["hx-redirect"] == "/sign-in?next=%2Ftasks%3Fq%3Dmilk"
