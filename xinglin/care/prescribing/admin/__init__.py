"""The back office's desk for the catalogue; loaded with its first request (edge/backoffice)."""

from xinglin.care.prescribing.admin.medicines import MedicineDesk

DESKS = (MedicineDesk,)
