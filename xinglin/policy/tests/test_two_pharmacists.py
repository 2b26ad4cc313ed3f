"""A second pharmacist, where a place or a hospital wants one; no law in hand does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.policy import places
from xinglin.policy.rules import decide, judge, knob
from xinglin.policy.tests.factories import IN_2025, RX, SIGNED, reviewing

EVERYWHERE = pytest.mark.parametrize("place", ["cn", "cn_bj", "india", "uk"])
ALERT = frozenset({"high_alert"})
WANTED = {"classes": RX | ALERT, "house_wants_two_for": ALERT}


def reviewed(facts, place):
    verdict = decide("review", facts, place=place, on=IN_2025)
    return verdict.kind, set(verdict.rule_ids)


@EVERYWHERE
def test_nobody_wants_a_second_one_by_default(place):
    assert knob("second_review_classes", place=place, on=IN_2025) == frozenset()
    assert reviewed(reviewing(classes=RX | ALERT), place) == ("allow", set())


@EVERYWHERE
@pytest.mark.parametrize("wanted", [WANTED, {"two_asked": True}], ids=["option", "when signed"])
def test_the_first_of_two_signs_and_nothing_takes_effect_by_it(place, wanted):
    facts = reviewing(**wanted)
    assert reviewed(replace(facts, act="claim"), place) == ("allow", set())
    assert reviewed(replace(facts, act="sign"), place) == ("queue", {"XL26"})
    assert reviewed(facts, place) == ("queue", {"XL26"})
    assert reviewed(replace(facts, first_signature=SIGNED), place) == ("allow", set())


@EVERYWHERE
@pytest.mark.parametrize("act", ["claim", "sign", "take_effect"])
def test_the_second_is_another_person_than_the_first(place, act):
    facts = reviewing(act=act, **WANTED, first_signature=SIGNED, same_as_first=True)
    assert reviewed(facts, place) == ("refuse", {"XL26"})


@EVERYWHERE
def test_the_first_signature_has_to_hold_as_well(place):
    broken = replace(SIGNED, intact=False)
    kind, _ = reviewed(reviewing(**WANTED, first_signature=broken), place)
    assert kind == "refuse"


def test_a_province_adds_to_what_its_nation_names():
    nation, province = places.layers("cn_bj")

    def naming(layer, *classes):
        named = (k for k in places.layers("cn")[0].knobs if k.name == "second_review_classes")
        ours = replace(next(named), value=frozenset(classes))
        others = tuple(k for k in layer.knobs if k.name != ours.name)
        return replace(layer, knobs=(*others, ours))

    layers = (naming(nation, "high_alert"), naming(province, "injection"))
    for one in ("high_alert", "injection"):
        facts = reviewing(classes=RX | {one})
        assert judge("review", facts, layers=layers, on=IN_2025).kind == "queue"
    assert judge("review", reviewing(classes=RX), layers=layers, on=IN_2025).kind == "allow"


@EVERYWHERE
@given(
    classes=st.frozensets(st.sampled_from(["rx", "otc", "high_alert", "injection"])),
    wanted=st.frozensets(st.sampled_from(["otc", "high_alert", "injection"])),
    asked=st.booleans(),
    first=st.sampled_from([None, SIGNED, replace(SIGNED, kind="drawn")]),
    same=st.sampled_from([True, False, None]),
)
def test_with_two_wanted_nothing_takes_effect_by_one(place, classes, wanted, asked, first, same):
    facts = reviewing(
        classes=classes,
        house_wants_two_for=wanted,
        two_asked=asked,
        first_signature=first,
        same_as_first=same,
    )
    is_allowed = decide("review", facts, place=place, on=IN_2025).allowed
    if asked or classes & wanted:
        assert is_allowed == (first == SIGNED and same is not True)


@EVERYWHERE
@pytest.mark.parametrize(
    "unknown",
    [{"same_person": None}, {**WANTED, "first_signature": SIGNED, "same_as_first": None}],
    ids=["doctor", "first"],
)
def test_where_a_person_is_not_known_it_is_said(place, unknown):
    verdict = decide("review", reviewing(**unknown), place=place, on=IN_2025)
    assert (verdict.kind, [note.rule_id for note in verdict.notes]) == ("allow", ["XL27"])
    assert not decide("review", reviewing(), place=place, on=IN_2025).notes


@EVERYWHERE
def test_a_place_may_refuse_it(place):
    layers = tuple(
        replace(
            layer,
            knobs=tuple(
                replace(k, value="refuse") if k.name == "unknown_identity" else k
                for k in layer.knobs
            ),
        )
        for layer in places.layers(place)
    )
    verdict = judge("review", reviewing(same_person=None), layers=layers, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("refuse", ("XL27",))
