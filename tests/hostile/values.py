"""What the generated requests put where a value is expected: the edges of each kind, and what no kind takes."""

from typing import Any

TEXTS = (
    *("", " ", "\t", "a", "Buy milk", "\n".join("ab"), "x" * 200, "x" * 201, "x" * 5000, "é" * 199, "👩‍👩‍👧‍👦" * 30),
    *("\x00", "a\x00b", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeffa", "\ufffe", "\U0010ffff"),
    *("\u202eabc", "\u200b", "שלום", "İı", "ß" * 200, "e\u0301" * 100, "１２３", "²"),
    *("<script>alert(1)</script>", '"><img src=x>', "{{ 7*7 }}", "{% raw %}", "${7}", "%s%n%d", "{0.__class__}"),
    *("' OR 1=1 --", "'; DROP TABLE tasks; --", "\\", "\\'", "%", "_", "%_' ;", "*", '"', "''", "NULL", "nan"),
    *("../../etc/passwd", "C:\\con", "//evil.example", "javascript:alert(1)", "http://[::1", "http://127.0.0.1:1/"),
    *("true", "false", "null", "undefined", "[]", "{}", "None", "on", "0", "-0", "00", "1e999", "0x10", "1_000"),
)
NUMBERS = (
    *(0, -1, 1, 2, 3, 4, 5, 255, 256, 65_535, 65_536, 10**6, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1),
    *(2**53, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 10**30, 10**300, 0.5, -0.0, 1e308, 1.0, 7.000001),
)
DAYS = (
    *("2027-03-02", "2024-02-29", "2027-02-29", "2026-02-30", "0001-01-01", "0000-01-01", "1969-12-31", "9999-12-31"),
    *("10000-01-01", "-2027-03-02", "2027-3-2", "2027-03-02T00:00:00Z", "2027-W10-2", "20270302", "02/03/2027"),
    *("2027-03-02..2027-03-01", "2027-03-01..2027-03-07", "..", "today", "overdue", "none", "٢٠٢٧-٠٣-٠٢"),
)
TIMES = (
    *("18:00", "00:00", "23:59", "24:00", "23:60", "6pm", "18:00:00", "18:00+02:00", "1:2", "18:00 Europe/Berlin"),
    *("2027-03-28T02:30:00+01:00", "2027-03-02T18:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
)
ZONES = (
    *("Europe/Berlin", "UTC", "America/New_York", "Mars/Olympus", "../../etc/localtime", "/etc/localtime", "europe/"),
    *("Europe/Berlin\x00", "Etc/GMT+14", "posixrules", "zone.tab", "Europe", ".", "a" * 300),
)
RULES = (
    *("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TU", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
    *("FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=999999999999", "FREQ=DAILY;COUNT=0", "FREQ="),
    *(
        "FREQ=MONTHLY;BYDAY=9MO",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;UNTIL=99991231",
        "RRULE:FREQ=DAILY",
    ),
    *("FREQ=DAILY;FREQ=WEEKLY", "freq=daily", "FREQ=DAILY;BYSETPOS=366", ";", "=", "FREQ=DAILY;X=" + "1," * 500),
    *("every day", "every 31st", "every! 3 days", "every 0 days", "every 99999999999999999999 weeks", "jährlich"),
)
QUERIES = (
    *("milk", "milk -oat", "(milk", "()", "is:open due:today", "due:<=+7d", "OR", "-", '"unclosed', "sort:-created"),
    *(
        "(" * 500,
        '"' * 999,
        "-" * 900,
        "a " * 60,
        "due:2026-02-30",
        "pirority:1",
        "#Home @errand p1",
        "a*",
        ":*",
        "& | !",
    ),
)
LINES = (
    *("Buy milk tomorrow 5pm #Home @errand p1 every 2 weeks // notes", "Water plants every! 3 days", "#+List x @+l y"),
    *("Pills every day for 10 times", "Call mum every sunday 6pm until 20 dec", "#" * 200, "@" * 200, "p1 p2 p3", "//"),
    *("tomorrow", "every", "in 99999999999 days", "in 0 days", "31 feb 0001", "at 25:61", "\\", "every " * 60),
)
STRINGS = (*TEXTS, *DAYS, *TIMES, *ZONES, *RULES, *QUERIES, *LINES)
# What a JSON body may have where a field is expected, beside the strings and the numbers.
OTHER_JSON: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [None],
    [[]],
    {"a": {"b": []}},
    [1, 1, 1],
    [0, -1],
    ["a"],
    {"": ""},
    [10**30],
)
# Where a path has a parameter. Percent-encoded, as they are on the wire.
SEGMENTS = (
    *("0", "-1", "1", "2", "01", "+1", "1.0", "1e3", "x", "%EF%BC%91", "0x1", "9223372036854775807"),
    *("9223372036854775808", "1" * 40, "1" * 400, "%00", "1%20", "%FF", "%C3", "%2F", "..", "%2e%2e", ".", "", "1;a=b"),
    *("00000000-0000-0000-0000-000000000000", "{task_id}", "%7B7%7D", "1%0d%0aX-Injected:1", "%F0%9F%98%80", "%25"),
    *("2026-11-27", "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01"),
)
# Bodies that are no JSON, no form, or more than either should be.
RAW = (
    *(b"", b" ", b"\x00", b"\xff\xfe\x00", b"{", b"[", b'"', b"nul", b"{}", b"[]", b"null", b"true", b"0", b'""'),
    *(b"[" * 2_000, b'{"a":' * 2_000, b'{"title":"' + b"x" * 70_000 + b'"}', b'\xef\xbb\xbf{"title":"x"}'),
    *(b'{"title":"\xff"}', b'{"title":"\\ud800"}', b'{"title":"a","title":"b"}', b'{"title":1e999999}'),
    *(b'{"title":"x"}garbage', b"{'title':'x'}", b'{"title":NaN}', b"1" * 5_000, b"-", b'{"__proto__":{}}'),
    *(b"title=x&title=y", b"title=%ff", b"title=%zz", b"%", b"&" * 3_000, b"=", b"a=b;c=d", b"title=x%00y"),
    *(
        b"--b\r\n\r\n--b--",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="../x"\r\n\r\nx\r\n--b--\r\n',
    ),
)
CONTENT_TYPES = (
    *("application/json", "application/json; charset=utf-8", "application/json; charset=utf-16", "APPLICATION/JSON"),
    *("application/merge-patch+json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"),
    *("multipart/form-data", "multipart/form-data; boundary=", "text/plain", "text/csv", "", "/", "application/", "é"),
    *(
        "application/json; charset=nonsense",
        "application/xml",
        "application/octet-stream",
        "application/json,text/html",
    ),
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "")
HEADERS = {
    "if-match": (
        '"1"',
        "*",
        "1",
        'W/"1"',
        '"1", "2"',
        '"',
        '"1',
        '"' + "9" * 30 + '"',
        "é",
        '""',
        ",",
        '"1.zz"',
        "x" * 3_000,
    ),
    "if-none-match": ("*", '"1"', "x", ",,,", '"' * 300),
    "if-modified-since": ("Thu, 01 Jan 1970 00:00:00 GMT", "x", "99999999999"),
    "idempotency-key": ("once", "", " ", "k" * 255, "k" * 256, "a b", "é", "\x01", '"', "'; --"),
    "accept": ("*/*", "application/json", "text/html", "image/png", "", "x", "*/*;q=9", "a/b," * 200),
    "accept-encoding": ("br", "gzip", "identity;q=0", "*;q=0", "x", "br;q=x", ""),
    "accept-language": ("de", "", "*", "x" * 2_000, "en;q=-1"),
    "hx-request": ("true", "false", "", "x"),
    "hx-request-type": ("partial", "full", "x"),
    "hx-target": ("task-1", "#counts", "é", "", "x" * 2_000),
    "hx-current-url": ("http://daybook.test/tasks?q=x", "http://[", "//[", "http://evil.example/", "\x7f", "a:b:c"),
    "referer": ("http://daybook.test/tasks", "http://[", "x", "//", "http://daybook.test//evil"),
    "origin": ("http://daybook.test", "null", "http://evil.example", "http://[", ""),
    "sec-fetch-site": ("same-origin", "cross-site", "none", "x", ""),
    "cookie": ("a=b", "=", ";", "better-auth.session_token=x.y", "better-auth.session_token=%ff", "é=é", "a=b;" * 500),
    "authorization": ("Bearer", "Bearer x", "Bearer eyJhbGciOiJub25lIn0.e30.", "Basic Og==", "é", "dbk_" + "a" * 38),
    "host": ("daybook.test:abc", "[", "", "evil.example", "daybook.test:99999999", "é"),
    "x-forwarded-for": ("127.0.0.1", "::1", "x", "1.2.3.4, 5.6.7.8", "é"),
    "x-forwarded-proto": ("https", "x"),
    "range": ("bytes=0-1", "bytes=-1", "x", "bytes=" + "0-1," * 300),
    "expect": ("100-continue", "x"),
    "x-http-method-override": ("DELETE", "x"),
    "x-request-id": ("a", "\x1b[31m", "é", "a\tb", "x" * 3_000),
    "user-agent": ("", "Mozilla/5.0 ", "\x80", "x" * 4_000),
    "last-event-id": ("1", "-1", "x", "9" * 40),
}
