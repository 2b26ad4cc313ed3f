"""Data directories for real servers: short, and passable for the user that runs PostgreSQL."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def data() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="xl-host-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)
