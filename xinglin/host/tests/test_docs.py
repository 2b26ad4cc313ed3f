"""What the documents say is there."""

import json
import re
from pathlib import Path

import pytest

from xinglin.host import docs
from xinglin.host.crew import ROOT

_LINK = re.compile(r"""\]\(([^)#\s]+)(?:#[^)]*)?\)|src="([^"]+)\"""")
_ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \|$", re.MULTILINE)
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "xinglin").rglob("README.md")]
)


def wanted() -> set[str]:
    """Every package that a person has chosen; what they bring along is not ours to explain."""
    files = sorted((ROOT / "requirements").glob("*.in"))
    lines = [line for file in files for line in file.read_text().splitlines()]
    chosen = {found[0] for line in lines if (found := _NAME.match(line)) and line[0] != "-"}
    package = json.loads((ROOT / "web" / "package.json").read_text())
    return chosen | set(package["dependencies"]) | set(package["devDependencies"])


def test_every_dependency_has_one_line_of_why() -> None:
    rows = _ROW.findall((ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"))
    names = [name for name, _ in rows]

    assert wanted() - set(names) == set()
    assert set(names) - wanted() == set()
    assert len(names) == len(set(names))
    assert [name for name, why in rows if len(why) < 10] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    found = _LINK.findall(page.read_text(encoding="utf-8"))
    links = [link or image for link, image in found if ":" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_page_that_differs_from_the_code_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "_FOLDER", tmp_path)
    docs.write()
    assert docs.check() == 0

    (tmp_path / "rules.md").write_text("something older", encoding="utf-8")

    assert docs.check() == 1
    assert "rules.md" in capsys.readouterr().out.splitlines()[-1]


def test_every_rule_state_and_permission_is_in_its_page(tmp_path: Path) -> None:
    pages = dict(docs._pages())

    assert "## consultation" in pages["states.md"]
    assert "## offer" in pages["states.md"]
    assert "R02" in pages["rules.md"]
    assert "`dispatch.read_board`" in pages["permissions.md"]
    assert json.loads(pages["openapi.json"])["openapi"].startswith("3.1")
