"""Kinds of notice that are alike, each with the urgency, the channels and the life that they share."""

from datetime import timedelta
from typing import Literal

from xinglin.foundation.notices.types import Kind, Urgency
from xinglin.kernel.text import Text


def patient(
    label: Text,
    text: Text,
    *,
    urgency: Urgency = Urgency.CALM,
    sms: bool = False,
    useful_for: timedelta = timedelta(hours=48),
) -> Kind:
    """`sms`: whether it may go out by SMS before the patient has chosen anything."""
    return Kind(
        who="patient",
        label=label,
        text=text,
        urgency=urgency,
        channels={"push": True, "sms": sms, "mail": False},
        useful_for=useful_for,
    )


def soon(label: Text, text: Text) -> Kind:
    """What a patient who waits hears now, or never."""
    return patient(label, text, urgency=Urgency.AWAITED, useful_for=timedelta(minutes=30))


def reminder(label: Text, text: Text) -> Kind:
    """What somebody of the staff has to look at soon."""
    return Kind(
        who="staff",
        label=label,
        text=text,
        urgency=Urgency.AWAITED,
        channels={"push": True},
        useful_for=timedelta(hours=2),
    )


def papers(
    label: Text,
    text: Text,
    *,
    who: Literal["patient", "staff"] = "staff",
    useful_for: timedelta = timedelta(days=7),
) -> Kind:
    """About a doctor's papers: who applies has no staff account yet, and so may get an SMS."""
    return Kind(
        who=who,
        label=label,
        text=text,
        urgency=Urgency.CALM,
        channels={"push": True, "sms": True},
        useful_for=useful_for,
    )


def factor(label: Text, text: Text) -> Kind:
    """Somebody may be taking over the account of one of the staff."""
    return Kind(
        who="staff",
        label=label,
        text=text,
        urgency=Urgency.AWAITED,
        channels={"push": True, "mail": True},
        useful_for=timedelta(hours=24),
    )
