"""`python -m xinglin triage train`: two models, one for each language."""

import argparse
import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from xinglin.care.triage.rules.department.model import FOLDER, file_of
from xinglin.care.triage.training import compose, corpus
from xinglin.care.triage.training.corpus import Example
from xinglin.kernel.text import LOCALES, Locale

_SEED, _TIMES = 6, 4
_PHRASE_WEIGHT, _ICD_WEIGHT = 3.0, 0.5
_CHINESE = re.compile("[㐀-鿿]")


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run triage train")
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder for the weights")
    args = parser.parse_args(words)
    for locale in LOCALES:
        file = args.to / file_of(locale).name
        file.write_bytes(trained(locale))
        sys.stderr.write(f"{file.name}: {file.stat().st_size} bytes\n")
    return 0


def trained(locale: Locale, *, times: int = _TIMES) -> bytes:
    # Late, since the house has no scikit-learn: only who trains needs it.
    from xinglin.care.triage.training.fit import fit

    known = [p for p in (*corpus.phrases(), *corpus.vocabulary()) if p.locale == locale]
    official = [e._replace(weight=e.weight * _ICD_WEIGHT) for e in corpus.icd()]
    sources = [
        *(Example(p.text, p.slug, _PHRASE_WEIGHT) for p in known),
        *(e for e in (*corpus.lexicon(), *official) if _language(e.text) == locale),
    ]
    chance = random.Random(_SEED)  # noqa: S311  # reproducible, and nothing secret
    return fit(sources, list(compose.composed(known, times=times, chance=chance)), seed=_SEED)


def _language(text: str) -> Locale:
    return "zh" if _CHINESE.search(text) else "en"
