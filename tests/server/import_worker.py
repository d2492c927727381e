"""`python -m tests.server.import_worker URL`: an import loop with a short lease, until it is killed."""

import sys
from datetime import timedelta

from sqlalchemy import make_url

from web.db.database import Database
from web.server.imports import ImportLoop
from web.services import leases


def main() -> None:
    # A test would wait a minute for the imports of a worker that it kills.
    leases.LEASE = timedelta(seconds=1)
    loop = ImportLoop(Database(make_url(sys.argv[1])), interval=0.05)
    loop.start()
    loop._thread.join()


if __name__ == "__main__":
    main()
