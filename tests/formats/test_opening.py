"""Files as they come: encodings, line breaks, archives, what is no text and what is too large."""

import io
import zipfile
from contextlib import closing

import pytest

from tests.formats.files import CASES, by_title, reading_of, refused, tasks
from web.formats import csv_rows, opening
from web.formats.imported import CannotRead

TABLE = "Title,Note\nBuy milk,Two litres\nBuy tea,Grün\n"


def zipped(*files: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", packing) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_by_its_byte_order_mark(encoding: str) -> None:
    bom = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""

    found = tasks(reading_of((bom + TABLE).encode(encoding), "tasks.csv"))

    assert [(task.title, task.note) for task in found] == [("Buy milk", "Two litres"), ("Buy tea", "Grün")]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(line_break: str) -> None:
    table = 'Title,Note\nBuy milk,"Two\nlitres"\nBuy tea,x\n'.replace("\n", line_break)
    lines = "Buy milk\nBuy tea\n".replace("\n", line_break)

    assert [task.line for task in tasks(reading_of(table, "tasks.csv"))] == [2, 4]
    assert [task.title for task in tasks(reading_of(lines))] == ["Buy milk", "Buy tea"]


def test_another_encoding_is_offered_and_not_guessed() -> None:
    latin = TABLE.encode("windows-1252")

    with pytest.raises(CannotRead, match=r"^Line 3: .*Windows-1252") as problem:
        reading_of(latin, "tasks.csv")

    assert problem.value.is_encoding
    assert tasks(reading_of(latin, "tasks.csv", encoding="windows-1252"))[1].note == "Grün"


def test_half_a_character_at_the_end_is_no_utf_8() -> None:
    with pytest.raises(CannotRead, match="UTF-8"):
        reading_of("Title\nBuy tea ü".encode()[:-1], "tasks.csv")


def test_a_nul_is_refused_with_its_line() -> None:
    with pytest.raises(CannotRead, match=r"^Line 3: .*NUL"):
        reading_of("Buy milk\nBuy tea\nBuy \0 bread\n")


@pytest.mark.parametrize("content", [b"", b" \n\t\n"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(CannotRead, match="empty"):
        reading_of(content)


def test_a_header_alone_has_no_tasks() -> None:
    assert tasks(reading_of("Title,Due\n", "tasks.csv")) == []


def test_tasks_are_found_in_an_archive() -> None:
    data = (CASES / "vikunja.json").read_bytes()
    archive = zipped(("VERSION", b"0.24"), ("data.json", data), ("filters.json", b"[]"))

    reading = reading_of(archive, "vikunja.zip")
    with closing(reading.source):
        assert "Report" in by_title(reading)


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGEST_UNPACKED", 3 * opening.CHUNK)
    bomb = zipped(("data.json", b" " * (4 * opening.CHUNK)))

    with pytest.raises(CannotRead, match="more than 3 MB"):
        reading_of(bomb, "vikunja.zip")

    assert len(bomb) < opening.CHUNK // 100


def test_an_archive_of_very_many_files_is_refused_before_they_are_listed() -> None:
    """Each entry of its table becomes an object twenty times as large."""
    entry = zipped(("data.json", b"[]"))
    table = entry[entry.index(b"PK\x01\x02") : entry.index(b"PK\x05\x06")]
    end = bytearray(entry[entry.index(b"PK\x05\x06") :])
    many = opening.CHUNK // len(table) + 1
    end[12:16] = (many * len(table)).to_bytes(4, "little")

    with pytest.raises(CannotRead, match="too many files"):
        reading_of(entry[: entry.index(b"PK\x01\x02")] + many * table + end, "x.zip")


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_that_chooses_the_memory_it_takes_is_refused(packing: int) -> None:
    with pytest.raises(CannotRead, match="unusual way"):
        reading_of(zipped(("data.json", b"[]"), packing=packing), "x.zip")


def test_a_damaged_archive_is_refused() -> None:
    archive = bytearray(zipped(("data.json", bytes(range(256)) * 40)))
    archive[40:60] = b"\xff" * 20

    with pytest.raises(CannotRead, match="damaged"):
        reading_of(bytes(archive), "x.zip")


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", zipped(("a.txt", b"1"), ("b.txt", b"2"))])
def test_another_archive_is_refused(content: bytes) -> None:
    with pytest.raises(CannotRead, match="archive"):
        reading_of(content, "x.zip")


@pytest.mark.parametrize(("row", "line"), [('"Buy milk,x\nand so on', 3), ('"a"b,x', 3), (f'"{"x" * 140_000}",x', 3)])
def test_a_broken_row_names_its_line(row: str, line: int) -> None:
    with pytest.raises(CannotRead, match=rf"^Line {line}: "):
        reading_of(f"Title,Note\nBuy tea,x\n{row}\n", "tasks.csv")


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("Title" + ",x" * csv_rows.MOST_COLUMNS + "\nBuy milk\n", 1),
        ("Title,Note\nBuy milk" + ",x" * csv_rows.MOST_COLUMNS + "\n", 2),
    ],
)
def test_a_row_of_very_many_columns_is_refused(table: str, line: int) -> None:
    """A page would have a choice of fields for each, and names of columns are compared with each other."""
    with pytest.raises(CannotRead, match=f"^Line {line}: This row has more than {csv_rows.MOST_COLUMNS} columns"):
        tasks(reading_of(table, "tasks.csv"))


@pytest.mark.parametrize("row", ["x" * 2_000, f'"{chr(10) * 2_000}"', '"' + '\n","' * 1_000 + '"'])
def test_a_row_of_very_many_characters_is_refused(row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "LARGEST_ROW", 1_000)

    with pytest.raises(CannotRead, match=r"^Line 2: This row has more than 1,000 characters"):
        tasks(reading_of(f"Title,Note\n{row}\n", "tasks.csv"))


def test_the_name_of_a_column_is_cut() -> None:
    reading = reading_of(f"Title,{'x' * 1_000}\nBuy milk,Two litres\n", "tasks.csv")

    assert [task.kept for task in tasks(reading)] == [{"x" * csv_rows.LONGEST_NAME: "Two litres"}]


@pytest.mark.parametrize(
    "text",
    ['{"kind": "tasks#taskLists", "items": [{"title": "A", "items": [', "{" * 100_000, "[" * 100_000, '{"a": 1}'],
)
def test_broken_json_is_refused(text: str) -> None:
    with pytest.raises(CannotRead):
        reading_of(text, "x.json")


def test_an_entry_of_the_wrong_shape_is_refused_alone() -> None:
    reading = reading_of(
        '{"kind": "tasks#x", "items": [{"title": "A", "items": [\n{"title": "Buy"},\n{"title": ["x"]}]}]}'
    )

    assert [task.title for task in tasks(reading)] == ["Buy"]
    assert [(one.line, "title" in one.sentence) for one in refused(reading)] == [(3, True)]
