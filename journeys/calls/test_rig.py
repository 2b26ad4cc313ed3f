"""The rig proves itself: two empty pages see and hear each other, on a good line and on a weak one."""

from pathlib import Path

import pytest

from journeys.calls import bare, probes
from journeys.calls.browsers import Browsers
from journeys.calls.faces import BLUE, RED
from journeys.calls.lines import NoNamespaces, weak_line

pytestmark = pytest.mark.slow


def test_two_empty_pages_see_and_hear_each_other(browsers: Browsers) -> None:
    patient, doctor = bare.bare_page(browsers.of(RED)), bare.bare_page(browsers.of(BLUE))
    bare.call(doctor, patient)
    for page in (patient, doctor):
        probes.sees(page, RED, BLUE)
        probes.hears(page)
    print(probes.stats(doctor))


def test_weak(browsers: Browsers, tmp_path: Path) -> None:
    try:
        with weak_line(tmp_path, 9) as line:
            patient = bare.bare_page(browsers.of(RED, line=line, namespace=line.far))
            doctor = bare.bare_page(browsers.of(BLUE, line=line, namespace=line.near))
            bare.call(doctor, patient)
            for page in (patient, doctor):
                probes.sees(page, RED, BLUE)
                probes.hears(page)
            print(probes.stats(doctor))
            patient.wait_for_timeout(4000)
            print(probes.stats(doctor))
            line.set(delay_ms=200, loss=5, kbit=200)
            patient.wait_for_timeout(6000)
            a = probes.stats(doctor)
            patient.wait_for_timeout(8000)
            b = probes.stats(doctor)
            print(
                probes.concealed_share(a, b),
                b["bytes_in"] - a["bytes_in"],
                b["frames"] - a["frames"],
            )
            line.set(down=True)
            patient.wait_for_timeout(8000)
            print(probes.stats(doctor))
            line.set()
            patient.wait_for_timeout(4000)
            print(probes.stats(doctor))
    except NoNamespaces as why:
        pytest.skip(str(why))
