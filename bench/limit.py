"""The limit: what PostgreSQL alone gives for the statements of one page, asked by pgbench."""

import re
import subprocess
import tempfile

from sqlalchemy import make_url

from bench.data import FIRST_NUMBER, ROWS, TOKEN, World

CLIENTS, THREADS = 4, 2
# The session with its user, the newest rows, the counts: three trips, in the plain protocol that psycopg2 speaks.
SCRIPT = """\\set number random({first}, {last})
SELECT u.id AS user, u.name, u.email, s.expires_at FROM users u JOIN sessions s ON s.user_id = u.id
WHERE s.token = '{token}' \\gset
SELECT id, user_id, title, description, completed, created_at, updated_at, deleted_at, version, idempotency_key
FROM tasks WHERE user_id = ':user' AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT {rows};
SELECT count(*), count(*) FILTER (WHERE completed) FROM tasks WHERE user_id = ':user' AND deleted_at IS NULL;
"""


def pages_a_second(world: World, seconds: float) -> float:
    """How many pages' worth of statements PostgreSQL answers in a second."""
    place = make_url(world.url)
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
        where = [f"--host={place.host}", f"--port={place.port}", f"--username={place.username}", str(place.database)]
        command = [world.pgbench, *options, f"--time={max(1, round(seconds))}", f"--file={file.name}", *where]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)[1])
