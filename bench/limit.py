"""Measures with pgbench how many pages' worth of statements PostgreSQL alone executes per second."""

import re
import subprocess
import tempfile

from sqlalchemy import make_url

from bench.data import FIRST_NUMBER, ROWS, TOKEN, World

CLIENTS, THREADS = 4, 2
# The session with its user, the newest rows, the counts: three round trips in the simple protocol, as psycopg2 does.
SCRIPT = """\\set number random({first}, {last})
SELECT u.id AS user, u.name, u.email, s.expires_at FROM users u JOIN sessions s ON s.user_id = u.id
WHERE s.token = '{token}' \\gset
SELECT id, user_id, title, description, completed, created_at, updated_at, deleted_at, version, idempotency_key
FROM tasks WHERE user_id = ':user' AND deleted_at IS NULL AND NOT completed
ORDER BY created_at DESC, id DESC LIMIT {rows};
SELECT count(*), count(*) FILTER (WHERE completed) FROM tasks WHERE user_id = ':user' AND deleted_at IS NULL;
"""


def pages_per_second(world: World, seconds: float) -> float:
    """The statements of how many pages PostgreSQL executes per second."""
    url = make_url(world.url)
    script = SCRIPT.format(
        first=FIRST_NUMBER,
        last=FIRST_NUMBER + len(world.people) - 1,
        token=TOKEN.format(":number"),
        rows=ROWS + 1,
    )
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        options = ["--no-vacuum", "--protocol=simple", f"--client={CLIENTS}", f"--jobs={THREADS}"]
        connection = [f"--host={url.host}", f"--port={url.port}", f"--username={url.username}", str(url.database)]
        command = [world.pgbench, *options, f"--time={max(1, round(seconds))}", f"--file={file.name}", *connection]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(re.search(r"^tps = ([\d.]+)", output, re.MULTILINE)[1])
