import io

import pytest
from PIL import Image

from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.queries import viewer_for
from xinglin.foundation.accounts.services import create_patient_account


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def person(db):
    """`person("13800138001")`: somebody who is signed in with that phone."""

    def made(phone="13800138001"):
        user = User.objects.get(pk=create_patient_account(phone=phone))
        return viewer_for(user, strong=False, address="", device="", session="")

    return made


@pytest.fixture
def photo():
    """`photo("PNG", (w, h))`: the bytes of a picture, red on the left and blue on the right."""

    def made(kind="JPEG", size=(40, 20), mode="RGB", **options) -> bytes:
        picture = Image.new(mode, size, "blue")
        picture.paste("red", (0, 0, size[0] // 2, size[1]))
        out = io.BytesIO()
        picture.save(out, kind, **options)
        return out.getvalue()

    return made
