"""What a text that the house writes itself may look like; pure.

That no text names a person or an illness is for people to see to (ADR 0020); what can be checked is
that it has the same places to fill in as the shipped one, and no others.
"""

from string import Formatter
from typing import Final

from xinglin.kernel.text import Text

LONGEST: Final = 300
# Characters of one SMS in UCS-2, and of each part of a longer one (3GPP TS 23.040).
ONE_SMS, EACH_PART = 70, 67
_EMPTY = Text("此项必填。", "This is required.")
_TOO_LONG = Text(f"最多{LONGEST}个字。", f"At most {LONGEST} characters.")


def fields_of(text: str) -> set[str] | None:
    """The names in braces; None where braces are anything else than plain names."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    found = {name for _, name, _, _ in parts if name is not None}
    plain = all(not spec and not conversion for _, _, spec, conversion in parts)
    return found if plain and all(name.isidentifier() for name in found) else None


def what_is_wrong(words: str, *, shipped: str) -> Text | None:
    """None for words that may take the shipped ones' place, in the same language."""
    if not words.strip():
        return _EMPTY
    if len(words) > LONGEST:
        return _TOO_LONG
    found, needed = fields_of(words), fields_of(shipped) or set()
    if found is None:
        return Text(
            f"花括号只能用来填写：{_listed(needed)}。", f"Braces are only for: {_listed(needed)}."
        )
    if missing := needed - found:
        return Text(f"缺少：{_listed(missing)}。", f"Missing: {_listed(missing)}.")
    if unknown := found - needed:
        return Text(f"不认识：{_listed(unknown)}。", f"Unknown: {_listed(unknown)}.")
    return None


def _listed(names: set[str]) -> str:
    return "、".join(f"{{{name}}}" for name in sorted(names)) or "—"
