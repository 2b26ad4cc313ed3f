"""Which version of the site's page the house serves."""

import re
from pathlib import Path

_SCRIPT = re.compile(r'src="[^"]*/(site-[\w-]{1,50}\.js)"')


def site_page(built: Path) -> str:
    """The file name of the entry script, which carries a digest of what it holds; empty: not built."""
    try:
        found = _SCRIPT.search(built.read_text(encoding="utf-8"))
    except OSError:
        return ""
    return found[1] if found else ""
