"""Whatever the house says, it says in both languages, each in its own words."""

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2]
HAN = re.compile(r"[\u3400-\u9fff]")
# Names of formats, units and tokens, which Chinese text writes as they are.
ALIKE = {
    *("AAC", "ASCII", "AVIF", "CSV", "Ctrl", "DICOM", "GB", "GPS", "HEIC", "HEIF", "ICD", "JPEG"),
    *("JPG", "JSON", "KB", "MB", "MP", "Ogg", "Opus", "PDF", "PNG", "SVG", "TOTP", "URL", "WebM"),
    *("WebP", "XLS", "XLSX", "https", "files"),
    *("IU", "UCUM", "mL", "mg", "qd"),
}
# What to fill in, names of files, and paths.
_NO_WORDS = re.compile(r"{\w*}|\w+\.json|/\w+")


def said() -> list[tuple[str, str, str]]:
    """Every `Text(zh, en)` in the source that is written out: where, and both; fields as {}."""
    found = []
    for file in sorted(SOURCE.rglob("*.py")):
        if "tests" in file.parts or "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text":
                texts = [_words(value) for value in node.args]
                if len(texts) == 2 and None not in texts:
                    found.append((f"{file.relative_to(SOURCE)}:{node.lineno}", *texts))
    return found


def _words(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part) or "{}" for part in node.values)
    return None


SAID = said()


def test_there_is_much_to_say():
    assert len(SAID) > 150


@pytest.mark.parametrize(("where", "zh", "en"), SAID, ids=[where for where, _, _ in SAID])
def test_each_language_speaks_for_itself(where, zh, en):
    spoken = _NO_WORDS.sub("", zh)
    foreign = set(re.findall(r"[A-Za-z]{2,}", spoken)) - ALIKE
    assert not foreign, f"English in the Chinese text: {foreign}"
    assert HAN.search(spoken) or not re.search(r"\w", spoken), "no Chinese at all"
    assert not HAN.search(en), "Chinese in the English text"
    assert fields(zh) == fields(en), "unlike places to fill"


def fields(text: str) -> set[str]:
    """Those called `zh` and `en` are a name in each language."""
    return set(re.findall(r"{\w+}", text)) - {"{zh}", "{en}"}
