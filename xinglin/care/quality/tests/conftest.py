import pytest

from xinglin.care.consultation.tests import factories


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def cast(db):
    return factories.cast()
