"""China's rules on who works here and who is registered, at their edges."""

from datetime import date, timedelta

import pytest

from xinglin.policy.rules import decide
from xinglin.policy.tests.factories import IN_2025, accepting, doctor, patient, resident_id, steady

# --- staff


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"licence_number": " "}, ("R14", "R15")),
        ({"licence_from": IN_2025 + timedelta(days=1)}, ("R14", "R15")),
        ({"institution_consented": False}, ("R14",)),
        ({"is_human": False}, ("R16",)),
        ({"registered_here": False}, ("R17",)),
        ({"role": "expert", "is_human": False}, ("R16",)),
        ({"role": "nurse", "licence_number": ""}, ("R15",)),
        ({"role": "nurse", "is_human": False}, ("XL2",)),
        ({"role": "pharmacist", "licence_number": ""}, ("XL1",)),
        ({"suspended": True}, ("XL8",)),
        ({"role": "nurse", "suspended": True}, ("XL8",)),
    ],
    ids=steady,
)
def test_who_is_not_fit_for_work_is_refused_or_hands_over(change, ids):
    for open_visits, kind in ((0, "refuse"), (2, "hand_over")):
        verdict = decide("staff_eligibility", doctor(open_visits=open_visits, **change), on=IN_2025)
        assert (verdict.kind, verdict.rule_ids) == (kind, ids)


@pytest.mark.parametrize(
    "change",
    [
        {"licence_from": IN_2025},
        {"registered_here": False, "multi_site_filed": True},
        {"role": "nurse", "independent_since": None, "institution_consented": False},
        {"role": "operator", "is_human": False, "licence_number": ""},
    ],
    ids=steady,
)
def test_who_is_fit_for_work_may_work(change):
    assert decide("staff_eligibility", doctor(**change), on=IN_2025).allowed


def test_a_refusal_speaks_the_number_of_the_knob_and_its_source():
    verdict = decide("staff_eligibility", doctor(independent_since=None), on=IN_2025)
    (refusal,) = verdict.refusals
    assert "3年" in refusal.text.zh
    assert "3 years" in refusal.text.en
    assert refusal.source == "GL 25 · 互联网诊疗管理办法（试行）"


def test_an_unverified_source_says_so():
    verdict = decide("staff_eligibility", doctor(licence_number=""), on=IN_2025)
    assert verdict.refusals[1].rule_id == "R15"
    assert verdict.refusals[1].source.endswith("未核实 unverified")


def test_a_stale_check_and_an_unfit_doctor_are_both_told():
    facts = accepting(doctor=doctor(institution_consented=False), identity_checked_at=None)
    verdict = decide("accept_consultation", facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("refuse", ("R14", "R16"))


# --- register_patient


def registered(facts, on=IN_2025):
    verdict = decide("register_patient", facts, on=on)
    return verdict.kind, verdict.rule_ids


def test_an_adult_registers_alone():
    assert registered(patient()) == ("allow", ())


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"real_name": "  "}, ("R20",)),
        ({"id_number": "11010119850405123"}, ("R20",)),
        ({"id_type": "55"}, ("R20",)),
        ({"id_number": resident_id(date(1985, 4, 6))}, ("R20",)),
        ({"sensitive_data_consent": False}, ("R49",)),
        ({"phone_verified": False}, ("XL4",)),
        ({"phone_verified": False, "real_name": ""}, ("R20", "XL4")),
        (
            {"id_type": "03", "id_number": "E12345678", "birth_date": date(2025, 6, 11)},
            ("R20", "R49"),
        ),
    ],
    ids=steady,
)
def test_who_is_not_proven_is_not_registered(change, ids):
    assert registered(patient(**change)) == ("refuse", ids)


def test_whom_staff_see_before_them_needs_no_phone():
    seen = patient(phone_verified=False, seen_in_person=True)
    assert decide("register_patient", seen, on=IN_2025).kind == "allow"


def test_a_wrong_number_is_told_once():
    verdict = decide("register_patient", patient(id_number="1"), on=IN_2025)
    assert len(verdict.refusals) == 1


def test_a_number_typed_with_spaces_and_a_small_x_is_understood():
    born = date(1985, 4, 5)
    number = next(
        n for s in range(1000) if (n := resident_id(born, sequence=f"{s:03}")).endswith("X")
    )
    typed = f" {number[:6]} {number[6:14]} {number[14:].lower()}"
    assert registered(patient(id_number=typed)) == ("allow", ())


def test_a_passport_needs_no_check_digit():
    assert registered(patient(id_type="03", id_number="E1234 5678")) == ("allow", ())


@pytest.mark.parametrize(
    ("born", "alone"),
    [
        (date(2011, 6, 11), "refuse"),  # the day before the 14th birthday
        (date(2011, 6, 10), "refuse"),  # 14 today: our age of 18 remains
        (date(2007, 6, 11), "refuse"),  # the day before the 18th birthday
        (date(2007, 6, 10), "allow"),  # 18 today
    ],
)
def test_minors_are_registered_by_a_guardian(born, alone):
    kind, ids = registered(patient(birth_date=born))
    assert kind == alone
    assert ids == (() if alone == "allow" else ("R49",))
    child = patient(birth_date=born, guardian_registers=True, relation="child")
    assert registered(child) == ("allow", ())


def test_a_minor_is_not_the_own_guardian():
    facts = patient(birth_date=date(2015, 1, 1), guardian_registers=True, relation="self")
    assert registered(facts) == ("refuse", ("R49",))


def test_below_fourteen_the_law_speaks_and_above_it_the_house():
    young = decide("register_patient", patient(birth_date=date(2011, 6, 11)), on=IN_2025)
    older = decide("register_patient", patient(birth_date=date(2011, 6, 10)), on=IN_2025)
    assert ["14" in r.text.zh for r in young.refusals] == [True]
    assert ["18" in r.text.zh for r in older.refusals] == [True]
