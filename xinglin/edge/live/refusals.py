"""What a send was refused for, in the words of the errors everybody knows."""

from uuid import UUID

from xinglin.care.consultation.messages.types import REFUSALS
from xinglin.edge.api.problems import body_of
from xinglin.edge.live.protocol import write
from xinglin.kernel.errors import Conflict, NotFound, XinglinError


def refusal_of(refused: str) -> XinglinError:
    """The error for what `post_batch` answered."""
    code, text = REFUSALS[refused]
    if refused == "not_found":
        return NotFound(code, text)
    return Conflict(code, text)


def refusal_frame(
    error: XinglinError,
    locale: str,
    *,
    client_id: UUID | None = None,
    consultation: UUID | None = None,
    room: UUID | None = None,
) -> bytes:
    """`busy` when it is to be sent again in a moment, else `refused`, which is final.

    `room`: of a call, when that is what it was about.
    """
    if error.code == "busy":
        return write("busy", client_id=client_id)
    problem = body_of(error, locale)
    told = {"client_id": client_id, "consultation": consultation, "problem": problem}
    return write("refused", **told, **({} if room is None else {"room": room}))
