"""What a PDF may be: pages to read, nothing that acts. Runs in a child of its own (`inspecting`)."""

import pikepdf

MAX_PAGES = 300
MAX_OBJECTS = 200_000
MAX_DEPTH = 60
_TAIL = 2048
_ACTING_KEYS = frozenset(
    {"/JS", "/JavaScript", "/XFA", "/EmbeddedFiles", "/EF", "/RichMediaContent"}
)
_ACTS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToE",
        "/Rendition",
        "/RichMediaExecute",
    }
)
_ACTING_NOTES = frozenset({"/RichMedia", "/FileAttachment", "/Screen", "/Movie", "/3D", "/Sound"})


def inspect(path: str) -> dict[str, object]:
    """`{"pages": n}`, or `{"refused": why}`: broken, locked, acts, or too_long."""
    if not _is_whole(path):
        return {"refused": "broken"}
    try:
        with pikepdf.open(path) as pdf:
            return _inspected(pdf)
    except pikepdf.PasswordError:
        return {"refused": "locked"}
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RecursionError, MemoryError):
        return {"refused": "broken"}


def _is_whole(path: str) -> bool:
    """Begins and ends as a PDF: nothing stands before it, and nothing was hung on to it."""
    with open(path, "rb") as file:  # noqa: PTH123  # the child imports as little as it can
        begins = file.read(5) == b"%PDF-"
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _TAIL))
        tail = file.read()
    return begins and b"%%EOF" in tail


def _inspected(pdf: pikepdf.Pdf) -> dict[str, object]:
    if len(pdf.objects) > MAX_OBJECTS:
        return {"refused": "too_long"}
    if any(_acts(each) for each in pdf.objects) or _acts(pdf.trailer):
        return {"refused": "acts"}
    pages = len(pdf.pages)
    if pages == 0:
        return {"refused": "broken"}
    return {"refused": "too_long"} if pages > MAX_PAGES else {"pages": pages}


def _acts(thing: object, depth: int = 0) -> bool:
    """What is told by reference is looked at where it stands."""
    if depth > MAX_DEPTH:
        return True
    if isinstance(thing, pikepdf.Array):
        return any(_acts(each, depth + 1) for each in thing if not _is_elsewhere(each))
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False
    if _ACTING_KEYS & set(thing.keys()):
        return True
    if str(thing.get("/S", "")) in _ACTS or str(thing.get("/Subtype", "")) in _ACTING_NOTES:
        return True
    return any(_acts(each, depth + 1) for _, each in thing.items() if not _is_elsewhere(each))


def _is_elsewhere(thing: object) -> bool:
    return isinstance(thing, pikepdf.Object) and thing.is_indirect
