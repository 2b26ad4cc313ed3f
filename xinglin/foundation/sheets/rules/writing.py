"""A workbook of text cells, as bytes. Runs in the child."""

import io
from typing import Any


def written(pages: list[dict[str, Any]]) -> bytes:
    """Every cell is text: numbers keep their zeros, and nothing that is written there acts."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for page in pages:
        _add(book, page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add(book: Any, page: dict[str, Any]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet = book.create_sheet(page["name"])
    for index, width in enumerate(page["widths"], start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = f"A{page['heads'] + 1}"
    for index, words in page["choices"].items():
        letter = get_column_letter(int(index) + 1)
        offered = ",".join(words)
        if len(offered) < 250:  # noqa: PLR2004  # Excel takes no longer list
            told = DataValidation(type="list", formula1=f'"{offered}"', showErrorMessage=False)
            told.add(f"{letter}{page['heads'] + 1}:{letter}{20_001}")
            sheet.data_validations.append(told)
    head, fill = Font(bold=True), PatternFill("solid", start_color="FFE7F2EC")
    for number, row in enumerate(page["rows"]):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=text or None)
            if text:
                cell.data_type = "s"  # openpyxl makes a formula of what begins with =
                cell.number_format = "@"
            if number < page["heads"]:
                cell.font, cell.fill = head, fill
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            cells.append(cell)
        sheet.append(cells)
