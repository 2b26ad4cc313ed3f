"""Writing a prescription: who, where, and what may stand on it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from xinglin.care.consultation.services import seen
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests import proofs
from xinglin.care.people.models import Licence, Patient
from xinglin.care.people.services import found_institution
from xinglin.care.people.tests.factories import as_viewer, staff_viewer
from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.models import MedicinalProduct, PrescriptionItem
from xinglin.care.prescribing.queries.prescribable import medicines
from xinglin.care.prescribing.services import lawful, reviewing, signing, writing
from xinglin.care.prescribing.sheet import Told
from xinglin.care.prescribing.tests import rx
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import (
    Conflict,
    IllegalStep,
    Invalid,
    NotFound,
    RuleRefused,
)
from xinglin.kernel.text import Text

WRONG_ITEMS = {
    "dose": [
        {"dose": each}
        for each in ("0", "-1", "0.0", "1e9", "1/2", "１", "一片", "", "999999", "1.00001", "NaN")
    ],
    "dose_unit": [{"dose_unit": each} for each in ("g", "ug", "mL", "[IU]", "MG", "", "片")],
    "route": [{"route": each} for each in ("intravenous", "", "口服", "oral; rectal")],
    "frequency": [{"frequency": each} for each in ("", "always", "qd，饭后")],
    "days": [{"days": each} for each in (0, -1, 367)] + [{"days": 2, "frequency": "st"}],
    "doses": [{"doses": 3}, {"frequency": "prn"}, {"frequency": "prn", "doses": 0}],
}


def refused(act, *args, **told) -> set[str]:
    """Rules that refuse it."""
    with pytest.raises(RuleRefused) as error:
        act(*args, **told)
    return {each.rule_id for each in error.value.refusals}


def wrong(act, *args, **told) -> set[str]:
    """Fields that are wrong."""
    with pytest.raises(Invalid) as error:
        act(*args, **told)
    return {each.field for each in error.value.errors}


def test_a_draft_is_kept_as_the_doctor_has_entered_it(chain):
    draft = rx.begun(chain)
    assert rx.save(chain, draft, rx.item(chain.product, dose="7.5", dose_unit="mg", days=30)) == 1
    kept = PrescriptionItem.objects.get(prescription_id=draft)
    assert (kept.dose, kept.dose_unit, kept.quantity) == (Decimal("7.5"), "mg", 45)
    assert kept.to_confirm == []


@pytest.mark.parametrize(
    ("often", "days", "doses", "quantity"),
    [
        ("qd", 7, None, 7),
        ("tid", 5, None, 15),
        ("qod", 7, None, 4),
        ("qw", 28, None, 4),
        ("st", 1, None, 1),
        ("prn", 7, 10, 10),
    ],
)
def test_the_quantity_is_computed_and_enough(chain, often, days, doses, quantity):
    draft = rx.begun(chain)
    rx.save(chain, draft, rx.item(chain.product, frequency=often, days=days, doses=doses))
    assert PrescriptionItem.objects.get(prescription_id=draft).quantity == quantity


@pytest.mark.parametrize(
    ("field", "changed"), [(name, each) for name, rows in WRONG_ITEMS.items() for each in rows]
)
def test_what_is_no_dose_is_named_and_not_kept(chain, field, changed):
    draft = rx.begun(chain)
    written = rx.item(chain.product, **changed)
    assert f"items.0.{field}" in wrong(rx.save, chain, draft, written)
    assert rx.row(draft).revision == 0
    assert not PrescriptionItem.objects.filter(prescription_id=draft).exists()


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("valid_days", {"valid_days": 0}),
        ("valid_days", {"valid_days": 4}),
        ("weight_kg", {"weight_kg": "-3"}),
        ("patient_facts.kidney", {"patient_facts": {"kidney": "bad"}}),
        ("patient_facts.is_pregnant", {"patient_facts": {"is_pregnant": 1}}),
        ("patient_facts.remark", {"patient_facts": {"remark": "另加地西泮"}}),
        ("told.longer_for", {"told": Told(longer_for="travel")}),
        ("told.longer_reason", {"told": Told(longer_reason="一行\n两行")}),
        ("told.longer_reason", {"told": Told(longer_reason="慢性\u202e病")}),
        ("diagnoses", {"diagnoses": ("Z99.9nonsense",)}),
    ],
)
def test_nothing_is_smuggled_in_beside_the_items(chain, field, changed):
    draft = rx.begun(chain)
    assert field in {each.split("[")[0] for each in wrong(rx.save, chain, draft, **changed)}


def test_a_medicine_stands_once_and_a_sheet_holds_five(chain):
    draft = rx.begun(chain)
    twice = [rx.item(chain.product)] * 2
    assert wrong(rx.save, chain, draft, *twice) == {"items.1.product_id"}
    many = [rx.item(rx.product()) for _ in range(6)]
    assert "items" in wrong(rx.save, chain, draft, *many)
    assert rx.save(chain, draft, *many[:5]) == 1


def test_slices_stand_on_a_sheet_of_their_own(chain):
    slices = rx.item(
        rx.product(
            category="tcm_slices",
            dose_unit="g",
            routes=["decoction"],
            strength_value=None,
            strength_unit="",
        ),
        dose="10",
        dose_unit="g",
        route="decoction",
    )
    western, own = rx.begun(chain), rx.begun(chain, kind=sheet.SLICES)
    assert wrong(rx.save, chain, western, rx.item(chain.product), slices) == {"items.1.product_id"}
    assert wrong(rx.save, chain, own, rx.item(chain.product), slices) == {"items.0.product_id"}
    assert rx.save(chain, own, slices) == 1


@pytest.mark.parametrize("lacks", ["approval_number", "category"])
def test_what_the_catalogue_does_not_know_is_not_prescribed(chain, lacks):
    draft = rx.begun(chain)
    unknown = rx.item(rx.product(**{lacks: ""}))
    assert wrong_or_refused(chain, draft, unknown)
    assert wrong_or_refused(chain, draft, rx.item(rx.product(active=False)))
    assert wrong_or_refused(chain, draft, rx.item(ids.new()))


def wrong_or_refused(chain, draft, written) -> bool:
    with pytest.raises((Invalid, RuleRefused)):
        rx.save(chain, draft, written)
    return True


def test_a_controlled_medicine_is_refused_by_its_code(chain):
    """V10b."""
    draft = rx.begun(chain)
    diazepam = rx.product(generic_name_en="diazepam", control="psychotropic_2")
    assert "R27" in refused(rx.save, chain, draft, rx.item(diazepam))


def test_what_becomes_controlled_after_it_was_drafted_is_not_signed(chain):
    """V10c."""
    draft = rx.begun(chain)
    rx.save(chain, draft)
    MedicinalProduct.objects.filter(pk=chain.product).update(control="narcotic")
    assert "R27" in refused(rx.sign, chain, draft)


def test_advice_carries_no_prescription(chain):
    advice = make.active(make.patient(), chain.cast.doctor, where=1)
    doctor = chain.cast.doctor.viewer
    assert "R08" in refused(writing.start, doctor, advice, kind="western", at=clock.now())


def test_only_for_what_was_proven(chain):
    """R05: the diagnosis made offline, and no other."""
    draft = rx.begun(chain)
    assert "R05" in refused(rx.save, chain, draft, diagnoses=("J06.9",))


def test_only_its_doctor_knows_of_a_draft(chain):
    draft = rx.begun(chain)
    strangers = [
        chain.cast.other_doctor.viewer,
        chain.cast.patient.viewer,
        chain.cast.operator.viewer,
        chain.pharmacist,
    ]
    for viewer in strangers:
        with pytest.raises(NotFound):
            writing.start(viewer, chain.visit, kind="western", at=clock.now())
        with pytest.raises(NotFound):
            writing.save(viewer, draft, written=rx.form(), revision=0, at=clock.now())
        with pytest.raises(NotFound):
            writing.discard(viewer, draft, at=clock.now())
        with pytest.raises(NotFound):
            signing.sign(viewer, draft, revision=0, overrides={}, at=clock.now())
    assert rx.state(draft) == "draft"


def test_a_program_writes_nothing(chain):
    """V11: neither into fields, nor a draft, nor a signature."""
    user = get_user_model().objects.get(pk=staff_viewer("operator").user_id)
    user.is_service = True
    user.save()
    program = as_viewer(user.pk)
    draft = rx.begun(chain)
    at = clock.now()
    told = {"written": rx.form(rx.item(chain.product)), "revision": 0, "at": at}
    assert "R24" in refused(writing.save, program, draft, **told)
    assert "R24" in refused(writing.start, program, chain.visit, kind="western", at=at)
    assert "R24" in refused(signing.sign, program, draft, revision=0, overrides={}, at=at)
    assert not PrescriptionItem.objects.filter(prescription_id=draft).exists()


def test_a_visit_that_is_over_takes_no_new_prescription(chain):
    draft = rx.begun(chain)
    rx.save(chain, draft)
    make.sign(chain.visit, chain.cast.doctor)
    make.close(chain.visit, chain.cast.doctor)
    with pytest.raises(IllegalStep):
        rx.begun(chain)
    with pytest.raises(IllegalStep):
        rx.save(chain, draft)
    with pytest.raises(IllegalStep):
        rx.sign(chain, draft)


def test_an_older_revision_overwrites_nothing(chain):
    draft = rx.begun(chain)
    rx.save(chain, draft)
    with pytest.raises(Conflict) as error:
        writing.save(chain.cast.doctor.viewer, draft, written=rx.form(), revision=0, at=clock.now())
    assert (error.value.code, error.value.extra) == ("prescription_changed", {"revision": 1})


def test_what_was_copied_is_the_doctors_once_each_field_is_confirmed(chain):
    """R24: neither a template nor a copy signs itself."""
    first = rx.effective(chain)
    copy = rx.begun(chain, copy_from=first)
    assert PrescriptionItem.objects.get(prescription_id=copy).to_confirm == list(sheet.ENTERED)
    rx.save(chain, copy, rx.item(chain.product, days=5, confirmed=("dose", "dose_unit")))
    left = set(PrescriptionItem.objects.get(prescription_id=copy).to_confirm)
    assert left == set(sheet.ENTERED) - {"days", "dose", "dose_unit"}
    assert wrong(rx.sign, chain, copy) == {f"items.0.{name}" for name in left}
    rx.save(chain, copy, rx.item(chain.product, days=5, confirmed=sheet.ENTERED))
    assert rx.sign(chain, copy) == 1


def test_a_copy_is_of_what_was_signed_and_not_of_what_was_written_over_it_since(chain):
    first = rx.claimed(chain)
    told = {"version": 1, "reason": "dose", "words": "剂量偏大，请核对", "at": clock.now()}
    reviewing.send_back(chain.pharmacist, first, **told)
    rx.save(chain, first, rx.item(chain.product, dose="2", days=3))
    copy = PrescriptionItem.objects.get(prescription_id=rx.begun(chain, copy_from=first))
    assert (copy.dose, copy.days, copy.quantity) == (Decimal(1), 7, 7)


def test_a_copy_leaves_nothing_out_in_silence(chain):
    """What went out of use since is on it, and named: the doctor takes it away."""
    other = rx.product(generic_name_zh="缬沙坦")
    first = rx.begun(chain)
    rx.save(chain, first, rx.item(chain.product), rx.item(other))
    rx.sign(chain, first)
    MedicinalProduct.objects.filter(pk=other).update(active=False)
    copy = rx.begun(chain, copy_from=first)
    both = [rx.item(each, confirmed=sheet.ENTERED) for each in (chain.product, other)]
    assert PrescriptionItem.objects.filter(prescription_id=copy).count() == 2
    assert refused(rx.save, chain, copy, *both) == {"E01"}
    assert rx.save(chain, copy, both[0]) == 1


def test_nothing_is_copied_from_another_patient(chain):
    first = rx.signed(chain)
    visit, _ = proofs.follow_up(chain.cast.other_patient, chain.cast.doctor)
    with pytest.raises(NotFound):
        writing.start(
            chain.cast.doctor.viewer, visit, kind="western", copy_from=first, at=clock.now()
        )


def test_a_longer_supply_wants_its_reason(chain):
    draft = rx.begun(chain)
    rx.save(chain, draft, rx.item(chain.product, days=14))
    assert "R34" in refused(rx.sign, chain, draft)
    told = Told(longer_for="chronic", longer_reason="高血压长期稳定用药")
    rx.save(chain, draft, rx.item(chain.product, days=14), told=told)
    assert rx.sign(chain, draft) == 1


def test_the_days_that_it_holds_are_those_that_the_law_is_asked_of(chain):
    """R33: also of a form that came past the form's own limits."""
    row = rx.row(rx.begun(chain))
    for days, found in ((3, False), (4, True)):
        written = rx.form(rx.item(chain.product), valid_days=days)
        known = medicines([chain.product], institution_id=row.institution_id)
        doctor = chain.cast.doctor.viewer
        asked = writing.asked(doctor, seen(chain.visit), row, written, known, at=clock.now())
        verdict = lawful.may_prescribe(asked, "sign")
        assert ("R33" in {each.rule_id for each in verdict.refusals}) is found


