"""Serves the metrics of all worker processes to Prometheus, on this machine only."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from web.domain.errors import CommandError

ADDRESS = "127.0.0.1"


class CannotServeMetrics(CommandError):
    """The port of METRICS_PORT cannot be opened. The text is one sentence."""


@contextmanager
def serving_metrics(port: int) -> Iterator[None]:
    """Answer `GET /metrics` on this port until the end of the block; on none if it is 0.

    Must begin before the application is loaded: prometheus_client reads then that several processes share their values
    in files. Raises CannotServeMetrics.
    """
    if not port:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="daybook-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        from prometheus_client import CollectorRegistry, start_http_server
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        try:
            server, thread = start_http_server(port, ADDRESS, registry)
        except OSError as problem:
            raise CannotServeMetrics(f"METRICS_PORT {port} cannot be opened ({problem.strerror}).") from problem
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
