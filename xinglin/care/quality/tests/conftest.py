import pytest

from xinglin.care.consultation.tests import factories


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    """Nobody signs in by password here; the real hasher costs half a second for each account."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def cast(db):
    return factories.cast()
