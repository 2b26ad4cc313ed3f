"""The back office's desks for master data; loaded with its first request (edge/backoffice)."""

from xinglin.care.people.admin.doctors import LicenceDesk, PractitionerDesk
from xinglin.care.people.admin.house import DepartmentDesk, InstitutionDesk

DESKS = (InstitutionDesk, DepartmentDesk, PractitionerDesk, LicenceDesk)
