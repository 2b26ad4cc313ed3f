"""Institutions, departments, practitioners and their papers, patients, consent."""

from xinglin.care.people.models.credentials import (
    Application,
    ApplicationFile,
    ApplicationStep,
)
from xinglin.care.people.models.people import (
    Attempt,
    Consent,
    ConsentText,
    Department,
    Export,
    Institution,
    Licence,
    MergeProposal,
    Patient,
    Practitioner,
    PractitionerDepartment,
    ProxyConsent,
)
from xinglin.care.people.models.setup import SetupMark
from xinglin.care.people.models.sheets import SheetImport
from xinglin.care.people.models.teams import Team, TeamMember

__all__ = [
    "Application",
    "ApplicationFile",
    "ApplicationStep",
    "Attempt",
    "Consent",
    "ConsentText",
    "Department",
    "Export",
    "Institution",
    "Licence",
    "MergeProposal",
    "Patient",
    "Practitioner",
    "PractitionerDepartment",
    "ProxyConsent",
    "SetupMark",
    "SheetImport",
    "Team",
    "TeamMember",
]
