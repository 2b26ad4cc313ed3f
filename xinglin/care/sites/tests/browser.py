"""An assistant's browser at the counter, and what it and the site's gateway send."""

import io

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from xinglin.care.people.queries import required_text
from xinglin.care.people.tests.factories import Browser, id_number
from xinglin.kernel import clock, ids

OBSERVATION = {
    "resourceType": "Observation",
    "identifier": [{"system": "urn:cuff", "value": "1"}],
    "status": "final",
    "category": [{"text": "vital-signs"}],
    "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
    "device": {"identifier": {"value": "BP-1"}},
    "component": [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {
                "value": value,
                "unit": "mmHg",
                "system": "http://unitsofmeasure.org",
                "code": "mm[Hg]",
            },
        }
        for code, value in (("8480-6", 128), ("8462-4", 82))
    ],
}


class Counter(Browser):
    """The browser of an assistant; with the cookie of a device, or without."""

    def __init__(self, at, *, enrolled: bool = True) -> None:
        super().__init__(at.assistant)
        if enrolled:
            self._client.cookies[settings.DEVICE_COOKIE_NAME] = at.cookie

    @property
    def cookies(self):
        return self._client.cookies

    def upload(self) -> str:
        file = io.BytesIO()
        Image.new("RGB", (8, 8), "red").save(file, "PNG")
        form = {"file": SimpleUploadedFile("a.png", file.getvalue())}
        return self._client.post("/api/v1/media", form).json()["id"]


def body(**changes):
    known = {
        "name": "林小满",
        "id_number": id_number(),
        "locale": "zh",
        "card_by": "reader",
        "complaint": "咳嗽三天",
        "consents": [{"kind": "service", "version": required_text().version}],
    }
    return known | changes


def pressure(**changes):
    known = {
        "kind": "blood_pressure",
        "values": {"systolic": 128, "diastolic": 82},
        "unit": "mm[Hg]",
        "measured_at": clock.now().isoformat(),
    }
    return known | changes


def registered(door) -> str:
    status, told = door.send("PUT", f"/site/walk-ins/{ids.new()}", body())
    assert status == 200, told
    return told["id"]


def observation(**changes):
    return OBSERVATION | {"effectiveDateTime": clock.now().isoformat()} | changes
