"""How much a spreadsheet may hold, and how its cells are named: pure."""

MOST_ROWS = 20_000
MOST_COLUMNS = 64
MOST_CELL = 10_000
MOST_UNPACKED = 120 * 1024 * 1024
MOST_PARTS = 2_000
# One text may stand in every cell of a small file: what is told of a sheet is held by its reader.
MOST_TOLD = 20_000_000

# What a spreadsheet program takes for a formula when it opens a CSV file.
ACTS = ("=", "+", "-", "@", "\t", "\r")
_A, _LETTERS = ord("A"), 26


def column_letters(index: int) -> str:
    """Of a column counted from 0: A, B, ... Z, AA."""
    found, rest = "", index + 1
    while rest:
        rest, letter = divmod(rest - 1, _LETTERS)
        found = chr(_A + letter) + found
    return found


def cell_name(index: int, row: int) -> str:
    """`index`: of the column, from 0; `row`: from 1."""
    return f"{column_letters(index)}{row}"


def harmless(text: str) -> str:
    """As it may stand in a file that a spreadsheet program opens: never the beginning of a formula."""
    return f"'{text}" if text.startswith(ACTS) or text.startswith("'") else text


def as_meant(text: str) -> str:
    """The words again of what `harmless` has written."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*ACTS, "'")) else text
