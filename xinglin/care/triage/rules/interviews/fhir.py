"""Reading a FHIR R4 Questionnaire: what a doctor edited, or why it cannot be used.

Of R4 this understands what `data/README.md` lists, and refuses the rest by name: a key that nobody
reads would look as if it did something.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from xinglin.care.triage.rules.entries import BadEntryError
from xinglin.care.triage.rules.interview import NONE_OF_THESE, AskedOf, Kind, Option, Question
from xinglin.care.triage.rules.interviews.types import Interview
from xinglin.kernel.text import Text

HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
OURS = "https://xinglin.invalid/fhir/StructureDefinition/"
NOT_CHECKED = "Not checked by a clinician."

_KINDS: dict[str, Kind] = {
    "choice": "choice",
    "text": "text",
    "boolean": "boolean",
    "decimal": "number",
}
_OF_ITEM = frozenset(
    {
        "linkId",
        "type",
        "text",
        "_text",
        "code",
        "required",
        "repeats",
        "answerOption",
        "enableWhen",
        "item",
        "extension",
    }
)
_OF_FORM = frozenset(
    {
        "resourceType",
        "id",
        "url",
        "version",
        "name",
        "title",
        "_title",
        "status",
        "experimental",
        "subjectType",
        "date",
        "publisher",
        "purpose",
        "approvalDate",
        "useContext",
        "derivedFrom",
        "language",
        "extension",
        "item",
    }
)


class _Place:
    """Where in which file something stands, for the complaint about it."""

    def __init__(self, file: str, link_id: str = "") -> None:
        self.file, self.link_id = file, link_id

    def bad(self, problem: str) -> BadEntryError:
        where = f"{self.file}: {self.link_id}" if self.link_id else self.file
        return BadEntryError(f"{where}: {problem}")

    def known(self, element: Mapping[str, Any], keys: frozenset[str]) -> None:
        if unknown := sorted(set(element) - keys):
            raise self.bad(f"nobody reads {', '.join(unknown)}")


def read(form: Mapping[str, Any], *, file: str) -> Interview:
    """Raises BadEntryError, which names the file and the linkId."""
    at = _Place(file)
    if form.get("resourceType") != "Questionnaire" or not form.get("id"):
        raise at.bad("is no Questionnaire with an id")
    at.known(form, _OF_FORM)
    if f"{form['id']}.json" != file:
        raise at.bad(f"the id is {form['id']!r}; it must be the file's name")
    checked = form.get("approvalDate")
    if not form.get("purpose") or not form.get("version") or not form.get("publisher"):
        raise at.bad("needs purpose (its source), version and publisher")
    if checked is None and NOT_CHECKED not in form["purpose"]:
        raise at.bad(f"without an approvalDate the purpose has to say {NOT_CHECKED!r}")
    ages, sex, focus = _context(form, at)
    questions = tuple(_questions(form.get("item", []), at))
    _check_order(questions, at)
    return Interview(
        name=form["id"].replace("-", "_"),  # FHIR's ids have no underscore
        title=_text(form, "title", at),
        source=f"{form['publisher']}: {form['purpose']}",
        version=form["version"],
        checked_on=checked,
        questions=questions,
        focus=focus,
        words=tuple(_words(form, at)),
        from_years=ages[0],
        to_years=ages[1],
        sex=sex,
    )


def _context(
    form: Mapping[str, Any], at: _Place
) -> tuple[tuple[int, int], str | None, frozenset[str]]:
    ages, sex, focus = (0, 200), None, set()
    for each in form.get("useContext", []):
        match each:
            case {"code": {"code": "age"}, "valueRange": limits}:
                ages = (
                    int(limits.get("low", {"value": 0})["value"]),
                    int(limits.get("high", {"value": 200})["value"]),
                )
            case {"code": {"code": "gender"}, "valueCodeableConcept": {"coding": [{"code": code}]}}:
                sex = str(code)
            case {"code": {"code": "focus"}, "valueCodeableConcept": {"coding": codings}}:
                focus |= {str(coding["code"]) for coding in codings}
            case _:
                raise at.bad(f"nobody reads the useContext {each}")
    return ages, sex, frozenset(focus)


def _words(form: Mapping[str, Any], at: _Place) -> Iterator[str]:
    for each in form.get("extension", []):
        if each.get("url") != f"{OURS}leading-complaint" or not each.get("valueString", "").strip():
            raise at.bad(f"nobody reads the extension {each}")
        yield each["valueString"]


def _questions(items: list[dict[str, Any]], at: _Place) -> Iterator[Question]:
    for item in items:
        here = _Place(at.file, str(item.get("linkId") or "?"))
        here.known(item, _OF_ITEM)
        if item.get("type") != "group":
            yield _question(item, None, here)
            continue
        title = _text(item, "text", here)
        for inner in item.get("item", []):
            place = _Place(at.file, str(inner.get("linkId") or "?"))
            place.known(inner, _OF_ITEM)
            yield _question(inner, title, place)


def _question(item: Mapping[str, Any], group: Text | None, at: _Place) -> Question:
    if not item.get("linkId"):
        raise at.bad("a question needs a linkId")
    if item.get("type") not in _KINDS:
        raise at.bad(f"type {item.get('type')!r}; known are {', '.join(sorted(_KINDS))} and group")
    kind = _KINDS[item["type"]]
    if kind == "choice" and item.get("repeats"):
        kind = "multi"
    options = tuple(_options(item, kind, at))
    if bool(options) != (kind in {"choice", "multi"}):
        raise at.bad("answerOption belongs to a choice, and only there")
    more = _extensions(item, at)
    limits = (more.get("minValue"), more.get("maxValue"))
    if kind == "number" and None in limits:
        raise at.bad("a number needs minValue and maxValue")
    if kind == "number" and group is None:
        raise at.bad("a number stands in a group")
    text = _text(item, "text", at)
    return Question(
        link_id=item["linkId"],
        type=kind,
        text=text,
        label=more.get("shortText", text),
        required=bool(item.get("required", False)),
        options=options,
        enabled_when=_dependence(item, at),
        asked_of=more.get("asked-of"),
        of_the_past=more.get("of-the-past", False),
        group=group,
        unit=more.get("unit", ""),
        least=limits[0],
        most=limits[1],
    )


def _options(item: Mapping[str, Any], kind: Kind, at: _Place) -> Iterator[Option]:
    seen: set[str] = set()
    for each in item.get("answerOption", []):
        coding = each.get("valueCoding", {})
        code = coding.get("code")
        if not code or code in seen:
            raise at.bad(f"an answerOption needs a valueCoding with a code of its own: {each}")
        seen.add(code)
        extensions = each.get("extension", [])
        excludes = any(e.get("url") == f"{HL7}questionnaire-optionExclusive" for e in extensions)
        if kind == "multi" and excludes != (code == NONE_OF_THESE):
            raise at.bad(
                f"of several, the option {NONE_OF_THESE!r} excludes the others, and only it"
            )
        text = _text(coding, "display", at)
        said = [e for e in coding.get("extension", []) if e.get("url") == f"{OURS}said"]
        yield Option(code=code, text=text, said=_text(said[0], "valueString", at) if said else text)


def _dependence(item: Mapping[str, Any], at: _Place) -> tuple[str, str] | None:
    conditions = item.get("enableWhen", [])
    if not conditions:
        return None
    match conditions:
        case [{"question": str(on), "operator": "=", "answerCoding": {"code": str(code)}}]:
            return on, code
    raise at.bad("enableWhen: one condition with operator '=' and answerCoding is understood")


def _extensions(item: Mapping[str, Any], at: _Place) -> dict[str, Any]:
    """Last part of the address -> what it says."""
    found: dict[str, Any] = {}
    for each in item.get("extension", []):
        match each:
            case {"url": url} if url == f"{SDC}sdc-questionnaire-shortText":
                found["shortText"] = _text(each, "valueString", at)
            case {"url": url, "valueDecimal": int() | float() as limit} if url in {
                f"{HL7}minValue",
                f"{HL7}maxValue",
            }:
                found[url.removeprefix(HL7)] = float(limit)
            case {"url": url, "valueCoding": {"code": str(unit)}} if (
                url == f"{HL7}questionnaire-unit"
            ):
                found["unit"] = each["valueCoding"].get("display", unit)
            case {"url": url, "valueBoolean": bool(past)} if url == f"{OURS}of-the-past":
                found["of-the-past"] = past
            case {"url": url, "extension": parts} if url == f"{OURS}asked-of":
                found["asked-of"] = _asked_of(parts, at)
            case _:
                raise at.bad(f"nobody reads the extension {each.get('url')!r} like this")
    return found


def _asked_of(parts: list[dict[str, Any]], at: _Place) -> AskedOf:
    values = {p.get("url"): p.get("valueCode", p.get("valueInteger")) for p in parts}
    match values:
        case {"sex": "male" | "female" as sex, "from_years": int(first), "to_years": int(last)}:
            return AskedOf(sex=sex, from_years=first, to_years=last)
    raise at.bad("asked-of needs sex, from_years and to_years")


def _text(element: Mapping[str, Any], name: str, at: _Place) -> Text:
    """In Chinese as the element says, in English by the translation beside it."""
    chinese = element.get(name)
    if not isinstance(chinese, str) or not chinese.strip():
        raise at.bad(f"{name} is missing")
    for each in element.get(f"_{name}", {}).get("extension", []):
        if each.get("url") != f"{HL7}translation":
            continue
        parts = {
            p.get("url"): p.get("valueCode", p.get("valueString", p.get("valueMarkdown")))
            for p in each.get("extension", [])
        }
        if parts.get("lang") == "en" and str(parts.get("content") or "").strip():
            return Text(chinese, parts["content"])
    raise at.bad(f"{name} {chinese!r} has no English translation")


def _check_order(questions: tuple[Question, ...], at: _Place) -> None:
    before: dict[str, Question] = {}
    for question in questions:
        here = _Place(at.file, question.link_id)
        if question.link_id in before:
            raise here.bad("this linkId is used twice")
        if question.enabled_when is not None:
            on, answer = question.enabled_when
            if on not in before or answer not in {o.code for o in before[on].options}:
                raise here.bad(f"depends on {on}={answer}, which is not asked before")
        before[question.link_id] = question
