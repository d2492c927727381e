"""Log formats for standard error: plain lines for a console, or one JSON object per line."""

import json
import logging
import re
from datetime import UTC, datetime

from web.domain.log_context import addresses, log_fields

LONGEST_MESSAGE = 500
_LINE_BREAKS = re.compile(r"\s*[\r\n\x0b\x0c\x85\u2028\u2029]+\s*")
# Characters that a terminal obeys, or that change the order in which others are shown.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
# uvicorn's two lines for each request to upgrade to a WebSocket, which any client can send.
_UPGRADE = ("Unsupported upgrade request.", "No supported WebSocket library detected.")


class ConsoleFormatter(logging.Formatter):
    """Time, level, message, logger and the request on one line, followed by the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {name}={value}" for name, value in log_fields.get().items())
        line = f"{_timestamp(record)} [{record.levelname.lower():8}] {_message(record)} [{record.name}]{fields}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """The same fields as a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": _timestamp(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _message(record),
            **log_fields.get(),
        }
        return json.dumps(line | ({"exception": self.formatException(record.exc_info)} if record.exc_info else {}))


def set_up_logging(level: str, style: str, kept_addresses: str = "full") -> None:
    """Send all log records, those of libraries included, to standard error.

    `style` is `console` or `json`, `kept_addresses` one of LOG_ADDRESSES.
    """
    addresses.kept = kept_addresses
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if style == "json" else ConsoleFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "alembic", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("uvicorn.error").addFilter(_is_no_upgrade)
    # A lost connection is an error where it fails a request, which Daybook logs, and not where it is replaced.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)


def _is_no_upgrade(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith(_UPGRADE)


def _message(record: logging.LogRecord) -> str:
    """One line of bounded length, in which no character acts."""
    text = _LINE_BREAKS.sub(" ", record.getMessage())
    text = _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}…"


def _timestamp(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