def test_a_ticked_evaluation_without_its_words_is_none(chain):
    """R41: it is in the record, and the patient reads it; the rest is in test_consenting."""
    draft = rx.begun(chain)
    told = Told(
        longer_for="chronic",
        longer_reason="高血压长期稳定用药",
        long_term=True,
        stable=True,
        evaluated=True,
        first_issued_offline=True,
    )
    rx.save(chain, draft, rx.item(chain.product, days=60), told=told)
    assert "R41" in refused(rx.sign, chain, draft)


def test_nobody_prescribes_for_oneself_by_whatever_account(chain):
    """R42: identities are compared, not accounts."""
    own = make.patient()
    mark = Patient.objects.get(pk=chain.cast.patient.patient_id).id_number_index
    Patient.objects.filter(pk=own.patient_id).update(
        holder_id=chain.cast.doctor.id, id_number_index=mark, institution_id=_another_house()
    )
    assert "R42" in refused(rx.begun, chain)


def test_a_declared_relative_is_told_to_quality_control_and_not_refused(chain):
    """E15: the doctor has registered the same person as a relative, by an account of one's own."""
    own = make.patient()
    mark = Patient.objects.get(pk=chain.cast.patient.patient_id).id_number_index
    Patient.objects.filter(pk=own.patient_id).update(
        holder_id=chain.cast.doctor.id,
        relation="parent",
        id_number_index=mark,
        institution_id=_another_house(),
    )
    done = rx.signed(chain)
    with connection.cursor() as cursor:
        cursor.execute(
            "select payload -> 'notes' from outbox_outboxevent where kind = 'PrescriptionSigned'"
        )
        ((notes,),) = cursor.fetchall()
    assert "R42" in notes
    assert rx.state(done) == "signed_by_doctor"


def _another_house():
    return found_institution(code=ids.new().hex, name=Text("分院", "Branch")).id


def test_a_licence_that_ends_between_drafting_and_signing_ends_it(chain):
    draft = rx.begun(chain)
    rx.save(chain, draft)
    Licence.objects.filter(practitioner_id=chain.cast.doctor.card.id).update(
        valid_until=clock.now() - timedelta(seconds=1)
    )
    assert "R14" in refused(rx.sign, chain, draft)
    assert rx.state(draft) == "draft"


@pytest.mark.parametrize(
    "changed", [{"dose": 0}, {"dose": -1}, {"days": 0}, {"quantity": 0}, {"position": 6}]
)
def test_the_database_holds_no_item_that_is_none(chain, changed):
    draft = rx.begun(chain)
    rx.save(chain, draft)
    with pytest.raises(DatabaseError), transaction.atomic():
        PrescriptionItem.objects.filter(prescription_id=draft).update(**changed)


def test_what_is_signed_is_not_written_over(chain):
    done = rx.signed(chain)
    for act in ("update prescription_item set dose = 2", "delete from prescription_item"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{act} where prescription_id = %s", [done])
    with pytest.raises(IllegalStep):
        rx.save(chain, done)
