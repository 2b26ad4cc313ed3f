"""What the database refuses by itself: an effective prescription without both signatures, first of all."""

from django.db import migrations

# As `lifecycle.PRESCRIPTION` has them; a test compares.
STEPS = """
    ('draft', 'signed_by_doctor'), ('draft', 'discarded'),
    ('returned', 'signed_by_doctor'), ('returned', 'discarded'),
    ('signed_by_doctor', 'claimed'), ('signed_by_doctor', 'escalated'), ('signed_by_doctor', 'voided'),
    ('escalated', 'claimed'), ('escalated', 'voided'),
    ('claimed', 'signed_by_doctor'), ('claimed', 'effective'), ('claimed', 'returned'),
    ('claimed', 'refused'), ('claimed', 'voided'),
    ('effective', 'dispensed'), ('effective', 'expired'), ('effective', 'voided')
"""

IMMUTABLE = """
create trigger a_step_stands before update or delete on prescription_step
    for each row execute function refuse_change();
create trigger a_version_stands before update or delete on prescription_version
    for each row execute function refuse_change();
create trigger a_review_stands before update or delete on prescription_review
    for each row execute function refuse_change();
create trigger an_override_stands before update or delete on prescription_override
    for each row execute function refuse_change();
"""
NOT_IMMUTABLE = """
drop trigger a_step_stands on prescription_step;
drop trigger a_version_stands on prescription_version;
drop trigger a_review_stands on prescription_review;
drop trigger an_override_stands on prescription_override;
"""

BOTH_SIGNATURES = """
-- Two signatures of two accounts, and of two persons as far as it is known who they are (R23).
create function is_signed_by_both(prescription uuid, number integer, prescriber uuid, reviewer uuid)
returns boolean language sql stable as $$
    select exists (
        select from prescription_version v join prescription_review r on r.version_id = v.id
        where v.prescription_id = prescription and v.number = is_signed_by_both.number
            and v.signed_by = prescriber and r.reviewed_by = reviewer
            and r.reviewed_by <> v.signed_by and not (r.reviewer_marks && v.signer_marks)
            and r.outcome = 'approved'
            and octet_length(v.signature) > 0 and octet_length(r.signature) > 0
    )
$$;
"""

GUARD = f"""
create function guard_prescription() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a prescription is never deleted' using errcode = 'restrict_violation';
    end if;
    if tg_op = 'INSERT' then
        if new.state <> 'draft' or new.version <> 0 then
            raise exception 'a prescription begins as a draft' using errcode = 'restrict_violation';
        end if;
        return new;
    end if;
    if (new.id, new.institution_id, new.consultation_id, new.patient_id, new.holder_id,
            new.practitioner_id, new.prescriber_id, new.sheet)
        is distinct from (old.id, old.institution_id, old.consultation_id, old.patient_id,
            old.holder_id, old.practitioner_id, old.prescriber_id, old.sheet) then
        raise exception 'whose a prescription is does not change' using errcode = 'restrict_violation';
    end if;
    if new.state <> old.state and (old.state, new.state) not in (values {STEPS}) then
        raise exception 'no step leads from % to %', old.state, new.state
            using errcode = 'restrict_violation';
    end if;
    if new.version <> old.version and not (
        new.state = 'signed_by_doctor' and old.state in ('draft', 'returned')
        and new.version = old.version + 1
    ) or new.state = 'signed_by_doctor' and old.state in ('draft', 'returned') and not exists (
        select from prescription_version v where v.prescription_id = new.id
            and v.number = new.version and v.number = old.version + 1
            and v.signed_by = new.prescriber_id and octet_length(v.signature) > 0
    ) then
        raise exception 'a version is signed by its doctor' using errcode = 'restrict_violation';
    end if;
    if new.expires_at is distinct from old.expires_at and old.state not in ('draft', 'returned') then
        raise exception 'what is signed holds as long as it was written' using errcode = 'restrict_violation';
    end if;
    if new.state in ('effective', 'dispensed', 'expired')
        and not is_signed_by_both(new.id, new.version, new.prescriber_id, new.reviewer_id) then
        raise exception 'a prescription is effective by two signatures of two persons'
            using errcode = 'restrict_violation';
    end if;
    if new.state = 'dispensed' and not exists (
        select from prescription_ticket t where t.prescription_id = new.id and t.taken_at is not null
    ) then
        raise exception 'a prescription is dispensed by its ticket' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger a_prescription_keeps_to_its_table before insert or update or delete on prescription
    for each row execute function guard_prescription();
"""  # noqa: S608  # constants only

TICKET = """
create function guard_ticket() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.taken_at is not null or new.taken_at is null
        or (new.prescription_id, new.token_sealed, new.token_index, new.made_at)
            is distinct from (old.prescription_id, old.token_sealed, old.token_index, old.made_at) then
        raise exception 'a ticket is taken once' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger a_ticket_is_taken_once before update or delete on prescription_ticket
    for each row execute function guard_ticket();
"""

ITEMS = """
create function guard_prescription_item() returns trigger language plpgsql as $$
declare
    of uuid := case when tg_op = 'INSERT' then new.prescription_id else old.prescription_id end;
begin
    if tg_op = 'UPDATE' and new.prescription_id <> old.prescription_id
        or not exists (select from prescription p where p.id = of and p.state in ('draft', 'returned')) then
        raise exception 'what is signed is not written over' using errcode = 'restrict_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;

create trigger an_item_is_of_a_draft before insert or update or delete on prescription_item
    for each row execute function guard_prescription_item();
"""

NOT_GUARDED = """
drop trigger an_item_is_of_a_draft on prescription_item;
drop function guard_prescription_item();
drop trigger a_ticket_is_taken_once on prescription_ticket;
drop function guard_ticket();
drop trigger a_prescription_keeps_to_its_table on prescription;
drop function guard_prescription();
drop function is_signed_by_both(uuid, integer, uuid, uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0003_guards"),
        ("prescribing", "0002_prescriptions"),
    ]

    operations = [
        migrations.RunSQL(IMMUTABLE, NOT_IMMUTABLE),
        migrations.RunSQL([BOTH_SIGNATURES, GUARD, TICKET, ITEMS], [NOT_GUARDED]),
    ]
