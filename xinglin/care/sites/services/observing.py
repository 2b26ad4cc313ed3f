"""A site's gateway sends what its instruments have measured; nobody's yet."""

import json
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from xinglin.care.sites import events, rules
from xinglin.care.sites.gateway import Observation
from xinglin.care.sites.measures import MEASURES
from xinglin.care.sites.models import Observed, Site
from xinglin.care.sites.queries.devices import hash_of
from xinglin.care.sites.services.readings import check_time, instrument_model
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, Unauthenticated
from xinglin.kernel.text import Text


@outbox.in_one_transaction()
def observe(token: str, observation: Observation, *, at: datetime) -> tuple[UUID, bool]:
    """Its id, and whether it is new: the same identifier with the same contents is one observation.

    Raises:
        Unauthenticated: `gateway_unknown`.
        NotFound: `instrument_unknown`.
        Invalid: as a reading by hand, but for an unlikely value: that is asked when it is taken.
        Conflict: `observation_differs`.
    Locks: the site. Emits: ReadingArrived.
    """
    site = _site_of(token)
    told, digest = observation.told, _digest(observation)
    known = Observed.objects.filter(site=site, identifier=observation.identifier).first()
    if known is not None:
        if bytes(known.digest) != digest:
            raise Conflict("observation_differs", _DIFFERS)
        return known.pk, False
    values = rules.canonical(told.kind, told.values, told.unit)
    check_time(told.measured_at, at)
    kept = Observed.objects.create(
        site=site,
        identifier=observation.identifier,
        digest=digest,
        kind=told.kind,
        values=values,
        unit=MEASURES[told.kind].unit,
        told_values=dict(told.values),
        told_unit=told.unit,
        context=told.context,
        instrument_serial=told.instrument_serial,
        instrument_model=instrument_model(site.pk, told),
        measured_at=told.measured_at,
        received_at=at,
    )
    outbox.emit(
        events.ReadingArrived(audience=(f"site:{site.pk}",), site_id=site.pk, reading_id=kept.pk)
    )
    return kept.pk, True


def _site_of(token: str) -> Site:
    """Locked: what comes to a site under one identifier is kept once."""
    sites = Site.objects.select_for_update(no_key=True).filter(closed_at__isnull=True)
    found = sites.filter(gateway_hash=hash_of(token)).first() if token else None
    if found is None:
        raise Unauthenticated("gateway_unknown", _UNKNOWN)
    return found


def _digest(observation: Observation) -> bytes:
    return hash_of(json.dumps(asdict(observation), default=str, sort_keys=True))


_UNKNOWN = Text(
    "网关令牌无效；请管理员为本站点重新生成。",
    "This gateway's token is not good; the administrator makes a new one for the site.",
)
_DIFFERS = Text(
    "同一标识已收到过不同的内容，请用新的标识发送。",
    "This identifier came with other contents before; please send under a new one.",
)
