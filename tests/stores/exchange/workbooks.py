"""Workbooks as spreadsheets save them, of few parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TIES = "http://schemas.openxmlformats.org/package/2006/relationships"
OF_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}'
        '.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{TIES}"><Relationship Id="r1" '
        f'Type="{OF_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OF_OFFICE}"><sheets>'
        '<sheet name="Feuille" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{TIES}"><Relationship Id="r1" '
        f'Type="{OF_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{OF_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>"
    ),
    # The second format is a date, the third a time.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="20"/></cellXfs></styleSheet>'
    ),
}
Cell = str | float | tuple[float, int]
"""A text, a number, or a number and its format."""


def workbook(rows: Sequence[Sequence[Cell]]) -> bytes:
    lines = "".join(
        f"<row>{''.join(_cell(cell, number, place) for place, cell in enumerate(row))}"
        "</row>"
        for number, row in enumerate(rows, start=1)
    )
    return _packed(lines)


def endless() -> bytes:
    """One cell at the far end of the largest sheet there is."""
    return _packed(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>number</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>1</t></is></c></row>'
    )


def _cell(cell: Cell, number: int, place: int) -> str:
    at = f"{chr(ord('A') + place)}{number}"
    if isinstance(cell, str):
        text = escape(cell)
        return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'
    value, form = cell if isinstance(cell, tuple) else (cell, 0)
    return f'<c r="{at}" s="{form}"><v>{value}</v></c>'


def _packed(lines: str) -> bytes:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (*PARTS.items(), ("xl/worksheets/sheet1.xml", sheet)):
            archive.writestr(name, text)
    return found.getvalue()
