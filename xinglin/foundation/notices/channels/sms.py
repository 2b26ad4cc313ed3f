"""SMS, by the gateway that the hospital has chosen."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.notices.gateways import gateway
from xinglin.foundation.notices.models import Delivery
from xinglin.foundation.notices.types import Message

AT_ONCE = 1


def address_of(delivery: Delivery) -> str:
    return accounts.reach_of(delivery.user_id).phone if delivery.user_id else ""


def prepare(delivery: Delivery, message: Message) -> Callable[[], None]:
    del delivery

    def deliver() -> None:
        with transaction.atomic():
            gateway(settings.NOTICE_GATEWAYS["sms"]).deliver(message)

    return deliver


def gone(delivery: Delivery) -> None:
    """The number stays the person's: it may come back."""
    del delivery
