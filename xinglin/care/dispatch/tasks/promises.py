"""The clock of promises."""

import structlog
from django.db import connection

from xinglin.care.dispatch.services import promising
from xinglin.kernel import clock

log = structlog.get_logger(__name__)


def settle_promises() -> int:
    """Whatever one of them raises, the others go on."""
    at = clock.now()
    settled = 0
    for each in promising.due_promises(at):
        try:
            settled += promising.settle_promise(each, at=at)
        except Exception as error:  # noqa: BLE001  # as said
            # By its kind only: the message of a database error may hold a row.
            log.error(  # noqa: TRY400  # as said
                "promise failed", id=str(each), error=type(error).__name__
            )
            connection.close_if_unusable_or_obsolete()
    return settled
