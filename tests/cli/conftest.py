"""One running Daybook for all tests of the command line, and a new user with a token for each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cli.other_server import OtherServer, running_other_server
from tests.databases import Databases, Stage
from tests.system.site import Site, running_site
from web.cli import main
from web.models.access_token import Scope
from web.models.user import User


@dataclass(frozen=True)
class Terminal:
    """Runs `daybook` in this process, with an environment of its own. No output is a terminal."""

    environment: dict[str, str]

    def run(self, *arguments: str, typed: str | bytes = "", **environment: str) -> Result:
        return CliRunner().invoke(main, arguments, input=typed, env={**self.environment, **environment})

    def lines(self, *arguments: str, typed: str = "") -> list[str]:
        """What a command prints that works."""
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == 0, result.stderr
        return result.stdout.splitlines()


@dataclass(frozen=True)
class Owner:
    """A user of the running Daybook, with a terminal that has their token."""

    site: Site
    user: User
    terminal: Terminal

    def token(self, scope: Scope = Scope.WRITE) -> str:
        return self.site.make.access_token(self.user, scope)[1]


@pytest.fixture(scope="session")
def site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, unlimited = tmp_path_factory.mktemp("site"), {"API_REQUESTS_PER_MINUTE": "0", "USER_BUDGETS": "off"}
    with databases.copy("sqlite", Stage.HEAD) as url, running_site(url, folder, is_migrated=True, **unlimited) as site:
        yield site


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Without an account."""
    for name in ("DAYBOOK_URL", "DAYBOOK_TOKEN", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return Terminal({"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)})


@pytest.fixture
def ada(site: Site, terminal: Terminal) -> Owner:
    user = site.make.user("Ada")
    owner = Owner(site, user, terminal)
    terminal.environment.update(DAYBOOK_URL=site.url, DAYBOOK_TOKEN=owner.token())
    return owner


@pytest.fixture
def other_server(terminal: Terminal) -> Iterator[OtherServer]:
    """What a terminal with a token meets at an address where Daybook is not, or not alone."""
    with running_other_server() as server:
        terminal.environment.update(DAYBOOK_URL=server.url, DAYBOOK_TOKEN="dbk_secret")
        yield server
