"""Workbooks are read as what somebody would have typed, within limits."""

from __future__ import annotations

import pytest

from stores.errors import TableRefused
from stores.exchange.tables import as_csv, read_table
from tests.stores.exchange.workbooks import endless, workbook


def test_cells_are_what_somebody_would_have_typed() -> None:
    content = workbook(
        [
            ["number", "name", "postcode", "since", "opens"],
            [4711.0, 'Évreux; "cathédrale"', 59000.0, (45000, 1), (0.375, 2)],
            [1.5, "  Bourg\nen-Bresse ", "01000", "", ""],
        ]
    )
    table = read_table(as_csv(content))
    assert table.header == ["number", "name", "postcode", "since", "opens"]
    assert [row for _number, row in table.rows] == [
        ["4711", 'Évreux; "cathédrale"', "59000", "2023-03-15", "09:00"],
        ["1.5", "Bourg\nen-Bresse", "01000", "", ""],
    ]


def test_a_file_that_is_no_workbook_stays_as_it_is() -> None:
    assert as_csv(b"number;name\n1;A\n") == b"number;name\n1;A\n"


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and nothing behind it",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a letter",
        workbook([["a", "b"]])[:300],
        endless(),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(TableRefused, match="no table"):
        as_csv(content)


def test_an_empty_workbook_has_no_header() -> None:
    with pytest.raises(TableRefused, match="no table"):
        read_table(as_csv(workbook([])))
