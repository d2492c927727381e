"""What `daybook serve` refuses or warns about before others can reach it, and what `daybook run` leaves out."""

import pytest

from tests.databases import settings_for
from tests.factories import Factory
from tests.server.command import daybook, free_port, running
from tests.server.conftest import MigratedEnvironment
from web.db.database import Database
from web.seeds import DEMO_EMAIL
from web.server.exposure import Exposed, is_local, require_no_demo_user, require_safe, warnings
from web.settings import Settings

SQLITE = "sqlite:////nowhere/daybook.db"
LOCAL = {"APP_URL": "http://localhost:8000"}
PUBLIC = {"APP_URL": "https://daybook.example", "FORWARDED_ALLOW_IPS": "127.0.0.1"}


@pytest.mark.parametrize("proxies", ["*", "10.0.0.1, *", "0.0.0.0/0", "::/0"])
def test_a_proxy_of_any_address_is_refused(proxies: str) -> None:
    with pytest.raises(Exposed, match="name your proxies"):
        require_safe(settings_for(SQLITE, FORWARDED_ALLOW_IPS=proxies))


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({**LOCAL, "HOST": "0.0.0.0"}, "set APP_URL to the address that users open"),
        ({"APP_URL": "http://daybook.example", "HOST": "0.0.0.0"}, "without https"),
        ({"APP_URL": "http://daybook.example"}, "without https"),
        ({"APP_URL": "https://daybook.example"}, "names no proxy"),
    ],
)
def test_a_start_that_is_open_to_others_has_one_warning(environment: dict[str, str], words: str) -> None:
    (warning,) = warnings(settings_for(SQLITE, **environment))

    assert words in warning


@pytest.mark.parametrize("environment", [LOCAL, PUBLIC, {**LOCAL, "FORWARDED_ALLOW_IPS": "127.0.0.1, 10.0.0.0/8"}])
def test_nothing_is_said_where_nothing_is_wrong(environment: dict[str, str]) -> None:
    settings = settings_for(SQLITE, **environment)

    require_safe(settings)
    assert warnings(settings) == []


@pytest.mark.parametrize(
    "environment",
    [PUBLIC, {**LOCAL, "HOST": "0.0.0.0"}, {"APP_URL": "https://localhost"}, {"APP_URL": "http://a.example"}],
)
def test_only_http_on_this_machine_is_local(environment: dict[str, str]) -> None:
    assert not is_local(settings_for(SQLITE, **environment))
    assert is_local(settings_for(SQLITE, **LOCAL))


def test_the_demo_user_is_not_served_to_others(database: Database, make: Factory, migrated: Settings) -> None:
    url = migrated.node_database_url()
    require_no_demo_user(settings_for(url, **PUBLIC))
    make.user("Demo", DEMO_EMAIL)

    require_no_demo_user(settings_for(url, **LOCAL))
    with pytest.raises(Exposed, match="daybook seed --remove"):
        require_no_demo_user(settings_for(url, **PUBLIC))


def test_trying_daybook_with_https_adds_no_demo_user(migrated_environment: MigratedEnvironment) -> None:
    env = migrated_environment(PORT=str(free_port()), **PUBLIC)

    with running("run", env):
        pass

    assert "0 sample users" in daybook("seed", env, "--remove", "--yes").stdout


def test_the_refusal_is_one_sentence(migrated_environment: MigratedEnvironment) -> None:
    refused = daybook("serve", migrated_environment(PORT=str(free_port()), FORWARDED_ALLOW_IPS="*"))

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "FORWARDED_ALLOW_IPS=*" in refused.stderr
