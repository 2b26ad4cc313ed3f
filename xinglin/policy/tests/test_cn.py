"""China's rules at their edges."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.errors import RuleRefused
from xinglin.policy.rules import decide
from xinglin.policy.tests.factories import (
    IN_2025,
    NOW,
    accepting,
    doctor,
    patient,
    pilot_visit,
    resident_id,
    summary,
    thing,
    visit,
    with_proof,
    without_proof,
)

# --- open_kind


def opened(facts, *, place="cn", on=IN_2025):
    verdict = decide("open_kind", facts, place=place, on=on)
    return verdict.kind, verdict.rule_ids


@pytest.mark.parametrize("wanted", ["advice", "campaign"])
def test_plain_advice_is_open_and_says_that_nothing_is_prescribed(wanted):
    verdict = decide("open_kind", visit(wanted=wanted), on=IN_2025)
    assert verdict.allowed
    assert verdict.rule_ids == ("R08",)
    assert verdict.capabilities == {"open_advice"}
    assert [note.rule_id for note in verdict.notes] == ["R08"]
    assert verdict.refusals == ()


@pytest.mark.parametrize(
    "proof",
    [
        summary(kind="chat_screenshot"),
        summary(diagnosis_code="  "),
        summary(issued_on=IN_2025 + timedelta(days=1)),
    ],
    ids=["kind", "no diagnosis", "from the future"],
)
def test_a_paper_that_proves_nothing_counts_as_none(proof):
    assert opened(with_proof(proof=proof)) == ("advice_only", ("R02", "R04", "R08"))


@pytest.mark.parametrize(
    "kind",
    ["outpatient_record", "inpatient_record", "discharge_summary", "diagnosis_certificate"],
)
def test_each_kind_of_proof_is_taken_even_on_its_own_day(kind):
    proof = summary(kind=kind, issued_on=IN_2025)
    assert opened(with_proof(proof=proof)) == ("allow", ("R04", "R05"))


def test_another_diagnosis_is_no_follow_up():
    verdict = decide("open_kind", with_proof(same_diagnosis=False), on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("advice_only", ("R05",))
    assert verdict.capabilities == {"open_advice"}


def test_until_a_doctor_judged_the_diagnosis_nothing_is_prescribed():
    verdict = decide("open_kind", with_proof(same_diagnosis=None), on=IN_2025)
    assert (verdict.kind, verdict.capabilities) == ("allow", {"open_follow_up"})


@pytest.mark.parametrize(("days", "notes"), [(180, []), (181, ["R04"])])
def test_old_proof_is_taken_with_a_reminder(days, notes):
    facts = with_proof(proof=summary(issued_on=IN_2025 - timedelta(days=days)))
    verdict = decide("open_kind", facts, on=IN_2025)
    assert (verdict.kind, set(verdict.rule_ids)) == ("allow", {"R04", "R05"})
    assert [note.rule_id for note in verdict.notes] == notes
    assert all("180" in note.text.zh for note in verdict.notes)


def test_all_refusals_are_told_and_not_only_the_first():
    facts = visit(institution_licensed=False, identity_verified=False, consent_given_version=None)
    assert opened(facts) == ("refuse", ("R09", "R13", "R20"))


def test_an_older_consent_text_does_not_do():
    assert opened(visit(consent_given_version="2024-12")) == ("refuse", ("R13",))


def test_a_milder_objection_stays_beside_a_strict_one():
    facts = without_proof(institution_licensed=False)
    verdict = decide("open_kind", facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("refuse", ("R02", "R04", "R08", "R09"))
    assert verdict.capabilities == frozenset()


def test_a_demand_turns_a_verdict_into_an_error_that_carries_every_rule():
    verdict = decide("open_kind", without_proof(), on=IN_2025)
    assert verdict.demand("advice_only") is verdict
    with pytest.raises(RuleRefused) as caught:
        verdict.demand()
    assert [r.rule_id for r in caught.value.refusals] == ["R02", "R04", "R08"]
    assert caught.value.verdict == "advice_only"
    plain = decide("open_kind", visit(), on=IN_2025)
    assert plain.demand() is plain


# --- the pilot


@pytest.mark.parametrize(
    ("on", "kind", "ids"),
    [
        (date(2026, 1, 31), "refuse", ("R02", "R03")),
        (date(2026, 2, 1), "allow", ("R03",)),
        (date(2026, 12, 31), "allow", ("R03",)),
        (date(2027, 1, 1), "refuse", ("R02", "R03")),
    ],
)
def test_the_pilot_begins_and_ends_on_its_days(on, kind, ids):
    assert opened(pilot_visit(), place="cn_bj", on=on) == (kind, ids)


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"specialty": "07"}, ("R02", "R03")),
        ({"institution": "xinglin"}, ("R02", "R03")),
        ({"age_years": 18}, ("R02", "R03")),
        ({"doctor_whitelisted": False}, ("R03",)),
        ({"doctor_title": "234"}, ("R03",)),
        ({"doctor_title": "241"}, ("R03",)),
        ({"doctor_title": None}, ("R03",)),
        ({"doctor_online_years": 0.99}, ("R03",)),
        ({"doctor_online_years": None}, ("R03",)),
        ({"guardian_present": False}, ("R03",)),
    ],
    ids=str,
)
def test_the_pilot_refuses_whoever_is_outside_it(change, ids):
    assert opened(pilot_visit(**change), place="cn_bj", on=date(2026, 3, 10)) == ("refuse", ids)


@pytest.mark.parametrize(
    "change",
    [
        {"age_years": 17},
        {"doctor_title": "231"},
        {"specialty": "09.02"},
        {"specialty": "13"},
        {"institution": "capital_center_for_childrens_health"},
    ],
    ids=str,
)
def test_the_pilot_takes_whoever_is_inside_it(change):
    verdict = decide("open_kind", pilot_visit(**change), place="cn_bj", on=date(2026, 3, 10))
    assert (verdict.kind, verdict.rule_ids) == ("allow", ("R03",))
    assert verdict.can("open_first_visit")


def test_every_broken_condition_of_the_pilot_has_its_own_sentence():
    facts = pilot_visit(
        doctor_whitelisted=False,
        doctor_title="235",
        doctor_online_years=0.0,
        guardian_present=False,
    )
    verdict = decide("open_kind", facts, place="cn_bj", on=date(2026, 3, 10))
    assert verdict.rule_ids == ("R03",)
    assert len({refusal.text for refusal in verdict.refusals}) == 4


def test_the_pilot_lifts_no_other_rule():
    facts = pilot_visit(consent_withdrawn=True)
    assert opened(facts, place="cn_bj", on=date(2026, 3, 10)) == ("refuse", ("R13", "R52"))


def test_before_the_pilot_nobody_outside_beijing_hears_of_it():
    assert opened(pilot_visit(), place="cn_gz", on=date(2026, 1, 31)) == ("refuse", ("R02",))


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
    ],
    ids=str,
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
    ids=str,
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
    ids=str,
)
def test_who_is_not_proven_is_not_registered(change, ids):
    assert registered(patient(**change)) == ("refuse", ids)


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


# --- retain


def kept(name, years, **changes):
    """The verdict a second before the end of so many years, and at their end."""
    made = datetime(2010, 6, 10, 4, 0, tzinfo=UTC)
    end = made.replace(year=made.year + years)
    facts = [thing(name, made_at=made, now=now, **changes) for now in (end - SECOND, end)]
    verdicts = [decide("retain", one, on=IN_2025) for one in facts]
    assert {v.retain_until for v in verdicts} == {end}
    return [v.kind for v in verdicts]


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("name", "years", "changes"),
    [
        ("record", 15, {}),
        ("audit", 15, {}),
        ("chat", 3, {}),
        ("media", 3, {}),
        ("audio", 3, {}),
        ("video", 3, {}),
        ("prescription_ordinary", 15, {}),
        ("prescription_ordinary", 1, {"in_record": False}),
        ("prescription_emergency", 1, {"in_record": False}),
        ("prescription_paediatric", 1, {"in_record": False}),
        ("prescription_toxic", 2, {"in_record": False}),
        ("prescription_psychotropic_2", 2, {"in_record": False}),
        ("prescription_narcotic", 3, {"in_record": False}),
        ("prescription_psychotropic_1", 3, {"in_record": False}),
    ],
)
def test_each_thing_is_kept_to_the_second(name, years, changes):
    assert kept(name, years, **changes) == ["refuse", "allow"]
    assert kept(name, years, wants_delete=True, **changes) == ["refuse", "allow"]


def test_a_wish_to_delete_meets_the_duty_and_the_right():
    facts = thing("prescription_ordinary", wants_delete=True)
    assert decide("retain", facts, on=IN_2025).rule_ids == ("R22", "R38", "R52")


@pytest.mark.parametrize("name", ["horoscope", "prescription_", "prescription_unheard", "ordinary"])
def test_what_no_rule_names_is_not_deleted(name):
    facts = thing(name, made_at=NOW - timedelta(days=365 * 80))
    verdict = decide("retain", facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids, verdict.retain_until) == ("refuse", ("XL3",), None)


def test_a_chat_of_the_29th_of_february_is_kept_to_the_1st_of_march():
    made = datetime(2024, 2, 28, 16, 30, tzinfo=UTC)  # 00:30 on the 29th in China
    until = decide("retain", thing("chat", made_at=made), on=IN_2025).retain_until
    assert until == datetime(2027, 2, 28, 16, 30, tzinfo=UTC)  # 00:30 on 1 March


@given(
    made=st.datetimes(
        datetime(1990, 1, 1),  # noqa: DTZ001  # hypothesis wants naive bounds
        datetime(2060, 1, 1),  # noqa: DTZ001  # the same
        timezones=st.just(UTC),
    ),
    wants_delete=st.booleans(),
    days=st.integers(0, 20 * 366),
)
def test_nothing_is_deletable_before_its_date_and_everything_after_it(made, wants_delete, days):
    now = made + timedelta(days=days)
    facts = thing("record", made_at=made, wants_delete=wants_delete, now=now)
    verdict = decide("retain", facts, on=IN_2025)
    assert verdict.retain_until is not None
    assert verdict.allowed == (now >= verdict.retain_until)
