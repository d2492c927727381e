"""APP_URL is written as browsers write an origin: by the URL standard, which Node follows too."""

import json
import subprocess

import pytest

from tests.databases import settings_for
from web.auth.node import find_node

ADDRESSES = (
    "http://localhost:8000",
    "HTTPS://Daybook.Example:443/",
    "http://daybook.example:080",
    "http://büro.example",
    "http://BÜRO.EXAMPLE",
    "http://xn--bro-hoa.example",
    "http://straße.example",
    "http://ΒΌΛΟΣ.example",
    "http://日本。example:81",
    "http://xn--e28h.example",
    "http://my_server",
    "http://daybook.example.",
    "http://127.0.0.1",
    "http://[::1]:8000",
    "http://[2001:DB8:0:0:0:0:0:1]",
)


@pytest.mark.databases("sqlite")
def test_is_the_origin_that_browsers_send() -> None:
    script = f"console.log(JSON.stringify({json.dumps(ADDRESSES)}.map((address) => new URL(address).origin)))"

    origins = json.loads(subprocess.run([find_node(), "--eval", script], capture_output=True, check=True).stdout)

    assert [settings_for("sqlite:///daybook.db", APP_URL=address).app_url for address in ADDRESSES] == origins
