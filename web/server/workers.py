"""uvicorn's supervisor of worker processes, with two changes that its users and its log need."""

import logging

from uvicorn.supervisors import Multiprocess

log = logging.getLogger("daybook.serve")


class Workers(Multiprocess):
    """Replaces workers that end, until SIGINT or SIGTERM."""

    def terminate_all(self) -> None:
        """Closes the port first: a connection that came while the workers finish would be reset with the process."""
        for listener in self.sockets:
            listener.close()
        super().terminate_all()

    def keep_subprocess_alive(self) -> None:
        """uvicorn logs a replaced worker below the level that Daybook shows."""
        before = list(self.processes)
        super().keep_subprocess_alive()
        for old, new in zip(before, self.processes, strict=True):
            if old is not new:
                log.warning("Worker %s ended with exit code %s and was replaced.", old.pid, old.exitcode)
