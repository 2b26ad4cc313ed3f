"""What a database needs before a hospital can open on it, and what is asked of it offline."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xinglin.host import keys, postgres
from xinglin.host.places import HostError, Places
from xinglin.host.welcome import Voice, audit_lines
from xinglin.kernel.text import Text


@contextmanager
def database(data: Path) -> Iterator[None]:
    """The environment of a hospital's data directory, whether it is open at the moment or not."""
    places = Places(data.expanduser().resolve())
    if not places.secrets.exists() and "DATABASE_URL" not in os.environ:
        raise HostError(f"There is no hospital in {places.data} yet: `./run demo` makes one.")
    places.make()
    keys.ensure(places.secrets)
    running = None if "DATABASE_URL" in os.environ else postgres.attach(places.postgres)
    server = running or postgres.ensure(places.data)
    os.environ |= {
        "DATABASE_URL": server.dsn,
        "XINGLIN_DATA": str(places.data),
        "XINGLIN_SOCKETS": str(places.sockets),
        "XINGLIN_SECRETS": str(places.secrets),
    }
    try:
        yield
    finally:
        if running is None:
            server.stop()


def migrate(voice: Voice) -> None:
    from django.core.management import call_command

    with voice.step(Text("更新数据库结构", "Bringing the database to this version")):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)


def fill(voice: Voice, *, demo: bool) -> None:
    """Whatever this version ships; and in an empty database a hospital.

    One transaction: a filling that was interrupted leaves the database as it was.
    """
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from xinglin.host import founding

    with transaction.atomic():
        with voice.step(Text("载入科室、同意书和诊断编码", "Loading departments, texts and codes")):
            founding.load_shipped()
        if get_user_model().objects.exists():
            return
        if not demo:
            founding.found_empty(settings.DATA_DIR)
            return
        from xinglin.host.demo.seed import seed

        with voice.step(
            Text("准备演示医院：40位医生和8个家庭", "Making 40 demo doctors, 8 families")
        ):
            seed()


def verify_audit() -> int:
    """Say what the verifier found; 1 when a chain is broken."""
    from xinglin.foundation.audit.services import verify

    report = verify()
    print("\n".join(audit_lines(report)))
    return 0 if report.holds else 1
