"""Running the sites of a house: what is known of each, and that no other house's are there."""

from datetime import timedelta

import pytest

from xinglin.care.people.services import found_institution
from xinglin.care.people.tests.factories import Browser, doctor, staff_viewer
from xinglin.care.sites import queries, services
from xinglin.care.sites.models import Device, SiteStaff
from xinglin.care.sites.queries.administration import site_page
from xinglin.care.sites.tests.factories import counter, cuff, site
from xinglin.care.sites.types import SiteForm
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound
from xinglin.kernel.text import Text

BODY = {
    "code": "GZ-001",
    "name": {"zh": "青石镇药店", "en": "Qingshi Drugstore"},
    "kind": "drugstore",
    "address": {"zh": "青石镇一号", "en": "1 Qingshi"},
    "telephone": "0851-0000000",
    "division": "520121",
    "longitude": 106.7,
    "latitude": 26.6,
    "terminals": 2,
    "hours": {"mon": [["08:00", "20:00"]], "sat": [["20:00", "02:00"]]},
    "closed": False,
}


@pytest.fixture
def keeper(house):
    return staff_viewer("administrator", institution_id=house.id)


@pytest.fixture
def stranger(house):
    other = found_institution(code="other", name=Text("别院", "Other"), licence_number="PDY-2")
    return staff_viewer("administrator", institution_id=other.id)


def form(**changes) -> SiteForm:
    return SiteForm(**({"code": "A1", "name": Text("药店", "Store")} | changes))


def found(viewer, **changes):
    house = viewer.institution_id
    return services.found_site(viewer, form(**changes), institution_id=house, at=clock.now())


def test_a_site_is_founded_changed_and_closed_over_the_door(keeper):
    door = Browser(keeper)
    status, kept = door.post("/sites", BODY)
    assert status == 201, kept
    known = {name: value for name, value in BODY.items() if name != "closed"}
    assert {name: kept[name] for name in known} == known
    assert kept["county"]["name"] == {"zh": "开阳县", "en": "Kaiyang County"}
    changes = BODY | {"closed": True, "terminals": 3}
    _, closed = door.send("PUT", f"/sites/{kept['id']}", changes)
    assert (closed["terminals"], closed["closed_at"] is not None) == (3, True)
    _, told = door.get("/sites")
    (line,) = told["items"]
    assert (line["code"], line["devices"], line["staff"]) == ("GZ-001", 0, 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "a b"}, "code"),
        ({"kind": "bank"}, "kind"),
        ({"division": "52"}, "division"),
        ({"telephone": "call me"}, "telephone"),
        ({"terminals": 0}, "terminals"),
        ({"longitude": 106.7}, "longitude"),
        ({"longitude": 181.0, "latitude": 26.6}, "longitude"),
        ({"longitude": 10.0, "latitude": 91.0}, "latitude"),
        ({"hours": {"mon": [["20:00", "20:00"]]}}, "hours"),
        ({"hours": {"day": [["08:00", "20:00"]]}}, "hours"),
    ],
)
def test_what_is_wrong_with_a_site_is_told_by_its_field(keeper, changes, field):
    with pytest.raises(Invalid) as caught:
        found(keeper, **changes)
    assert [error.field for error in caught.value.errors] == [field]


def test_founded_twice_it_is_one_site(keeper):
    door, key = Browser(keeper), {"Idempotency-Key": "k1"}
    first = door.post("/sites", BODY, **key)
    assert first[0] == 201
    assert door.post("/sites", BODY, **key) == first
    assert len(door.get("/sites")[1]["items"]) == 1


def test_a_code_is_of_one_site(keeper):
    found(keeper)
    with pytest.raises(Conflict) as caught:
        found(keeper)
    assert caught.value.code == "site_code_taken"


def test_a_code_makes_one_browser_a_device_for_an_hour(keeper, here):
    at = clock.now()
    code, until = services.make_enrolment(keeper, here.site.pk, at=at)
    assert until == at + timedelta(hours=1)
    late, there = at + timedelta(hours=1), counter()
    for viewer, when in ((here.assistant, late), (there.assistant, at)):
        with pytest.raises(Invalid) as caught:
            services.enrol(viewer, code, label="柜台2", at=when)
        assert caught.value.code == "wrong_code"
    station, secret = services.enrol(here.assistant, code, label="柜台2", at=at)
    assert queries.station_of(secret) == station
    assert Device.objects.get(pk=here.device.pk).revoked_at == at
    with pytest.raises(Invalid):
        services.enrol(here.assistant, code, label="柜台3", at=at)


