"""The catalogue of medicines."""

from xinglin.care.prescribing.models.catalogue import MedicinalProduct

__all__ = ["MedicinalProduct"]
