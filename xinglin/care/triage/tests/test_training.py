"""The weights come from the repository: official names, our phrases, our frames, one seed."""

import random

import pytest

from xinglin.care.triage.rules import shipped
from xinglin.care.triage.rules.department.model import read
from xinglin.care.triage.training import compose, corpus
from xinglin.care.triage.training.corpus import Example

fit = pytest.importorskip("xinglin.care.triage.training.fit").fit

_SMALL = [
    Example(text, slug, 1.0)
    for slug, texts in {
        "ent": ("鼻塞", "鼻炎", "流鼻涕", "耳鸣", "鼻子痒"),
        "dermatology": ("皮疹", "湿疹", "皮肤痒", "痘痘", "皮肤红"),
        "cardiology": ("心慌", "心悸", "心脏疼", "高血压", "血压高"),
    }.items()
    for text in texts
]


def test_the_same_sources_give_the_same_bytes():
    assert fit(_SMALL, [], seed=6) == fit(_SMALL, [], seed=6)


def test_it_learns_what_it_is_told():
    small = read(fit(_SMALL * 4, [], seed=6))
    for words, slug in (("鼻", "ent"), ("皮", "dermatology"), ("血压", "cardiology")):
        scores = dict(zip(small.classes, small.scores([words]), strict=True))
        assert max(scores, key=lambda each: scores[each]) == slug


def test_what_only_a_frame_says_becomes_no_feature():
    small = read(fit(_SMALL, [Example("鼻塞怎么办", "ent", 1.0)], seed=6))
    assert "怎么" not in small.rows
    assert "鼻塞" in small.rows


def test_every_category_of_the_official_list_that_has_a_department_has_one_of_ours():
    found = list(corpus.icd())
    assert len(found) > 40_000
    assert {e.slug for e in found} <= set(shipped.lexicon())


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("乳房恶性肿瘤", "general_surgery"),
        ("非胰岛素依赖型糖尿病", "endocrinology"),
        ("痔", "general_surgery"),
        ("前列腺增生", "urology"),
        ("类风湿性关节炎,未特指的", "internal_medicine"),
        ("老年性白内障", "ophthalmology"),
    ],
)
def test_official_names_lie_where_a_chinese_hospital_would_send_them(name, slug):
    assert slug in {e.slug for e in corpus.icd() if e.text.startswith(name[:8])}


def test_sentences_are_composed_the_same_each_time_and_keep_the_phrase_or_its_name():
    known = [p for p in corpus.vocabulary() if p.slug == "ent"][:20]
    first = list(compose.composed(known, times=2, chance=random.Random(1)))
    again = list(compose.composed(known, times=2, chance=random.Random(1)))
    assert first == again
    assert all(known[n // 2].text in example.text for n, example in enumerate(first))


def test_every_word_of_the_vocabulary_belongs_to_a_department():
    assert {p.slug for p in corpus.vocabulary()} == set(shipped.lexicon())
