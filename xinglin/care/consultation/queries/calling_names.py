"""How people are called in the room of a call: as little as the others there need."""

from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.kernel.text import Text


def short_name(name: str) -> Text:
    """The family name; a specialist or a guest needs no more to say it aloud."""
    return Text(f"{name[:1]}**", f"{name[:1]}**")


def patient_name(patient_id: UUID) -> Text:
    return short_name(people.patient_card(patient_id).name)


def doctor_name(user_id: UUID) -> Text:
    found = people.practitioner_by_user(user_id)
    if found is None:
        return Text("医生", "Doctor")
    return Text(f"{found.name.zh}医生", f"Dr {found.name.en}")


def colleague_name(practitioner_id: UUID) -> Text:
    """With the title, as the patient reads who comes."""
    found = people.practitioner(practitioner_id)
    return Text(
        f"{found.name.zh}医生（{found.title.zh}）", f"Dr {found.name.en} ({found.title.en})"
    )


def guest_title(name: str, relation: Text) -> Text:
    return Text(f"{name}（{relation.zh}）", f"{name} ({relation.en})")


def observer_name() -> Text:
    return Text("质控专员", "Quality officer")
