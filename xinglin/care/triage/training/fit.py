"""Fits the linear model on n-grams and packs its weights. Needs scikit-learn; the house does not."""

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from xinglin.care.triage.rules.department.features import features
from xinglin.care.triage.rules.department.model import pack
from xinglin.care.triage.training.corpus import Example

_MOST_FEATURES = 60_000
# Short of this gain (nats against chance) a feature is said in every department alike.
_LEAST_GAIN, _SMOOTHING = 0.3, 0.3
_SHORT, _LEAST_SOURCES = 2, 2
_ALPHA, _ROUNDS = 3e-6, 8
_INT16 = 32_000

Seen = Sequence[dict[str, None]]


def fit(sources: Sequence[Example], composed: Sequence[Example], *, seed: int) -> bytes:
    """The packed model; only what a source says becomes a feature, and not what a frame says."""
    examples = [*sources, *composed]
    classes = sorted({e.slug for e in examples})
    seen = [features(e.text) for e in examples]
    weights = balanced(examples)
    places = [classes.index(e.slug) for e in examples]
    idf = vocabulary(seen, weights, places, sources=len(sources))
    learner = SGDClassifier(
        loss="log_loss", alpha=_ALPHA, max_iter=_ROUNDS, tol=None, average=True, random_state=seed
    )
    learner.fit(matrix(seen, idf), places, sample_weight=weights)
    return packed(learner.coef_, learner.intercept_, idf, classes)


def balanced(examples: Sequence[Example]) -> Any:
    """Every department weighs the same as a whole; on average an example weighs 1."""
    total: dict[str, float] = {}
    for e in examples:
        total[e.slug] = total.get(e.slug, 0.0) + e.weight
    share = len(examples) / len(total)
    return np.array([e.weight / total[e.slug] * share for e in examples])


def vocabulary(
    seen: Seen, weights: Any, places: Sequence[int], *, sources: int
) -> dict[str, float]:
    """Feature -> idf, of those that tell departments apart; long ones need two sources."""
    counts: dict[str, int] = {}
    for found in seen[:sources]:
        for each in found:
            counts[each] = counts.get(each, 0) + 1
    names = sorted(f for f, n in counts.items() if n >= _LEAST_SOURCES or _is_short(f))
    at = {name: n for n, name in enumerate(names)}
    mass = np.zeros((len(names), max(places) + 1))
    for found, weight, place in zip(seen, weights, places, strict=True):
        rows = [at[each] for each in found if each in at]
        mass[rows, place] += weight
    total = mass.sum(axis=1)
    shares = (mass + _SMOOTHING) / (mass + _SMOOTHING).sum(axis=1, keepdims=True)
    gain = (shares * np.log(shares * mass.shape[1])).sum(axis=1)
    worth = np.where(gain > _LEAST_GAIN, total * gain, 0.0)
    kept = [n for n in np.argsort(-worth, kind="stable")[:_MOST_FEATURES] if worth[n] > 0]
    return {names[n]: float(np.log(1 + weights.sum() / (total[n] + 0.5))) for n in sorted(kept)}


def _is_short(feature: str) -> bool:
    """A pair of characters, or one English word."""
    return len(feature) <= _SHORT or (feature.isascii() and " " not in feature)


def matrix(seen: Seen, idf: dict[str, float]) -> csr_matrix:
    """(examples, features), rows of length 1."""
    at = {f: n for n, f in enumerate(idf)}
    starts: list[int] = [0]
    columns: list[int] = []
    values: list[float] = []
    for found in seen:
        known = [f for f in found if f in idf]
        norm = sum(idf[f] ** 2 for f in known) ** 0.5 or 1.0
        columns.extend(at[f] for f in known)
        values.extend(idf[f] / norm for f in known)
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(seen), len(idf)), dtype=np.float64)


def packed(coef: Any, bias: Any, idf: dict[str, float], classes: Sequence[str]) -> bytes:
    worth = np.array(list(idf.values()))
    weights = coef.T * worth[:, None]
    scale, length_scale = float(np.abs(weights).max()) / _INT16, float((worth**2).max()) / _INT16
    rows = np.hstack([weights / scale, (worth**2 / length_scale)[:, None]]).round().astype("<i2")
    told: dict[str, object] = {
        "classes": list(classes),
        "bias": [round(float(b), 5) for b in bias],
        "scale": scale,
        "length_scale": length_scale,
    }
    return pack(told, idf, array("h", rows.tobytes()))
