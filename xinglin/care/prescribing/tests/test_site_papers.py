"""What a site prints: nothing before doctor and pharmacist have signed (C05), and each print is noted."""

import io
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation import queries as consultation
from xinglin.care.consultation.queries.record_paper import RecordAlteredError
from xinglin.care.consultation.tests import factories as make
from xinglin.care.people.tests.factories import staff_viewer
from xinglin.care.prescribing import reactions
from xinglin.care.prescribing.queries.site_papers import NotPrintableError, papers
from xinglin.care.prescribing.services import documents, printing, reviewing, validity
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.rx import Chain
from xinglin.care.sites.models import Device, Reading, WalkIn
from xinglin.care.sites.tests import factories as sites
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.models import AuditLine
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import NotFound
from xinglin.policy.rules import local_date

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def past_its_guards(table: str, change: str) -> None:
    """As somebody would who has the database and not the keys."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(f"update {table} set {change}")
        cursor.execute(f"alter table {table} enable trigger user")
        cursor.execute("set constraints all deferred")


@pytest.fixture
def counter(chain) -> sites.Counter:
    return sites.counter()


@pytest.fixture
def walk_in(chain: Chain, counter: sites.Counter) -> WalkIn:
    """Of the chain's patient, whose visit goes on; the pressure was taken."""
    now, patient = clock.now(), chain.cast.patient
    made = WalkIn.objects.create(
        id=ids.new(),
        site=counter.site,
        device=counter.device,
        patient_id=patient.patient_id,
        institution_id=counter.site.institution_id,
        holder_id=patient.id,
        assistant_id=counter.assistant.user_id,
        day=local_date(now),
        number=1,
        state="seen",
        digest=b"",
        consultation_id=chain.visit,
        registered_at=now,
        asked_at=now,
        seen_at=now,
    )
    Reading.objects.create(
        id=ids.new(),
        walk_in=made,
        kind="blood_pressure",
        values={"systolic": 152, "diastolic": 94},
        unit="mm[Hg]",
        told_values={"systolic": 152, "diastolic": 94},
        told_unit="mm[Hg]",
        instrument_serial="BP-17",
        instrument_model="HEM-7136",
        by="hand",
        taken_by=counter.assistant.user_id,
        measured_at=now,
        kept_at=now,
    )
    past_its_guards(
        "consultation_consultation",
        f"site_id = '{counter.site.pk}', walk_in_id = '{made.pk}' where id = '{chain.visit}'",
    )
    return made


def told(counter, walk_in) -> dict:
    return papers(counter.assistant, walk_in.pk, at=clock.now())


def prints_summary(viewer: Viewer, walk_in: WalkIn, **more) -> bytes:
    return printing.print_summary(viewer, walk_in.pk, at=clock.now(), **more)


def prints(viewer: Viewer, walk_in: WalkIn, of: UUID) -> bytes:
    return printing.print_prescription(viewer, walk_in.pk, of, at=clock.now()).read_bytes()


def made(of: UUID) -> None:
    reactions.ask_document(ids.new(), {"prescription_id": str(of)}, clock.now())
    documents.make_due()


def test_nothing_prints_before_anything_is_signed(counter, walk_in):
    found = told(counter, walk_in)
    assert (found["summary"]["state"], found["prescriptions"], found["prints"]) == ("none", [], [])
    with pytest.raises(NotPrintableError) as refused:
        prints_summary(counter.assistant, walk_in)
    assert refused.value.text == found["summary"]["why_not"]
    assert not AuditLine.objects.filter(action="record.print").exists()


def test_nothing_prints_before_the_pharmacist_has_signed_as_well(chain, counter, walk_in):
    """Neither the prescription nor the signed record, whoever asks."""
    make.sign(chain.visit, chain.cast.doctor)
    of = rx.signed(chain)
    for step in (None, reviewing.claim):
        if step is not None:
            step(chain.pharmacist, of, at=clock.now())
        found = told(counter, walk_in)
        for paper in (found["summary"], *found["prescriptions"]):
            assert not paper["printable"]
            assert "C05" in paper["why_not"].en
        with pytest.raises(NotPrintableError):
            prints(counter.assistant, walk_in, of)
        with pytest.raises(NotPrintableError):
            prints_summary(counter.assistant, walk_in)
    assert not AuditLine.objects.filter(action__endswith=".print").exists()


def test_with_both_signatures_both_papers_print_and_each_print_is_noted(chain, counter, walk_in):
    make.sign(chain.visit, chain.cast.doctor)
    of = rx.effective(chain)
    assert not told(counter, walk_in)["prescriptions"][0]["printable"], "its PDF is being made"
    with pytest.raises(NotPrintableError):
        prints(counter.assistant, walk_in, of)
    made(of)
    holder = replace(chain.cast.patient.viewer, bound_to=walk_in.pk, station=counter.device.pk)
    with pikepdf.open(io.BytesIO(prints(counter.assistant, walk_in, of))) as pdf:
        assert str(of) in str(pdf.docinfo["/Title"])
    with pikepdf.open(io.BytesIO(prints_summary(holder, walk_in, lang="en"))) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Summary of the online visit"
        assert str(pdf.Root.Lang).lower().startswith("en")
    found = told(counter, walk_in)
    assert [(each["what"], each["id"], each["by"]) for each in found["prints"]] == [
        ("summary", chain.visit, "patient"),
        ("prescription", of, "assistant"),
    ]
    assert found["prints"][1]["name"]
    lines = AuditLine.objects.filter(action__in=["record.print", "prescription.print"])
    assert {line.detail["walk_in"] for line in lines} == {str(walk_in.pk)}
    assert {line.subject_id for line in lines} == {chain.cast.patient.patient_id}


