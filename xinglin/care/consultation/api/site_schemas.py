"""The site from which a visit is held, and what was measured there."""

from datetime import datetime
from uuid import UUID

from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out


class SiteReadingOut(Out):
    """One act of one instrument. `unit`: UCUM, of every value. `by`: hand or gateway. `taken_by`: a name;
    of records of before, empty.
    """

    id: UUID
    kind: str
    values: dict[str, float]
    unit: str
    context: str
    instrument_serial: str
    instrument_model: str
    by: str
    taken_by: str
    measured_at: datetime


class SiteToldOut(Out):
    """`assistant`: who registered the patient; stays in the room or not by the patient's wish, null
    while none was said. `captured_at`: when it was registered without a network.
    """

    walk_in_id: UUID
    code: str
    site: Text
    kind: str
    kind_text: Text
    assistant: str
    stays: bool | None
    registered_at: datetime
    captured_at: datetime | None
    readings: list[SiteReadingOut]
