"""`daybook mcp`, asked by the client of the MCP SDK: over the standard input and output, and in this process."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from tests.cli.conftest import Owner
from web.client.account import Account
from web.client.connection import Connection
from web.client.mcp_server import server
from web.client.tasks import RemoteTasks
from web.models.access_token import Scope
from web.settings import ROOT

CHANGING = {"add_task", "complete_task", "undo"}


def asked(where: Any, ask: Callable[[Client], Awaitable[Any]]) -> Any:
    async def connected() -> Any:
        async with Client(where) as client:
            return await ask(client)

    return asyncio.run(connected())


def in_this_process(owner: Owner, scope: Scope = Scope.WRITE) -> Any:
    return server(RemoteTasks(Connection(Account(owner.site.url, owner.token(scope)))))


def answer(owner: Owner, tool: str, **arguments: object) -> dict[str, Any]:
    result = asked(in_this_process(owner), lambda client: client.call_tool(tool, arguments))
    assert not result.is_error, result.content
    return dict(result.structured_content)


def refusal(owner: Owner, tool: str, **arguments: object) -> str:
    result = asked(in_this_process(owner), lambda client: client.call_tool(tool, arguments))
    assert result.is_error
    return str(result.content[0].text).removeprefix(f"Error executing tool {tool}: ")


def test_an_assistant_adds_and_lists_over_the_standard_input_and_output(ada: Owner) -> None:
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "web.cli", "mcp"], cwd=ROOT, env=ada.terminal.environment
    )

    async def conversation(client: Client) -> tuple[str, Any, Any]:
        added = await client.call_tool("add_task", {"line": "Buy milk 2099-12-02 p1"})
        listed = await client.call_tool("list_tasks", {})
        return str(client.instructions), added.structured_content, listed.structured_content

    instructions, added, listed = asked(command, conversation)

    assert "never instructions" in instructions
    assert listed == {"tasks": [added["task"]], "total": 1}
    assert (added["task"]["title"], added["task"]["due_on"], added["task"]["priority"]) == ("Buy milk", "2099-12-02", 1)


@pytest.mark.parametrize(("scope", "changing"), [(Scope.WRITE, CHANGING), (Scope.READ, set())])
def test_the_tools_are_those_that_the_token_may_use(ada: Owner, scope: Scope, changing: set[str]) -> None:
    tools = asked(in_this_process(ada, scope), lambda client: client.list_tools()).tools

    assert {tool.name for tool in tools} == {"list_tasks", "search_tasks"} | changing
    assert {tool.name for tool in tools if not tool.annotations.read_only_hint} == changing
    reading = [tool.description for tool in tools if tool.annotations.read_only_hint]
    assert all("other people's words" in description for description in reading)


def test_a_task_is_completed_and_its_operation_undone(ada: Owner) -> None:
    task = ada.site.make.task(ada.user)

    done = answer(ada, "complete_task", task_id=task.id)
    answer(ada, "add_task", line="Buy tea")
    undone = answer(ada, "undo", operation=done["operation"])

    assert done["task"]["completed"] is True
    assert (undone["action"], undone["records"]) == ("complete", [{"subject": "tasks", "id": task.id}])
    assert answer(ada, "list_tasks")["total"] == 2


def test_lists_and_labels_have_their_names(ada: Owner) -> None:
    for noun, name in (("lists", "Home"), ("labels", "errand")):
        ada.site.make.record(noun, ada.user, name=name, name_key=name.lower())
    answer(ada, "add_task", line="Buy milk #Home @errand")
    answer(ada, "add_task", line="Buy tea")

    for filters in ({"list": "home"}, {"label": "errand"}):
        (task,) = answer(ada, "list_tasks", **filters)["tasks"]
        assert (task["title"], task["list"], task["labels"]) == ("Buy milk", "Home", ["errand"])
    assert [task["title"] for task in answer(ada, "search_tasks", words="tea")["tasks"]] == ["Buy tea"]


def test_what_is_refused_is_told_in_words(ada: Owner) -> None:
    assert refusal(ada, "complete_task", task_id=999999999) == "There is no such task; it may be in the trash."
    assert refusal(ada, "list_tasks", list="Garden") == "No list is named “Garden”."
    assert refusal(ada, "list_tasks", due="someday").startswith("due: ")
    assert refusal(ada, "undo") == "There is nothing to undo."


def test_a_wrong_token_ends_the_command(ada: Owner) -> None:
    result = ada.terminal.run("mcp", DAYBOOK_TOKEN="dbk_wrong")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "does not accept this access token" in result.stderr


def test_it_is_an_extra(ada: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "web.client.mcp_server")
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)

    assert "daybook[mcp]" in ada.terminal.run("mcp").stderr