@pytest.mark.parametrize("how", ["refused", "voided", "expired"])
def test_what_holds_no_more_does_not_print_and_says_why(chain, counter, walk_in, how):
    make.sign(chain.visit, chain.cast.doctor)
    if how == "refused":
        of = rx.claimed(chain)
        reviewing.refuse(
            chain.pharmacist, of, version=1, reason="dose", words="剂量偏大", at=clock.now()
        )
    else:
        of = rx.effective(chain)
        made(of)
        if how == "voided":
            validity.void(chain.cast.doctor.viewer, of, reason="wrong", at=clock.now())
        else:
            type(rx.row(of)).objects.filter(pk=of).update(state="expired", due_at=None, due_step="")
    found = told(counter, walk_in)
    assert found["summary"]["printable"]
    (paper,) = found["prescriptions"]
    assert (paper["state"], paper["printable"]) == (how, False)
    with pytest.raises(NotPrintableError) as refused:
        prints(counter.assistant, walk_in, of)
    assert refused.value.text == paper["why_not"]


def test_the_summary_holds_site_assistant_readings_and_what_was_signed(chain, counter, walk_in):
    make.sign(chain.visit, chain.cast.doctor)
    signed = consultation.holding_version(chain.visit)
    told = (("zh", "血压", "152/94 毫米汞柱"), ("en", "Blood pressure", "152/94 mmHg"))
    for lang, unit, value in told:
        letter, version = consultation.record_on_paper(chain.visit, lang)
        lines = {label: words for section in letter.sections for label, words in section.lines}
        assert version == 1
        assert counter.site.code in lines["站点" if lang == "zh" else "Site"]
        for part in (value, "BP-17", f"{clock.now().astimezone().year}"):
            assert part in lines[unit]
        said = " ".join(lines.values()).replace("\n", "")
        assert make.RECORD["advice"] in said
        assert signed["signature"]["sha256"] in said
        assert signed["signature"]["key_id"] in said


def test_a_record_that_was_altered_is_not_printed(chain, counter, walk_in):
    make.sign(chain.visit, chain.cast.doctor)
    past_its_guards(
        "consultation_record_version", "fields = jsonb_set(fields, '{advice}', '\"x\"')"
    )
    with pytest.raises(RecordAlteredError):
        prints_summary(counter.assistant, walk_in)


def test_only_the_assistant_of_the_site_today_and_the_patient_at_the_screen_print(
    chain, counter, walk_in
):
    make.sign(chain.visit, chain.cast.doctor)
    of = rx.effective(chain)
    made(of)
    patient = chain.cast.patient.viewer
    strangers = [
        patient,  # elsewhere than at the screen: the app has its own papers
        replace(patient, bound_to=ids.new(), station=counter.device.pk),
        replace(chain.cast.other_patient.viewer, bound_to=walk_in.pk, station=counter.device.pk),
        sites.counter().assistant,
        replace(counter.assistant, station=None),
        replace(counter.assistant, station=sites.counter().device.pk),
        chain.cast.doctor.viewer,
        staff_viewer("auditor"),
    ]
    tomorrow = clock.now() + timedelta(days=1)
    asked = [(viewer, clock.now()) for viewer in strangers] + [(counter.assistant, tomorrow)]
    for viewer, at in asked:
        for ask in (
            lambda: papers(viewer, walk_in.pk, at=at),  # noqa: B023  # called at once
            lambda: printing.print_summary(viewer, walk_in.pk, at=at),  # noqa: B023  # the same
            lambda: printing.print_prescription(viewer, walk_in.pk, of, at=at),  # noqa: B023  # the same
        ):
            with pytest.raises(NotFound):
                ask()
    Device.objects.filter(pk=counter.device.pk).update(revoked_at=clock.now())
    with pytest.raises(NotFound):
        told(counter, walk_in)


def test_a_prescription_of_another_visit_is_not_there(chain, counter, walk_in):
    of = rx.effective(chain)
    made(of)
    WalkIn.objects.filter(pk=walk_in.pk).update(consultation_id=ids.new())
    with pytest.raises(NotFound):
        prints(counter.assistant, walk_in, of)


def test_the_list_costs_the_same_however_many_there_are(chain, counter, walk_in):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            told(counter, walk_in)
        return len(asked)

    made(rx.effective(chain))
    few = cost()
    for _ in range(3):
        made(rx.effective(chain))
    assert len(told(counter, walk_in)["prescriptions"]) == 4
    assert cost() == few
