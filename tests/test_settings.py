"""What the environment may say, and one sentence for what it may not."""

import re
from pathlib import Path

import pytest

from web.database_url import without_password
from web.settings import RENAMED_VARIABLES, ROOT, Settings, SettingsError

SECRET = "x" * 32


def settings(**environment: str) -> Settings:
    return Settings.from_environment({"BETTER_AUTH_SECRET": SECRET, **environment})


@pytest.mark.parametrize("name", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_spelling_of_postgresql_means_the_driver_we_ship(name: str) -> None:
    url = settings(DATABASE_URL=f"{name}://ada:p%40ss@db.example:5433/book?sslmode=require&channel_binding=require")

    assert url.database_url.drivername == "postgresql+psycopg2"
    assert url.database_url.password == "p@ss"
    assert url.node_database_url().startswith("postgresql://ada:p%40ss@db.example:5433/book?")
    assert "channel_binding=require" in url.node_database_url()


def test_sqlite_in_var_is_the_default() -> None:
    assert settings().database_url.database == str(ROOT / "var" / "daybook.db")
    assert settings(DATABASE_URL="").database_url.database == str(ROOT / "var" / "daybook.db")


def test_a_relative_file_is_the_same_for_every_process() -> None:
    assert settings(DATABASE_URL="sqlite:///some.db").node_database_url() == f"sqlite:///{Path('some.db').resolve()}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "nonsense"),
        ("VAPID_PRIVATE_KEY", "hunter2"),
        ("VAPID_PRIVATE_KEY", "00" * 32),
        ("VAPID_SUBJECT", "ops@example.com"),
        ("VAPID_SUBJECT", "http://daybook.example"),
        ("DATABASE_URL", "mysql://root:hunter2@localhost/book"),
        ("DATABASE_URL", "postgresql+psycopg://localhost/book"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("DATABASE_URL", "postgresql://user:hunter2@localhost:port/book"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite://daybook.db"),
        ("DATABASE_URL", "sqlite://var/daybook.db"),
        ("DATABASE_URL", "sqlite:///what?.db"),
        ("DATABASE_URL", "sqlite:///daybook.db?mode=ro"),
        ("DATABASE_URL", "sqlite:///%00.db"),
        ("DATABASE_URL", "sqlite:///%E9.db"),
        ("DATABASE_URL", "postgresql://ada:hunter2%E9@localhost/book"),
        ("DATABASE_URL", "postgresql://ada:hunter2\udce9@localhost/book"),
        ("DATABASE_URL", "postgresql://ada:hunter2%00@localhost/book"),
        ("DATABASE_URL", "postgresql://ada:hunter2@localhost/bo\nok"),
        ("DATABASE_URL", "postgresql://ada:hunter2@one,two/book"),
        ("DATABASE_URL", "postgresql://ada:hunter2@/book?host=one&host=two"),
        ("DATABASE_URL", "postgresql://ada:hunter2@localhost/book?service=production"),
        ("DATABASE_URL", "postgresql://ada:hunter2@localhost/book?sslmode=require&sslmode=disable"),
        ("DATABASE_URL", "postgresql://ada:hunter2@localhost:0/book"),
        ("DATABASE_DIRECT_URL", "nonsense"),
        ("BETTER_AUTH_SECRET", "short"),
        ("BETTER_AUTH_SECRET", f"{SECRET}\r"),
        ("BETTER_AUTH_SECRET", f"{SECRET}\n"),
        ("BETTER_AUTH_SECRET", f"{SECRET}\udce9"),
        ("SESSION_DAYS", "0"),
        ("BETTER_AUTH_COOKIE_PREFIX", "my book"),
        ("BETTER_AUTH_COOKIE_PREFIX", "büro"),
        ("BETTER_AUTH_URL", "localhost:3000"),
        ("APP_URL", "daybook.example"),
        ("APP_URL", "https://daybook.example/path"),
        ("APP_URL", "https://[bad"),
        ("APP_URL", "https://*.example"),
        ("APP_URL", "https://day book.example"),
        ("APP_URL", "https://b%C3%BCro.example"),
        ("APP_URL", "https://büro..example"),
        ("APP_URL", "http://127.1:8000"),
        ("APP_URL", "http://0x7f000001"),
        ("APP_URL", "http://2130706433"),
        ("APP_URL", "http://192.168.1.256"),
        ("APP_URL", "http://[fe80::1%25eth0]"),
        ("APP_URL", "https://daybook.example:99999"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "eighty"),
        ("PORT", "\u0668\u0660"),
        ("WEB_CONCURRENCY", "-1"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("LOG_ADDRESSES", "some"),
        ("METRICS_PORT", "-1"),
    ],
)
def test_a_wrong_one_is_one_sentence_with_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(**{name: value})

    sentence = str(refused.value)
    assert name in sentence
    assert "\n" not in sentence
    assert "hunter2" not in sentence


def test_white_space_around_a_value_is_ignored() -> None:
    """A file with Windows line ends, read by a tool that knows no other, leaves a carriage return."""
    read = settings(
        DATABASE_URL="postgresql://ada@localhost/book\r", APP_URL=" https://daybook.example\r", PORT="9000\r"
    )

    assert (read.database_url.database, read.app_url, read.port) == ("book", "https://daybook.example", 9000)


def test_better_auth_is_told_the_host_and_the_user() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL must name the host"):
        settings(DATABASE_URL="postgresql:///book").node_database_url()

    assert "//" in settings(DATABASE_URL="postgresql://localhost/book").node_database_url().partition("@")[0]
    socket = settings(DATABASE_URL="postgresql://ada@/book?host=/var/run/postgresql").node_database_url()
    assert socket == "postgresql://ada@/book?host=%2Fvar%2Frun%2Fpostgresql"


def test_a_url_for_better_auth_reads_as_the_same_url() -> None:
    for url in (
        "sqlite:////tmp/50%25 %C3%A4#%3F.db",
        "postgresql://a%20%40:p%2F%3A%25%23@[::1]:5433/b%3Fk%2F?sslmode=verify-full&options=-c%20a%3Db",
    ):
        once = settings(DATABASE_URL=url)

        assert settings(DATABASE_URL=once.node_database_url()).database_url == once.database_url


def test_nothing_is_signed_without_a_secret() -> None:
    with pytest.raises(SettingsError, match="BETTER_AUTH_SECRET"):
        Settings.from_environment({}).required_secret()


@pytest.mark.parametrize(
    ("app_url", "origin", "cookie"),
    [
        ("http://localhost:8000/", "http://localhost:8000", "better-auth.session_token"),
        ("https://Daybook.example:443", "https://daybook.example", "__Host-better-auth.session_token"),
        ("http://[::1]:8000", "http://[::1]:8000", "better-auth.session_token"),
        ("http://[0:0:0:0:0:0:0:1]:8000", "http://[::1]:8000", "better-auth.session_token"),
        ("http://büro.example", "http://xn--bro-hoa.example", "better-auth.session_token"),
        ("http://BÜRO.example:80/", "http://xn--bro-hoa.example", "better-auth.session_token"),
        ("http://straße.example", "http://xn--strae-oqa.example", "better-auth.session_token"),
        ("http://bücher。example", "http://xn--bcher-kva.example", "better-auth.session_token"),
        ("http://日本.example", "http://xn--wgv71a.example", "better-auth.session_token"),
        ("http://my_server:8000", "http://my_server:8000", "better-auth.session_token"),
    ],
)
def test_the_origin_is_as_browsers_write_it(app_url: str, origin: str, cookie: str) -> None:
    assert settings(APP_URL=app_url).app_url == origin
    assert settings(APP_URL=app_url).session_cookie == cookie


def test_push_services_are_told_the_origin_where_it_is_https() -> None:
    assert settings(APP_URL="https://daybook.example").vapid_subject == "https://daybook.example"
    assert settings(VAPID_SUBJECT="mailto:ops@example.com").vapid_subject == "mailto:ops@example.com"
    assert settings().vapid_subject.startswith("mailto:")


def test_there_may_be_no_key_for_notifications() -> None:
    assert settings().vapid_private_key == settings(VAPID_PRIVATE_KEY=" ").vapid_private_key == ""


def test_the_origin_follows_the_port() -> None:
    assert settings(PORT="9000").app_url == "http://localhost:9000"


def test_a_password_is_never_shown() -> None:
    assert "hunter2" not in without_password(
        settings(DATABASE_URL="postgresql://ada:hunter2@localhost/book").database_url
    )


def test_every_variable_is_documented() -> None:
    read = set(re.findall(r'"([A-Z][A-Z_]{3,})"', (ROOT / "web" / "settings.py").read_text())) - set(RENAMED_VARIABLES)

    for file in ("README.md", ".env.example"):
        said = (ROOT / file).read_text()
        assert [name for name in sorted(read) if name not in said] == [], file


def test_a_renamed_variable_keeps_its_old_name_for_a_release(caplog: pytest.LogCaptureFixture) -> None:
    renamed = settings(DATABASE_SEATS="7")

    assert renamed.database_concurrency == 7
    assert "DATABASE_SEATS is now called DATABASE_CONCURRENCY" in caplog.text


def test_the_current_name_of_a_variable_wins() -> None:
    assert settings(DATABASE_SEATS="7", DATABASE_CONCURRENCY="9").database_concurrency == 9


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", ("mail.example", 587, False, "", "")),
        ("smtps://mail.example", ("mail.example", 465, True, "", "")),
        ("smtp://ada%40x:p%3A%2Fss@mail.example:2525/", ("mail.example", 2525, False, "ada@x", "p:/ss")),
    ],
)
def test_the_mail_server_is_a_url(url: str, server: tuple[object, ...]) -> None:
    mail = settings(SMTP_URL=url, MAIL_FROM="Daybook <daybook@example.com>").mail

    assert mail
    assert (mail.host, mail.port, mail.with_tls, mail.user, mail.password) == server
    assert str(mail.sender) == "Daybook <daybook@example.com>"


