"""The power goes between the signature and its storing: nothing is signed, nothing is lost."""

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from xinglin.care.prescribing.models import PrescriptionReview, PrescriptionVersion
from xinglin.care.prescribing.tests import rx
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.host.crew import ROOT
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)

# A process of its own whose certificate gateway signs, and is killed before it can answer.
_DIES_SIGNING = """
import os, pickle, signal, sys
import django
django.setup()
from xinglin.care.prescribing.services import reviewing, signing
from xinglin.foundation.signing.gateways import x509

def dies(*_):
    print("signed", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

x509.certificates = dies
act, viewer, prescription, told, at = pickle.load(sys.stdin.buffer)
getattr({"sign": signing, "approve": reviewing}[act], act)(viewer, prescription, at=at, **told)
"""


def dies_in(act: str, viewer: object, prescription: object, **told: object) -> None:
    found = connection.settings_dict
    dsn = (
        f"postgresql://{found['USER']}:{found['PASSWORD']}@/{found['NAME']}?host={found['HOST']}"
        + (f"&port={found['PORT']}" if found["PORT"] else "")
    )
    child = subprocess.run(
        [sys.executable, "-c", _DIES_SIGNING],
        cwd=Path(ROOT),
        env={
            **os.environ,
            "DATABASE_URL": dsn,
            "DJANGO_SETTINGS_MODULE": "xinglin.config.settings",
        },
        input=pickle.dumps((act, viewer, prescription, told, clock.now())),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    assert child.stdout == b"signed\n"


def test_a_doctors_signature_that_was_never_stored_is_none():
    chain = rx.chain()
    draft = rx.begun(chain)
    rx.save(chain, draft)
    before = OutboxEvent.objects.count()
    dies_in("sign", chain.cast.doctor.viewer, draft, revision=1, overrides={})
    assert rx.state(draft) == "draft"
    assert not PrescriptionVersion.objects.exists()
    assert OutboxEvent.objects.count() == before
    assert rx.row(draft).items.count() == 1
    assert rx.sign(chain, draft) == 1


def test_a_pharmacists_approval_that_was_never_stored_passes_nothing():
    chain = rx.chain()
    done = rx.claimed(chain)
    dies_in("approve", chain.pharmacist, done, version=1, checks=rx.CHECKS)
    assert rx.state(done) == "claimed"
    assert not PrescriptionReview.objects.exists()
    rx.approve(chain, done)
    assert rx.state(done) == "effective"
