"""The record: saved by itself, signed, changed only with a reason."""

import pytest
from django.db import connection

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.models import RecordDraft, RecordVersion
from xinglin.care.consultation.tests import factories as make
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound


def save(doctor, visit, revision, **fields):
    services.save_draft(doctor.viewer, visit, fields=fields, revision=revision, at=make.now())


def amend(doctor, visit, *, reason="补充过敏史的细节", **changed):
    services.amend(
        doctor.viewer,
        visit,
        fields={**make.RECORD, **changed},
        reason=reason,
        at=make.now(),
    )


def test_a_draft_saves_over_the_revision_that_was_seen(cast):
    visit = make.active(cast.patient, cast.doctor)
    save(cast.doctor, visit, 0, advice="多")
    save(cast.doctor, visit, 1, advice="多饮水")
    draft = queries.draft(cast.doctor.viewer, visit)["draft"]
    assert (draft["fields"]["advice"], draft["revision"]) == ("多饮水", 2)


def test_an_old_revision_overwrites_nothing_and_is_told_the_new_one(cast):
    visit = make.active(cast.patient, cast.doctor)
    save(cast.doctor, visit, 0, advice="newer")
    with pytest.raises(Conflict) as refused:
        save(cast.doctor, visit, 0, advice="older")
    assert (refused.value.code, refused.value.extra) == ("record_changed", {"revision": 1})
    assert RecordDraft.objects.get(pk=visit).fields["advice"] == "newer"


def test_what_the_patient_said_is_marked_until_the_doctor_changes_it(cast):
    visit = make.active(cast.patient, cast.doctor)
    before = queries.draft(cast.doctor.viewer, visit)["draft"]
    save(cast.doctor, visit, 0, **{**before["fields"], "chief_complaint": "咳嗽3天"})
    after = queries.draft(cast.doctor.viewer, visit)["draft"]
    assert set(before["prefilled"]) - set(after["prefilled"]) == {"chief_complaint"}


def test_a_diagnosis_outside_the_table_is_refused(cast):
    visit = make.active(cast.patient, cast.doctor)
    with pytest.raises(Invalid) as refused:
        save(cast.doctor, visit, 0, diagnoses=[{"code": "X99.999"}])
    assert [error.field for error in refused.value.errors] == ["fields.diagnoses"]


def test_the_names_of_a_diagnosis_are_those_of_the_table(cast):
    visit = make.active(cast.patient, cast.doctor)
    save(cast.doctor, visit, 0, diagnoses=[{"code": "J06.9", "name_zh": "感冒"}])
    [kept] = RecordDraft.objects.get(pk=visit).fields["diagnoses"]
    assert kept["name_zh"] == "急性上呼吸道感染"


def test_a_text_beyond_its_limit_names_its_field(cast):
    visit = make.active(cast.patient, cast.doctor)
    with pytest.raises(Invalid) as refused:
        save(cast.doctor, visit, 0, advice="水" * 4001)
    assert [error.field for error in refused.value.errors] == ["fields.advice"]


def test_an_incomplete_record_cannot_be_signed_and_every_gap_is_named(cast):
    visit = make.active(cast.patient, cast.doctor)
    save(cast.doctor, visit, 0, chief_complaint="咳嗽", advice="   ")
    with pytest.raises(Invalid) as refused:
        services.sign(cast.doctor.viewer, visit, revision=1, at=make.now())
    assert refused.value.code == "record_incomplete"
    assert [error.field for error in refused.value.errors] == [
        f"fields.{name}"
        for name in (
            "present_illness",
            "past_history",
            "allergy",
            "findings",
            "diagnoses",
            "advice",
        )
    ]
    assert not RecordVersion.objects.exists()


def test_nothing_unseen_is_signed(cast):
    visit = make.active(cast.patient, cast.doctor)
    save(cast.doctor, visit, 0, **make.RECORD)
    save(cast.doctor, visit, 1, **{**make.RECORD, "advice": "changed in another tab"})
    with pytest.raises(Conflict) as refused:
        services.sign(cast.doctor.viewer, visit, revision=1, at=make.now())
    assert refused.value.code == "record_changed"