def test_without_a_mail_server_there_is_no_mail() -> None:
    assert settings(MAIL_FROM="daybook@example.com").mail is None


@pytest.mark.parametrize(
    ("url", "sender", "sentence"),
    [
        ("mail.example", "daybook@example.com", "SMTP_URL must be like"),
        ("http://ada:hunter2@mail.example", "daybook@example.com", "SMTP_URL must be like"),
        ("smtp://ada:hunter2@mail.example:port", "daybook@example.com", "SMTP_URL must be like"),
        ("smtp://ada:hunter2@mail.example/?tls=no", "daybook@example.com", "SMTP_URL must be like"),
        ("smtp://ada@mail.example", "daybook@example.com", "SMTP_URL needs a user and a password, or neither."),
        ("smtp://ada:hunter2@mail.example", "", "MAIL_FROM must be an address"),
        ("smtp://ada:hunter2@mail.example", "Daybook", "MAIL_FROM must be an address"),
        ("smtp://ada:hunter2@mail.example", "Ada <a@example.com>\nBcc: eve@example.com", "MAIL_FROM must be an"),
        ("smtp://ada:hunter2@mail.example", "a@b@c", "MAIL_FROM must be an address"),
    ],
)
def test_a_mail_server_that_cannot_be_right_is_refused(url: str, sender: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence) as refused:
        settings(SMTP_URL=url, MAIL_FROM=sender)

    assert "hunter2" not in str(refused.value)


def test_the_password_of_the_mail_server_is_not_shown() -> None:
    found = settings(SMTP_URL="smtp://ada:hunter2@mail.example", MAIL_FROM="daybook@example.com")

    assert "hunter2" not in repr(found.mail)