def test_whoever_works_at_no_site_enrols_nothing(keeper, here):
    code, _ = services.make_enrolment(keeper, here.site.pk, at=clock.now())
    nobody = staff_viewer("site_assistant", institution_id=keeper.institution_id)
    with pytest.raises(NotFound):
        services.enrol(nobody, code, label="柜台2", at=clock.now())


def test_a_revoked_device_is_none(keeper, here):
    for _ in range(2):
        services.revoke_device(keeper, here.site.pk, here.device.pk, at=clock.now())
    assert queries.station_of(here.cookie) is None


def test_an_assistant_works_at_one_site(keeper, here):
    user, at, other = here.assistant.user_id, clock.now(), site()
    with pytest.raises(Conflict) as caught:
        services.add_staff(keeper, other.pk, user, at=at)
    assert caught.value.code == "works_elsewhere"
    services.remove_staff(keeper, here.site.pk, user, at=at)
    for _ in range(2):
        services.add_staff(keeper, other.pk, user, at=at)
    assert SiteStaff.objects.filter(user_id=user, removed_at=None).count() == 1
    assert queries.staff_site(user) == other.pk


def test_only_a_site_assistant_of_the_house_is_taken_on(keeper, here, stranger):
    for user in (
        staff_viewer("operator", institution_id=keeper.institution_id).user_id,
        staff_viewer("site_assistant", institution_id=stranger.institution_id).user_id,
        ids.new(),
    ):
        with pytest.raises(NotFound):
            services.add_staff(keeper, here.site.pk, user, at=clock.now())


def test_doctors_are_linked_and_unlinked(keeper, here):
    _, card = doctor()
    for _ in range(2):
        services.link_doctor(keeper, here.site.pk, card.id, at=clock.now())
    assert queries.linked_doctors(here.site.pk) == {card.id}
    services.unlink_doctor(keeper, here.site.pk, card.id, at=clock.now())
    assert queries.linked_doctors(here.site.pk) == frozenset()


def test_an_instrument_is_known_by_its_serial_as_it_is_now(keeper, here):
    cuff(here)
    at = clock.now()
    services.note_instrument(keeper, here.site.pk, "BP-1", kind="glucose", model="另一台", at=at)
    (line,) = site_page(keeper, here.site.pk).instruments
    assert (line.serial, line.kind, line.model) == ("BP-1", "glucose", "另一台")
    services.remove_instrument(keeper, here.site.pk, "BP-1", at=at)
    assert site_page(keeper, here.site.pk).instruments == []


def test_nothing_of_a_site_is_there_for_another_house(stranger, here):
    cuff(here)
    door, of, other = Browser(stranger), f"/sites/{here.site.pk}", ids.new()
    _, card = doctor()
    services.link_doctor(Viewer.system("tests"), here.site.pk, card.id, at=clock.now())
    tries = [
        ("get", of, None),
        ("put", of, BODY),
        ("post", f"{of}/enrolments", {}),
        ("post", f"{of}/gateway-token", {}),
        ("delete", f"{of}/devices/{here.device.pk}", None),
        ("put", f"{of}/staff/{here.assistant.user_id}", None),
        ("delete", f"{of}/staff/{here.assistant.user_id}", None),
        ("put", f"{of}/doctors/{card.id}", None),
        ("delete", f"{of}/doctors/{card.id}", None),
        ("put", f"{of}/instruments/BP-1", {"kind": "glucose", "model": "x"}),
        ("delete", f"{of}/instruments/BP-1", None),
        ("get", f"/sites/{other}", None),
    ]
    for method, path, body in tries:
        status, said = door.send(method.upper(), path, body)
        assert status == 404, (method, path, said)
    assert door.get("/sites") == (200, {"items": []})


def test_a_site_is_founded_in_the_house_that_registers_its_patients(stranger):
    other = stranger.institution_id
    with pytest.raises(Conflict) as caught:
        services.found_site(stranger, form(), institution_id=other, at=clock.now())
    assert caught.value.code == "site_of_another_house"