def test_a_signed_record_takes_no_draft_and_no_second_first_version(cast):
    visit = make.signed(cast.patient, cast.doctor)
    for act in (
        lambda: save(cast.doctor, visit, 2, advice="later"),
        lambda: services.sign(cast.doctor.viewer, visit, at=make.now()),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "record_signed"


def test_signing_tells_the_parties_and_nobody_else(cast):
    visit = make.signed(cast.patient, cast.doctor)
    kind, audience = make.events(visit)[-1]
    assert (kind, audience) == (
        "RecordSigned",
        {f"user:{cast.patient.id}", f"user:{cast.doctor.id}"},
    )
    assert make.cards(visit)[-1] == "record_signed"
    assert ("record.sign", cast.doctor.id) in make.audited(visit)


def test_the_summary_verifies(cast):
    visit = make.signed(cast.patient, cast.doctor)
    summary = queries.summary(cast.patient.viewer, visit)
    assert summary["verified"] is True
    assert (summary["version"]["version"], summary["versions"]) == (1, 1)
    assert summary["version"]["fields"]["diagnoses"][0]["name_zh"] == "急性上呼吸道感染"


@pytest.mark.parametrize(
    "change",
    [
        "fields = jsonb_set(fields, '{advice}', '\"多饮水，注意休息；三天不好转请到医院就诊\"')",
        "reason = 'x'",
        "signed_at = signed_at + interval '1 microsecond'",
        "signed_by = gen_random_uuid()",
        "signature = set_byte(signature, 5, get_byte(signature, 5) # 1)",
    ],
)
def test_one_changed_byte_does_not_verify(cast, change):
    visit = make.signed(cast.patient, cast.doctor)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table consultation_record_version disable trigger a_version_stands")
        cursor.execute(f"update consultation_record_version set {change}")
    assert queries.summary(cast.patient.viewer, visit)["verified"] is False


def test_an_amendment_needs_a_reason(cast):
    visit = make.signed(cast.patient, cast.doctor)
    with pytest.raises(Invalid) as refused:
        amend(cast.doctor, visit, reason="  改 ")
    assert [error.field for error in refused.value.errors] == ["reason"]


def test_an_amendment_keeps_the_old_version_readable(cast):
    visit = make.ended(cast.patient, cast.doctor)
    amend(cast.doctor, visit, allergy="青霉素、头孢过敏")
    new, old = queries.versions(cast.patient.viewer, visit)
    assert (new["version"], old["version"]) == (2, 1)
    assert (new["fields"]["allergy"], old["fields"]["allergy"]) == (
        "青霉素、头孢过敏",
        "青霉素过敏",
    )
    assert (new["reason"], old["reason"]) == ("补充过敏史的细节", "")
    summary = queries.summary(cast.patient.viewer, visit)
    assert (summary["version"]["version"], summary["verified"]) == (2, True)
    assert make.events(visit)[-1][0] == "RecordAmended"


def test_an_amendment_is_complete_as_well(cast):
    visit = make.signed(cast.patient, cast.doctor)
    with pytest.raises(Invalid) as refused:
        amend(cast.doctor, visit, findings=" ")
    assert [error.field for error in refused.value.errors] == ["fields.findings"]


def test_what_is_not_signed_is_not_amended(cast):
    visit = make.active(cast.patient, cast.doctor)
    with pytest.raises(Conflict) as refused:
        amend(cast.doctor, visit)
    assert refused.value.code == "record_not_signed"


def test_only_the_doctor_of_the_visit_writes_its_record(cast):
    visit = make.active(cast.patient, cast.doctor)
    for person in (cast.other_doctor, cast.patient, cast.operator):
        for act in (
            lambda: save(person, visit, 0, advice="mine"),  # noqa: B023  # called at once
            lambda: services.sign(person.viewer, visit, at=make.now()),  # noqa: B023  # the same
            lambda: amend(person, visit),  # noqa: B023  # the same
            lambda: queries.draft(person.viewer, visit),  # noqa: B023  # the same
        ):
            with pytest.raises(NotFound):
                act()


def test_the_next_doctor_goes_on_with_the_draft(cast):
    visit = make.active(cast.patient, cast.doctor)
    save(cast.doctor, visit, 0, advice="多饮水")
    services.hand_back(cast.doctor.viewer, visit, reason="doctor_unable", at=make.now())
    make.accept(visit, cast.other_doctor)
    draft = queries.draft(cast.other_doctor.viewer, visit)["draft"]
    assert (draft["fields"]["advice"], draft["revision"]) == ("多饮水", 1)


def test_a_former_doctor_who_signed_reads_the_versions_but_writes_no_more(cast):
    visit = make.signed(cast.patient, cast.doctor)
    services.hand_back(cast.doctor.viewer, visit, reason="not_my_field", at=make.now())
    make.accept(visit, cast.other_doctor)
    assert len(queries.versions(cast.doctor.viewer, visit)) == 1
    assert queries.get(cast.doctor.viewer, visit)["may"] == []
    with pytest.raises(NotFound):
        amend(cast.doctor, visit)
    amend(cast.other_doctor, visit)
    assert [each["doctor"]["id"] for each in queries.versions(cast.patient.viewer, visit)] == [
        cast.other_doctor.card.id,
        cast.doctor.card.id,
    ]


def test_a_record_can_be_written_after_a_visit_that_the_patient_left(cast):
    visit = make.active(cast.patient, cast.doctor)
    services.stop(cast.doctor.viewer, visit, referral=make.referral(), at=make.now())
    make.sign(visit, cast.doctor)
    assert queries.summary(cast.patient.viewer, visit)["verified"] is True


def test_a_waiting_visit_has_no_summary(cast):
    visit = make.visit(cast.patient)
    with pytest.raises(NotFound):
        queries.summary(cast.patient.viewer, visit)


def test_how_long_a_record_is_kept_is_asked_of_policy(cast):
    visit = make.ended(cast.patient, cast.doctor)
    verdict = queries.may_delete(visit, "record", at=make.now(), asked=True)
    assert (verdict.kind, "R22" in verdict.rule_ids) == ("refuse", True)


def test_illegal_states_take_no_record(cast):
    visit = make.active(cast.patient, cast.doctor)
    with connection.cursor() as cursor:
        # No step leads here with a doctor; the check stands for itself.
        cursor.execute("set constraints all immediate")
        cursor.execute(
            "alter table consultation_consultation"
            " drop constraint a_visit_has_a_doctor_from_accept_on"
        )
        cursor.execute("update consultation_consultation set state = 'waiting'")
    with pytest.raises(IllegalStep):
        save(cast.doctor, visit, 0, advice="too early")
