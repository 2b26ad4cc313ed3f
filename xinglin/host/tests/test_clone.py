"""A fresh clone holds everything: nothing that the code needs is left untracked."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from xinglin.host.crew import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not shutil.which("git") or not (ROOT / ".git").exists(), reason="not a git clone"
    ),
]
_IMPORT = re.compile(r"""(?:from|import|import\()\s*['"]((?:@/|\.\.?/)[^'"]+)['"]""")
_SUFFIXES = ("", ".ts", ".vue", "/index.ts", ".d.ts", ".json", ".css")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the last commit, as a newcomer gets it."""
    made = tmp_path_factory.mktemp("clone") / "xinglin"
    safe = ["-c", "safe.directory=*"]
    subprocess.run(
        ["git", *safe, "clone", "--quiet", "--depth", "1", f"file://{ROOT}", made], check=True
    )
    return made


def in_clone(clone: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """With the packages of this environment, and with nothing else of ours."""
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("XINGLIN_", "DATABASE"))}
    return subprocess.run(
        words,
        cwd=clone,
        env={**outside, "PYTHONPATH": str(clone)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_explains_itself(clone: Path) -> None:
    done = in_clone(clone, "./run", "help")

    assert done.returncode == 0
    assert all(f"\n  {name} " in done.stdout for name in ("demo", "up", "test", "check", "bench"))


def test_an_unknown_command_is_named_and_nothing_is_installed(clone: Path) -> None:
    done = in_clone(clone, "./run", "fly")

    assert done.returncode == 1
    assert "'fly'" in done.stderr
    assert not (clone / ".venv").exists()


def test_every_module_can_be_loaded(clone: Path) -> None:
    script = (
        "import importlib, pkgutil, django, xinglin; django.setup()\n"
        "for module in pkgutil.walk_packages(xinglin.__path__, 'xinglin.'):\n"
        "    if '.tests' not in module.name and not module.name.endswith('__main__'):\n"
        "        importlib.import_module(module.name)\n"
        "print(xinglin.__file__)"
    )
    done = in_clone(
        clone, "env", "DJANGO_SETTINGS_MODULE=xinglin.config.settings", sys.executable, "-c", script
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == str(clone / "xinglin" / "__init__.py")


def test_the_generated_pages_are_those_of_the_code(clone: Path) -> None:
    done = in_clone(clone, sys.executable, "-m", "xinglin", "docs", "--check")
    assert (done.returncode, done.stdout) == (0, "")


def test_every_import_of_the_client_is_there(clone: Path) -> None:
    assert list(_missing_imports(clone / "web" / "src")) == []


def _missing_imports(source: Path) -> Iterator[str]:
    for file in (f for f in source.rglob("*") if f.suffix in {".ts", ".vue"}):
        for target in _IMPORT.findall(file.read_text(encoding="utf-8")):
            base = source / target[2:] if target.startswith("@/") else file.parent / target
            if not any(Path(f"{base}{suffix}").is_file() for suffix in _SUFFIXES):
                yield f"{file.relative_to(source)}: {target}"
