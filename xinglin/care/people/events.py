"""What people announce. No name and no number is in an event."""

from dataclasses import dataclass
from uuid import UUID

from xinglin.foundation.outbox.types import Event


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event):
    """By an account's holder: nothing new begins for any patient of the account."""

    holder_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProxyConsentWithdrawn(Event):
    """By an adult relative: the account no longer asks for them."""

    holder_id: UUID
    patient_id: UUID


@dataclass(frozen=True, kw_only=True)
class AccountClosed(Event):
    """Whoever keeps something of the account that no law keeps erases it now."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class DoctorEmployed(Event):
    """The list of doctors takes it up. Audience: nobody."""

    practitioner_id: UUID


@dataclass(frozen=True, kw_only=True)
class DoctorChanged(Event):
    """What patients read of a doctor has changed. Audience: the doctor."""

    practitioner_id: UUID


@dataclass(frozen=True, kw_only=True)
class DoctorsEmployed(Event):
    """Several at once, by a sheet: the list of doctors takes them up. Audience: nobody."""

    practitioner_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class DoctorsChanged(Event):
    """Several at once, by a sheet. Audience: nobody."""

    practitioner_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class DoctorSuspended(Event):
    """By the house: sees nobody from now on. Audience: the doctor."""

    practitioner_id: UUID


@dataclass(frozen=True, kw_only=True)
class TeamChanged(Event):
    """Somebody came or went, or the team is on or off. Audience: the doctor, and who is concerned."""

    practitioner_id: UUID
