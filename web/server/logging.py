"""Log formats for standard error: plain lines for a console, or one JSON object per line."""

import json
import logging
from datetime import UTC, datetime


class ConsoleFormatter(logging.Formatter):
    """Time, level, message and logger on one line, followed by the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_timestamp(record)} [{record.levelname.lower():8}] {record.getMessage()} [{record.name}]"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """The same fields as a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": _timestamp(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        return json.dumps(line | ({"exception": self.formatException(record.exc_info)} if record.exc_info else {}))


def set_up_logging(level: str, style: str) -> None:
    """Send all log records, those of libraries included, to standard error. `style` is `console` or `json`."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if style == "json" else ConsoleFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "alembic", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


def _timestamp(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
