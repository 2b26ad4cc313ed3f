"""What doctors prescribe often: whose it is, what it may hold, and that it signs nothing (R24)."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from xinglin.care.consultation.tests.factories import Browser, Person
from xinglin.care.people.tests.factories import staff_viewer
from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.models import Favourite, MedicinalProduct, PrescriptionItem
from xinglin.care.prescribing.services import favourites
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.test_prescribing_api import form, item
from xinglin.kernel import clock, ids

WRONG = [
    ({"dose": "0"}, "dose"),
    ({"dose": "1,5"}, "dose"),
    ({"dose_unit": "g"}, "dose_unit"),
    ({"route": "intravenous"}, "route"),
    ({"frequency": "always"}, "frequency"),
    ({"days": 0}, "days"),
    ({"frequency": "prn"}, "doses"),
    ({"product_id": str(ids.new())}, "product_id"),
]
# Of the medicine since it was kept, and a word of what is said then.
CHANGED = [
    ({"active": False}, "停用"),
    ({"control": "psychotropic_2"}, "第二类精神药品"),
    ({"dose_unit": "{capsule}", "strength_value": None, "strength_unit": ""}, "粒"),
    ({"routes": ["sublingual"]}, "给药途径"),
    ({"category": "tcm_slices"}, "单独开具"),
]


@pytest.fixture
def door(chain):
    return SimpleNamespace(
        doctor=Browser(chain.cast.doctor),
        other=Browser(chain.cast.other_doctor),
        patient=Browser(chain.cast.patient),
        pharmacist=Browser(Person(chain.pharmacist)),
        keeper=Browser(Person(staff_viewer("administrator"))),
    )


def keep(browser, *items, name="", kind="western"):
    body = {"sheet": kind, "name": name, "items": list(items)}
    return browser.post("/favourites", body, key=str(ids.new()))


def kept(browser):
    return browser.get("/favourites").json()["items"]


def names(browser):
    return [each["name"] for each in kept(browser)]


def several(browser, chain, *named):
    """One of each name, each with other days; their ids."""
    return [
        keep(browser, item(chain, days=place), name=name).json()["id"]
        for place, name in enumerate(named, 1)
    ]


class TestWhose:
    def test_a_doctor_keeps_a_medicine_with_its_usual_use(self, chain, door):
        made = keep(door.doctor, item(chain, dose="0.5", frequency="bid", days=14))
        assert made.status_code == 201, made.content
        (found,) = kept(door.doctor)
        assert found == made.json()
        (line,) = found["items"]
        use = [line[name] for name in ("dose", "dose_unit", "route", "frequency", "days")]
        assert use == ["0.5", "{tablet}", "oral", "bid", 14]
        assert (line["to_confirm"], line["against"]) == (list(sheet.ENTERED), [])

    def test_several_stand_under_one_name(self, chain, door):
        both = [item(chain), item(chain, product_id=str(rx.product()), dose="2")]
        assert keep(door.doctor, *both, name="  血压 联合 ").status_code == 201
        (found,) = kept(door.doctor)
        assert (found["name"], [each["dose"] for each in found["items"]]) == (
            "血压 联合",
            ["1", "2"],
        )

    def test_nobody_else_sees_or_touches_it(self, chain, door):
        path = f"/favourites/{keep(door.doctor, item(chain)).json()['id']}"
        assert kept(door.other) == []
        assert door.other.put(path, {"name": "我的"}).status_code == 404
        assert door.other.delete(path).status_code == 404
        assert door.other.post(f"{path}/restore", key="k").status_code == 404
        own = keep(door.other, item(chain)).json()["id"]
        ordered = {"favourite_ids": [path.rsplit("/", 1)[1], own]}
        assert door.other.put("/favourites/order", ordered).status_code == 204
        assert Favourite.objects.get(pk=own).position == 2
        assert len(kept(door.doctor)) == 1

    def test_who_does_not_prescribe_has_none(self, chain, door):
        for browser in (door.patient, door.pharmacist, door.keeper):
            assert browser.get("/favourites").status_code == 403
            assert keep(browser, item(chain)).status_code == 403

    def test_each_house_has_its_own(self, chain, door):
        keep(door.doctor, item(chain))
        Favourite.objects.update(institution_id=ids.new())
        assert kept(door.doctor) == []


class TestWhatItHolds:
    def test_what_could_stand_on_no_sheet_is_not_kept(self, chain, door):
        for changed, field in WRONG:
            answer = keep(door.doctor, item(chain, **changed))
            assert answer.status_code == 422, changed
            assert [each["field"] for each in answer.json()["errors"]] == [f"items.0.{field}"]
        assert kept(door.doctor) == []

    def test_what_is_banned_is_not_kept_and_the_rule_is_named(self, chain, door):
        diazepam = rx.product(generic_name_en="diazepam", control="psychotropic_2")
        answer = keep(door.doctor, item(chain, product_id=str(diazepam)))
        assert answer.json()["refusals"][0]["rule_id"] == "R27"

    def test_a_set_has_a_name_of_its_own(self, chain, door):
        both = [item(chain), item(chain, product_id=str(rx.product()))]
        for name in ("", " ", "长" * 41, "隐\u202e藏"):
            answer = keep(door.doctor, *both, name=name)
            assert [each["field"] for each in answer.json()["errors"]] == ["name"], name
        assert keep(door.doctor, *both, name="联合").status_code == 201
        assert keep(door.doctor, item(chain), name="联合").json()["errors"][0]["field"] == "name"
        assert keep(door.doctor).status_code == 422

    def test_no_more_stand_in_it_than_on_a_sheet(self, chain, door):
        many = [item(chain, product_id=str(rx.product())) for _ in range(6)]
        assert keep(door.doctor, *many, name="六种").json()["errors"][0]["field"] == "items"

    def test_the_same_is_kept_once(self, chain, door):
        keep(door.doctor, item(chain))
        again = keep(door.doctor, item(chain, dose="1.0"), name="另一个名称")
        assert (again.status_code, again.json()["code"]) == (409, "favourite_exists")
        assert keep(door.doctor, item(chain, days=14)).status_code == 201

    def test_it_is_full_at_some_time(self, chain, door, monkeypatch):
        monkeypatch.setattr(favourites, "MOST", 2)
        several(door.doctor, chain, "", "")
        assert keep(door.doctor, item(chain, days=9)).json()["code"] == "too_many_favourites"


class TestChanges:
    def test_one_is_named_anew(self, chain, door):
        first, second = several(door.doctor, chain, "早", "晚")
        answer = door.doctor.put(f"/favourites/{second}", {"name": "睡前"})
        assert (answer.status_code, answer.json()["name"]) == (200, "睡前")
        taken = door.doctor.put(f"/favourites/{first}", {"name": "睡前"})
        assert taken.json()["errors"][0]["field"] == "name"
        assert door.doctor.put(f"/favourites/{first}", {"name": ""}).json()["name"] == ""

    def test_they_stand_in_the_order_that_was_given(self, chain, door):
        made = several(door.doctor, chain, "一", "二", "三")
        wanted = {"favourite_ids": [made[2], made[0], made[1]]}
        assert door.doctor.put("/favourites/order", wanted).status_code == 204
        assert names(door.doctor) == ["三", "一", "二"]

    def test_a_removed_one_is_taken_back_to_its_place(self, chain, door):
        path = f"/favourites/{several(door.doctor, chain, '一', '二', '三')[1]}"
        assert [door.doctor.delete(path).status_code for _ in range(2)] == [204, 204]
        assert names(door.doctor) == ["一", "三"]
        assert door.doctor.put(path, {"name": "四"}).status_code == 404
        assert door.doctor.post(f"{path}/restore", key="k").status_code == 200
        assert names(door.doctor) == ["一", "二", "三"]

    def test_it_is_not_taken_back_beside_its_double(self, chain, door):
        path = f"/favourites/{keep(door.doctor, item(chain)).json()['id']}"
        door.doctor.delete(path)
        keep(door.doctor, item(chain))
        answer = door.doctor.post(f"{path}/restore", key="k")
        assert answer.json()["code"] == "favourite_exists"

    def test_what_was_removed_is_forgotten_after_a_day(self, chain, door):
        old, new = several(door.doctor, chain, "旧", "新")
        viewer, at = chain.cast.doctor.viewer, clock.now()
        favourites.remove(viewer, old, at=at)
        favourites.remove(viewer, new, at=at + timedelta(days=1, seconds=1))
        assert [str(each.pk) for each in Favourite.objects.all()] == [new]


def test_each_act_sent_twice_is_done_once(chain, door):
    kept_twice = [
        door.doctor.post("/favourites", {"items": [item(chain)]}, key="k") for _ in range(2)
    ]
    assert [each.status_code for each in kept_twice] == [201, 201]
    (path,) = {f"/favourites/{each.json()['id']}" for each in kept_twice}
    door.doctor.delete(path)
    back = [door.doctor.post(f"{path}/restore", key="r") for _ in range(2)]
    assert [each.content for each in back] == [back[0].content] * 2
    assert Favourite.objects.count() == 1


class TestOnASheet:
    def test_what_it_proposes_is_not_signed_before_the_doctor_has_confirmed_each_field(
        self, chain, door
    ):
        """R24: neither a template nor a favourite signs itself."""
        keep(door.doctor, item(chain))
        (line,) = kept(door.doctor)[0]["items"]
        proposed = item(chain, to_confirm=line["to_confirm"])
        path = f"/prescriptions/{rx.begun(chain)}"
        assert door.doctor.put(path, form(chain, items=[proposed])).status_code == 200
        refused = door.doctor.post(f"{path}/sign", {"revision": 1})
        assert refused.json()["code"] == "copied_not_confirmed"
        left = {each["field"] for each in refused.json()["errors"]}
        assert left == {f"items.0.{name}" for name in sheet.ENTERED}
        # Left out, as by a client that has forgotten, the marks stay.
        silent = form(chain, items=[item(chain)], revision=1)
        assert door.doctor.put(path, silent).status_code == 200
        again = door.doctor.post(f"{path}/sign", {"revision": 2})
        assert again.json()["code"] == "copied_not_confirmed"
        entered = form(chain, items=[item(chain, confirmed=line["to_confirm"])], revision=2)
        assert door.doctor.put(path, entered).status_code == 200
        assert door.doctor.post(f"{path}/sign", {"revision": 3}).status_code == 201

    def test_it_marks_also_what_was_on_the_sheet_by_the_doctors_own_hand(self, chain, door):
        draft = rx.begun(chain)
        rx.save(chain, draft)
        proposed = rx.item(chain.product, to_confirm=("dose", "days", "nonsense"))
        rx.save(chain, draft, proposed)
        assert PrescriptionItem.objects.get(prescription_id=draft).to_confirm == ["dose", "days"]

    def test_what_the_catalogue_no_longer_has_so_is_refused_in_plain_words(self, chain, door):
        for changed, said in CHANGED:
            product = rx.product()
            keep(door.doctor, item(chain, product_id=str(product)))
            MedicinalProduct.objects.filter(pk=product).update(**changed)
            (line,) = kept(door.doctor)[-1]["items"]
            assert said in "".join(each["text"]["zh"] for each in line["against"])
            for each in line["against"]:
                texts = [each["text"], each["instead"]]
                assert all(text[tongue] for text in texts for tongue in ("zh", "en"))
