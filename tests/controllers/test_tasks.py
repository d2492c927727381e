"""The list and its tasks over HTTP, the same questions for each: plain, with htmx, wrong, stranger, nobody."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from litestar import Litestar

from tests.factories import Factory
from tests.visitors import ORIGIN, Statements, Visitor
from web.app import SPARE_THREADS

ACTS = ["complete", "reopen", "delete", "restore"]
ODD_IDS = ["0", "99999999", "2147483648", "99999999999999999999", "-1", "1_0", "\u0661", "x", "1.0", "%00"]


class TestTheList:
    def test_shows_the_newest_first(self, ada: Visitor, make: Factory) -> None:
        make.tasks(ada.person, 3)

        page = ada.get("/tasks")

        assert page.status == 200
        assert page.titles == ["Task 3", "Task 2", "Task 1"]
        assert page.counts == (3, 3, 0)

    def test_says_so_when_it_is_empty(self, ada: Visitor) -> None:
        page = ada.get("/tasks")

        assert page.titles == []
        assert "A clean page." in page.text

    def test_never_shows_what_is_somebody_elses(self, ada: Visitor, bob: Visitor, make: Factory) -> None:
        make.task(ada.person, "Ada's secret")

        page = bob.get("/tasks")

        assert "secret" not in page.html
        assert page.counts == (0, 0, 0)

    def test_filters_by_status(self, ada: Visitor, make: Factory) -> None:
        make.task(ada.person, "Open")
        make.task(ada.person, "Done", completed=True)

        pending, completed = ada.get("/tasks?status=pending"), ada.get("/tasks?status=completed")

        assert pending.titles == ["Open"]
        assert completed.titles == ["Done"]
        assert pending.counts == completed.counts == (2, 1, 1)

    def test_searches_words_in_title_and_description(self, ada: Visitor, make: Factory) -> None:
        make.task(ada.person, "Buy milk", description="from the CORNER shop")
        make.task(ada.person, "Buy bread")

        assert ada.get("/tasks?q=corner+buy").titles == ["Buy milk"]
        assert ada.get("/tasks?q=BUY").titles == ["Buy bread", "Buy milk"]
        assert ada.get("/tasks?q=cheese").titles == []
        assert "Nothing matches “cheese”" in ada.get("/tasks?q=cheese").text

    @pytest.mark.parametrize("title", ["ΟΔΟΣ", "İstanbul", "Straße", "ǅ"])
    def test_finds_a_title_by_its_own_letters(self, ada: Visitor, make: Factory, title: str) -> None:
        make.task(ada.person, title)

        assert ada.get(f"/tasks?q={title}").titles == [title]

    def test_searches_letters_of_any_alphabet_whatever_their_case(self, ada: Visitor, make: Factory) -> None:
        make.task(ada.person, "CAFÉ ŽLUTÝ КОТ")

        assert ada.get("/tasks", htmx=True, on="/tasks").titles
        for words in ("café", "žlutý", "кот", "Café Кот"):
            assert ada.get(f"/tasks?q={words}").titles == ["CAFÉ ŽLUTÝ КОТ"]

    @pytest.mark.parametrize("word", ["100%", "a_b", "c\\d", "'", '"', "%25"])
    def test_searches_signs_as_they_are(self, ada: Visitor, make: Factory, word: str) -> None:
        make.task(ada.person, f"before {word} after")
        make.task(ada.person, "100 aXb cd")

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
    def test_sorts(self, ada: Visitor, make: Factory, sort: str, titles: list[str]) -> None:
        oldest, _, _ = (make.task(ada.person, title) for title in ("a", "C", "b"))
        ada.post(f"/tasks/{oldest.id}/complete")

        assert ada.get(f"/tasks?sort={sort}").titles == titles

    @pytest.mark.parametrize("sort", ["newest", "oldest", "title", "updated"])
    def test_pages_without_a_gap_or_a_double(self, ada: Visitor, make: Factory, sort: str) -> None:
        make.tasks(ada.person, 120)

        seen: list[str] = []
        page = ada.get(f"/tasks?sort={sort}")
        while True:
            seen += page.titles
            if not page.tree.css("#more"):
                break
            page = ada.get(page.link("Show more"))

        assert len(seen) == len(set(seen)) == 120

    def test_is_a_whole_page_when_htmx_goes_back_in_history(self, ada: Visitor) -> None:
        page = ada.get("/tasks?status=pending", htmx=True, hx_request_type="full", hx_history_restore_request="true")

        assert page.is_page

    def test_is_a_piece_for_any_other_swap(self, ada: Visitor) -> None:
        piece = ada.ask("GET", "/tasks", headers={"cookie": ada.cookie, "hx-request": "true"})

        assert not piece.is_page
        assert piece.tree.css_first("#list #tasks")

    def test_shows_more_as_rows_to_append(self, ada: Visitor, make: Factory) -> None:
        make.tasks(ada.person, 60)
        more = ada.get("/tasks").link("Show more")

        piece = ada.get(more, htmx=True)

        assert not piece.is_page
        assert piece.titles == [f"Task {place}" for place in range(10, 0, -1)]
        assert "hx-push-url" not in piece.headers

    def test_keeps_its_state_in_the_address(self, ada: Visitor, make: Factory) -> None:
        make.task(ada.person, "Buy milk")

        page = ada.get("/tasks?status=pending&q=milk&sort=title")

        assert page.value("q") == "milk"
        assert page.value("status") == "pending"
        assert page.tree.css_first("option[selected]").attributes["value"] == "title"
        assert page.link("All 1") == "/tasks?q=milk&sort=title"

    def test_a_new_view_is_a_step_to_go_back_to(self, ada: Visitor) -> None:
        assert ada.get("/tasks?status=all&q=mi", htmx=True).headers["hx-push-url"] == "/tasks?q=mi"

    def test_typing_on_is_not_a_step_of_its_own(self, ada: Visitor) -> None:
        piece = ada.get("/tasks?status=all&q=milk", htmx=True, on="/tasks?q=mi")

        assert piece.headers["hx-replace-url"] == "/tasks?q=milk"

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
        ],
    )
    def test_an_odd_address_opens_the_usual_view(self, ada: Visitor, make: Factory, query: str) -> None:
        make.task(ada.person, "x" * 200)

        assert ada.get(f"/tasks?{query}").status == 200

    @pytest.mark.parametrize("number", [10, 1000])
    def test_asks_the_same_of_the_database_however_many(
        self, ada: Visitor, make: Factory, statements: Statements, number: int
    ) -> None:
        make.tasks(ada.person, number)

        with statements.counted() as seen:
            ada.get("/tasks")

        assert len(seen) == 2, "one for the person, one for the rows and the counts"

    def test_belongs_to_somebody(self, stranger: Visitor) -> None:
        page = stranger.get("/tasks?status=pending")

        assert page.status == 303
        assert page.to == "/sign-in?next=%2Ftasks%3Fstatus%3Dpending"

    def test_sends_htmx_to_the_sign_in_page(self, stranger: Visitor) -> None:
        page = stranger.get("/tasks?status=completed", htmx=True, on="/tasks?q=milk")

        assert page.headers["hx-redirect"] == "/sign-in?next=%2Ftasks%3Fq%3Dmilk"


class TestAdding:
    def test_goes_back_to_the_list(self, ada: Visitor) -> None:
        page = ada.post("/tasks", title="  Buy milk ", description="two\r\nbottles", on="/tasks?status=pending")

        assert page.status == 303
        assert page.to == "/tasks?status=pending"
        assert ada.get("/tasks").titles == ["Buy milk"]

    def test_draws_the_row_the_counts_and_a_fresh_op(self, ada: Visitor) -> None:
        form = ada.get("/tasks")

        piece = ada.post("/tasks", htmx=True, title="Buy milk", op=form.value("op"))

        assert piece.status == 200
        assert not piece.is_page
        assert piece.titles == ["Buy milk"]
        assert piece.counts == (1, 1, 0)
        assert piece.value("op") not in ("", form.value("op"))
        assert "Added: Buy milk" in piece.html

    def test_the_same_form_twice_is_one_task(self, ada: Visitor) -> None:
        op = ada.get("/tasks").value("op")

        first, second = (ada.post("/tasks", htmx=True, title="Buy milk", op=op) for _ in range(2))

        assert first.titles == second.titles == ["Buy milk"]
        assert second.counts == (1, 1, 0)

    def test_other_words_in_the_same_form_are_another_task(self, ada: Visitor) -> None:
        op = ada.get("/tasks").value("op")

        for title in ("Buy milk", "Call Grace", "Call Grace"):
            ada.post("/tasks", title=title, op=op)

        assert ada.get("/tasks").titles == ["Call Grace", "Buy milk"]

    def test_another_persons_op_is_no_hindrance(self, ada: Visitor, bob: Visitor) -> None:
        op = ada.get("/tasks").value("op")

        ada.post("/tasks", title="Ada's", op=op)
        bob.post("/tasks", title="Bob's", op=op)

        assert ada.get("/tasks").titles == ["Ada's"]
        assert bob.get("/tasks").titles == ["Bob's"]

    @pytest.mark.parametrize("title", ["", "   ", "\u200b\u00a0", "\u3164"])
    def test_needs_a_title(self, ada: Visitor, title: str) -> None:
        page = ada.post("/tasks", title=title, description="kept as typed")

        assert page.status == 422
        assert page.error("title") == "A task needs a title."
        assert page.value("description") == "kept as typed"
        assert ada.get("/tasks").titles == []

    def test_keeps_what_was_typed_when_it_is_too_long(self, ada: Visitor) -> None:
        typed = "x" * 214

        piece = ada.post("/tasks", htmx=True, title=typed, description="y" * 1001)

        assert piece.status == 422
        assert piece.headers["hx-retarget"] == "#new"
        assert piece.error("title") == "Keep the title to 200 characters; this one has 214."
        assert piece.error("description") == "Keep the description to 1,000 characters; this one has 1,001."
        assert piece.value("title") == typed

    def test_counts_code_points(self, ada: Visitor) -> None:
        assert ada.post("/tasks", title="😀" * 200, description="é" * 1000).status == 303
        assert ada.post("/tasks", title="😀" * 201).status == 422

    def test_stores_one_spelling(self, ada: Visitor) -> None:
        ada.post("/tasks", title="Cafe\u0301")

        assert ada.get("/tasks").titles == ["Café"]

    @pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\uffff"])
    def test_refuses_control_characters(self, ada: Visitor, character: str) -> None:
        page = ada.post("/tasks", title=f"a{character}b", description=character)

        assert page.status == 422
        assert "control characters" in page.error("title")
        assert "control characters" in page.error("description")

    def test_draws_everything_as_text(self, ada: Visitor) -> None:
        ada.post("/tasks", title="<script>alert(1)</script>", description='"><img src=x onerror=alert(1)>')

        page = ada.get("/tasks")

        assert page.titles == ["<script>alert(1)</script>"]
        assert not page.tree.css("img")
        assert not [script for script in page.tree.css("script") if not script.attributes.get("src")]

    def test_links_addresses_and_nothing_else(self, ada: Visitor) -> None:
        ada.post("/tasks", title="x", description="See https://example.com/a?b=1&c=2 not javascript:alert(1)")

        links = [link.attributes for link in ada.get("/tasks").tree.css(".task__description a")]

        assert [link["href"] for link in links] == ["https://example.com/a?b=1&c=2"]
        assert "noopener" in (links[0]["rel"] or "")

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"title=%ff%fe", "application/x-www-form-urlencoded"),
            (b"title=\xff", "application/x-www-form-urlencoded"),
            (b"title=a" + b"&x=y" * 100, "application/x-www-form-urlencoded"),
            (b'{"title": "a"}', "application/json"),
            (b"title=a", "text/plain"),
            (b"", ""),
        ],
    )
    def test_what_is_no_form_makes_no_sense(self, ada: Visitor, body: bytes, kind: str) -> None:
        headers = {"cookie": ada.cookie, "content-type": kind, "sec-fetch-site": "same-origin"}

        page = ada.ask("POST", "/tasks", content=body, headers=headers)

        assert page.status == 400
        assert ada.get("/tasks").titles == []

    def test_takes_no_more_than_a_megabyte(self, ada: Visitor) -> None:
        assert ada.post("/tasks", title="x" * 1_100_000).status == 413


class TestOneTask:
    def test_is_shown_on_a_page_of_its_own(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person, "Buy milk", description="two\nbottles")

        page = ada.get(f"/tasks/{task.id}")

        assert page.status == 200
        assert page.titles == ["Buy milk"]
        assert "two\nbottles" in page.html
        assert "UTC" in page.text

    def test_is_a_row_for_htmx(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person)

        piece = ada.get(f"/tasks/{task.id}", htmx=True)

        assert not piece.is_page
        assert piece.tree.css_first(f"li#task-{task.id}")

    def test_is_edited_in_its_row(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person, "Buy milk")

        form = ada.get(f"/tasks/{task.id}/edit", htmx=True)
        row = ada.post(f"/tasks/{task.id}", htmx=True, title="Buy oat milk", version=form.value("version"))

        assert form.value("title") == "Buy milk"
        assert row.titles == ["Buy oat milk"]
        assert "Saved: Buy oat milk" in row.html

    def test_is_edited_without_javascript(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person, "Buy milk", description="old")

        page = ada.get(f"/tasks/{task.id}/edit")
        answer = ada.post(
            f"/tasks/{task.id}", on=f"/tasks/{task.id}/edit", title="Buy tea", version=page.value("version")
        )

        assert page.is_page
        assert (answer.status, answer.to) == (303, f"/tasks/{task.id}")
        stored = make.stored(task)
        assert stored
        assert (stored.title, stored.description, stored.version) == ("Buy tea", None, 2)
        assert stored.created_at == task.created_at
        assert stored.updated_at > task.updated_at

    def test_keeps_what_was_typed_when_it_is_wrong(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person, "Buy milk")

        page = ada.post(f"/tasks/{task.id}", title=" ", description="as typed", version="1")

        assert page.status == 422
        assert page.error("title") == "A task needs a title."
        assert page.value("description") == "as typed"
        assert page.value("version") == "1"

    @pytest.mark.parametrize("htmx", [True, False])
    def test_shows_both_versions_of_a_stale_edit(self, ada: Visitor, make: Factory, htmx: bool) -> None:
        task = make.task(ada.person, "Buy milk")
        ada.post(f"/tasks/{task.id}", title="Buy oat milk", version="1")

        stale = ada.post(f"/tasks/{task.id}", htmx=htmx, title="Buy soy milk", description="mine", version="1")

        assert stale.status == 409
        assert "Buy oat milk" in stale.text
        assert stale.value("title") == "Buy soy milk"
        assert stale.value("description") == "mine"
        assert "changed while you were editing" in stale.alert
        assert ada.get("/tasks").titles == ["Buy oat milk"]

    def test_saves_mine_over_theirs_once_i_have_seen_both(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person, "Buy milk")
        ada.post(f"/tasks/{task.id}", title="Buy oat milk", version="1")
        stale = ada.post(f"/tasks/{task.id}", title="Buy soy milk", version="1")

        ada.post(f"/tasks/{task.id}", title=stale.value("title"), version=stale.value("version"))

        assert ada.get("/tasks").titles == ["Buy soy milk"]

    def test_the_same_save_twice_is_one_change(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person, "Buy milk")

        answers = [ada.post(f"/tasks/{task.id}", htmx=True, title="Buy tea", version="1") for _ in range(2)]

        assert [answer.status for answer in answers] == [200, 200]
        stored = make.stored(task)
        assert stored
        assert stored.version == 2

    def test_is_completed_and_reopened(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person, "Buy milk")

        done = ada.post(f"/tasks/{task.id}/complete", htmx=True)
        again = ada.post(f"/tasks/{task.id}/reopen", htmx=True)

        assert done.counts == (1, 0, 1)
        assert "Completed: Buy milk" in done.html
        assert again.counts == (1, 1, 0)
        assert "Reopened: Buy milk" in again.html

    def test_completing_twice_keeps_the_first_time(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person)
        ada.post(f"/tasks/{task.id}/complete")
        first = make.stored(task)

        ada.post(f"/tasks/{task.id}/complete")

        assert first
        assert first.completed
        assert make.stored(task) == first

    def test_counts_stay_those_of_the_view(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person, "Buy milk")
        make.task(ada.person, "Call Bob")

        done = ada.post(f"/tasks/{task.id}/complete", htmx=True, on="/tasks?q=milk&status=pending")

        assert done.counts == (1, 0, 1)
        assert done.link("All 1") == "/tasks?q=milk"

    def test_goes_back_where_the_person_was(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person)
        act = f"/tasks/{task.id}/complete"

        assert ada.post(act, on="/tasks?sort=title").to == f"/tasks?sort=title#task-{task.id}"
        assert ada.post(act, on=f"/tasks/{task.id}").to == f"/tasks/{task.id}"
        assert ada.post(act, on="/somewhere/else").to == f"/tasks#task-{task.id}"

    def test_is_deleted_and_brought_back(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person, "Buy milk", description="two", completed=True, version=3)

        gone = ada.post(f"/tasks/{task.id}/delete", htmx=True)
        missing = ada.get(f"/tasks/{task.id}")
        ada.post(f"/tasks/{task.id}/restore", htmx=True)

        assert gone.counts == (0, 0, 0)
        assert "Deleted “Buy milk”" in gone.html.replace("<bdi>", "").replace("</bdi>", "")
        assert "Undo" in gone.html
        assert missing.status == 404
        assert make.stored(task) == task

    def test_offers_undo_without_javascript(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person, "Buy milk")

        answer = ada.post(f"/tasks/{task.id}/delete", on="/tasks?status=pending")
        page = ada.get(answer.to)

        assert answer.to == f"/tasks?status=pending&deleted={task.id}"
        assert "Deleted “Buy milk”" in page.text
        assert page.tree.css_first(f"form[action='/tasks/{task.id}/restore']")
        assert page.titles == []

    def test_deleting_twice_is_no_news(self, ada: Visitor, make: Factory) -> None:
        task = make.task(ada.person)

        assert ada.post(f"/tasks/{task.id}/delete").status == 303
        assert ada.post(f"/tasks/{task.id}/delete").status == 303

    def test_offers_nobody_else_what_was_deleted(self, ada: Visitor, bob: Visitor, make: Factory) -> None:
        task = make.task(ada.person, "Ada's secret")
        ada.post(f"/tasks/{task.id}/delete")

        assert "secret" not in bob.get(f"/tasks?deleted={task.id}").html

    @pytest.mark.parametrize("act", ["", "/edit"])
    def test_is_not_found_by_a_stranger_looking(self, ada: Visitor, bob: Visitor, make: Factory, act: str) -> None:
        task = make.task(ada.person, "Ada's secret")

        hers, nowhere = bob.get(f"/tasks/{task.id}{act}"), bob.get(f"/tasks/{task.id + 1000}{act}")

        assert hers.status == nowhere.status == 404
        assert hers.html == nowhere.html

    @pytest.mark.parametrize("act", ["", *(f"/{act}" for act in ACTS)])
    def test_is_not_found_by_a_stranger_acting(self, ada: Visitor, bob: Visitor, make: Factory, act: str) -> None:
        task = make.task(ada.person, "Ada's secret")
        form = {"title": "Bob was here", "version": "1"} if act == "" else {}

        hers, nowhere = (bob.post(f"/tasks/{number}{act}", **form) for number in (task.id, task.id + 1000))

        assert hers.status == nowhere.status == 404
        assert hers.html == nowhere.html
        assert make.stored(task) == task

    @pytest.mark.parametrize("number", ODD_IDS)
    def test_an_odd_number_is_not_found(self, ada: Visitor, number: str) -> None:
        assert ada.get(f"/tasks/{number}").status == 404
        assert ada.get(f"/tasks/{number}/edit").status == 404
        assert ada.post(f"/tasks/{number}/complete").status == 404

    def test_a_missing_one_is_a_message_for_htmx(self, ada: Visitor) -> None:
        piece = ada.post("/tasks/12345/complete", htmx=True)

        assert piece.status == 404
        assert piece.headers["hx-retarget"] == "#notices"
        assert "That task is gone" in piece.alert

    @pytest.mark.parametrize("act", ["complete", "reopen", "delete", "restore"])
    def test_belongs_to_somebody(self, stranger: Visitor, ada: Visitor, make: Factory, act: str) -> None:
        task = make.task(ada.person)

        page = stranger.post(f"/tasks/{task.id}/{act}")

        assert (page.status, page.to) == (303, "/sign-in?next=%2Ftasks")
        assert make.stored(task) == task

    @pytest.mark.parametrize("act", ["complete", "reopen", "delete", "restore"])
    def test_does_nothing_when_only_looked_at(self, ada: Visitor, make: Factory, act: str) -> None:
        task = make.task(ada.person)

        assert ada.get(f"/tasks/{task.id}/{act}").status == 405
        assert make.stored(task) == task

    @pytest.mark.parametrize(("act", "most"), [("complete", 3), ("reopen", 4), ("delete", 4), ("restore", 3), ("", 4)])
    def test_asks_little_of_the_database(
        self, ada: Visitor, make: Factory, statements: Statements, act: str, most: int
    ) -> None:
        """The person, the task, the change if there is one, and the counts; to complete finds and changes at once."""
        task = make.task(ada.person)

        with statements.counted() as seen:
            ada.post(f"/tasks/{task.id}/{act}".rstrip("/"), htmx=True, title="Buy tea", version="1")

        assert len([one for one in seen if not one.startswith("BEGIN")]) == most

    def test_shows_itself_with_two_questions(self, ada: Visitor, make: Factory, statements: Statements) -> None:
        task = make.task(ada.person)

        for path in (f"/tasks/{task.id}", f"/tasks/{task.id}/edit"):
            with statements.counted() as seen:
                ada.get(path)

            assert len(seen) == 2


class TestManyAtOnce:
    """More requests than there are threads and connections: those that hold one must be able to finish."""

    MANY = 60

    def test_look(self, app: Litestar, ada: Visitor) -> None:
        answers = self.ask(app, ada, ["GET"] * self.MANY)

        assert answers == [200] * self.MANY

    def test_add(self, app: Litestar, ada: Visitor) -> None:
        answers = self.ask(app, ada, ["POST"] * self.MANY)

        assert answers == [303] * self.MANY
        assert ada.get("/tasks").counts == (self.MANY, self.MANY, 0)

    def ask(self, app: Litestar, visitor: Visitor, methods: list[str]) -> list[int]:
        headers = {"cookie": visitor.cookie, "sec-fetch-site": "same-origin"}

        async def ask_all() -> list[int]:
            # As the application has it: whoever waits for another add of the same person keeps a thread waiting.
            threads = ThreadPoolExecutor(app.state.database.seats + SPARE_THREADS)
            asyncio.get_running_loop().set_default_executor(threads)
            transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
                asking = [client.request(method, "/tasks", data={"title": "Buy milk"}) for method in methods]
                async with asyncio.timeout(15):
                    return [answer.status_code for answer in await asyncio.gather(*asking)]

        return asyncio.run(ask_all())
