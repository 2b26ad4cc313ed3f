"""Writes the digests of the facts anew, after a person has changed one on purpose."""

from pathlib import Path

from xinglin.care.prescribing.safety.reading import DATA, MANIFEST, digest


def listed(data: Path) -> str:
    """Every table but the list itself: a name or an override that is cut off is silence."""
    files = [
        path for path in data.rglob("*") if path.name != MANIFEST and path.suffix in {".gz", ".tsv"}
    ]
    rows = [f"{path.relative_to(data).as_posix()}\t{digest(path)}" for path in sorted(files)]
    return "\n".join(["file\tsha256", *rows, ""])


if __name__ == "__main__":
    (DATA / MANIFEST).write_text(listed(DATA), encoding="utf-8")
