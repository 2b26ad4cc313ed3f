"""Sites, who works there with which devices, who walks in, what is measured."""

from xinglin.care.sites.models.hearing import DeviceHealth, HeardSpan, Silence
from xinglin.care.sites.models.sites import (
    Device,
    Enrolment,
    Instrument,
    Site,
    SiteDoctor,
    SiteStaff,
    StoreKey,
)
from xinglin.care.sites.models.walk_ins import (
    Observed,
    Opening,
    PinTry,
    Reading,
    ScreenPass,
    WalkIn,
    WalkInStep,
)

__all__ = [
    "Device",
    "DeviceHealth",
    "Enrolment",
    "HeardSpan",
    "Instrument",
    "Observed",
    "Opening",
    "PinTry",
    "Reading",
    "ScreenPass",
    "Silence",
    "Site",
    "SiteDoctor",
    "SiteStaff",
    "StoreKey",
    "WalkIn",
    "WalkInStep",
]
