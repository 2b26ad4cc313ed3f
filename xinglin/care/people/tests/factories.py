"""A hospital with people in it, by the fewest words; through the services that real people use."""

import itertools
import json
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from xinglin.care.people import queries, services
from xinglin.care.people.services.employ import Employment, LicencePaper
from xinglin.care.people.types import InstitutionCard, PatientCard, PractitionerCard
from xinglin.foundation.accounts.queries import viewer_for
from xinglin.foundation.accounts.services import create_patient_account, create_staff
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock
from xinglin.kernel.identity import RESIDENT_ID, check_character
from xinglin.kernel.text import Text

_numbers = itertools.count(1)

WOMAN, MAN, GIRL, BOY = date(1988, 5, 17), date(1990, 2, 3), date(2019, 8, 1), date(2021, 4, 9)


def hospital() -> InstitutionCard:
    """Licensed, with its departments and its consent text."""
    services.seed_departments()
    services.seed_consent_texts()
    return services.found_institution(
        code="hospital", name=Text("测试医院", "Test Hospital"), licence_number="PDY-1"
    )


def id_number(born: date = WOMAN, sex: str = "female") -> str:
    """Another one at every call: passes every check, and belongs to nobody."""
    nth = next(_numbers) % 490
    first_17 = f"110000{born:%Y%m%d}{2 * nth + (sex == 'male'):03d}"
    return first_17 + check_character(first_17)


def patient_viewer(*, phone: str | None = None, agreed: bool = True) -> Viewer:
    """Somebody who signed in by phone; `agreed`: to the consent text in force."""
    number = phone or f"1380013{next(_numbers) % 10_000:04d}"
    viewer = as_viewer(create_patient_account(phone=number))
    if agreed:
        version = queries.consent_status(viewer.user_id).required_version
        services.give_consent(viewer, kind="service", version=version, at=clock.now())
    return viewer


def register(
    viewer: Viewer,
    *,
    name: str = "林小满",
    born: date = WOMAN,
    sex: str = "female",
    relation: str = "self",
    number: str | None = None,
) -> PatientCard:
    return services.register_patient(
        viewer,
        name=name,
        id_type=RESIDENT_ID,
        id_number=number or id_number(born, sex),
        relation=relation,
        at=clock.now(),
        sensitive_data_consent=True,
    )


def staff_viewer(role: str, *, institution_id: UUID | None = None, totp: str = "") -> Viewer:
    """Somebody of the staff who has used the second factor."""
    return as_viewer(
        create_staff(
            username=f"{role}{next(_numbers)}",
            password="a long enough pass-phrase",
            display_name=f"{role}",
            roles=[role],
            institution_id=institution_id,
            totp_secret=totp or None,
        )
    )


def doctor(
    *departments: str, title: str = "233", totp: str = "", **changes: object
) -> tuple[Viewer, PractitionerCard]:
    """Of the first hospital, with a licence that fits every rule; `changes`: of the Employment."""
    house = queries.default_institution()
    viewer = staff_viewer("doctor", institution_id=house.id, totp=totp)
    since = clock.now().date() - timedelta(days=8 * 365)
    known = {
        "name": Text("沈听澜", "Shen Tinglan"),
        "title_code": title,
        "departments": departments or ("general_practice",),
        "licence": LicencePaper(number=f"1101{next(_numbers):011d}", valid_from=since),
        "independent_since": since,
        "full_time": True,
    }
    card = services.employ_doctor(
        Viewer.system("tests"),
        user_id=viewer.user_id,
        institution_id=house.id,
        employment=Employment(**(known | changes)),
    )
    return viewer, card


def as_viewer(user_id: UUID) -> Viewer:
    """As the door makes one, after the second factor."""
    user = get_user_model().objects.get(pk=user_id)
    return viewer_for(user, strong=True, address="", device="tests", session="")


class Browser:
    """Somebody at the door: JSON in, JSON out."""

    def __init__(self, viewer: Viewer | None = None) -> None:
        self._client = Client()
        if viewer is not None:
            user = get_user_model().objects.get(pk=viewer.user_id)
            self._client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
            session = self._client.session
            # What allauth writes when somebody has used a second factor.
            session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
            session["account_authentication_methods_user"] = str(viewer.user_id)
            session.save()

    def get(self, path: str) -> tuple[int, dict]:
        return _read(self._client.get(f"/api/v1{path}"))

    def post(self, path: str, body: object = None, **headers: str) -> tuple[int, dict]:
        return self.send("POST", path, body, **headers)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict]:
        answer = self._client.generic(
            method,
            f"/api/v1{path}",
            json.dumps({} if body is None else body),
            content_type="application/json",
            headers=headers or None,
        )
        return _read(answer)


def _read(answer) -> tuple[int, dict]:
    return answer.status_code, json.loads(answer.content) if answer.content else {}
