"""Reading and writing spreadsheets."""

from xinglin.foundation.sheets.rules import cell_name, column_letters
from xinglin.foundation.sheets.services.reading import UnreadableError, read
from xinglin.foundation.sheets.services.writing import CONTENT_TYPES, write

__all__ = ["CONTENT_TYPES", "UnreadableError", "cell_name", "column_letters", "read", "write"]
