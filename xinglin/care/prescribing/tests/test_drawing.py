"""What is drawn: the same of the same frame and seed, in any order, process and machine."""

import hashlib
import subprocess
import sys
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from xinglin.care.prescribing import drawing, problems, scoring
from xinglin.care.prescribing.drawing import Criteria, draw, frame_sha256, is_seed, size_of

FRAME = [UUID(int=n) for n in range(1, 9)]
# Worked out with sha256sum in a shell, as the module's first words say how.
BY_SHELL = {
    "2026-11": [7, 8, 1],
    "q4-oct": [3, 1, 6],
}
frames = st.lists(st.uuids(), max_size=40)
seeds = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=64)


@given(frames, seeds, st.randoms(use_true_random=False), st.integers(0, 50))
def test_the_order_of_the_frame_and_repeats_in_it_do_not_matter(frame, seed, random, size):
    shuffled = frame + frame[:3]
    random.shuffle(shuffled)
    assert draw(shuffled, seed, size) == draw(frame, seed, size)
    assert frame_sha256(shuffled[: len(frame)]) == frame_sha256(shuffled[: len(frame)][::-1])


@given(frames, seeds, st.integers(0, 50), st.integers(0, 50))
def test_a_sample_is_of_its_frame_and_a_greater_one_holds_it(frame, seed, one, other):
    few, many = sorted((one, other))
    drawn = draw(frame, seed, many)
    assert len(drawn) == len(set(drawn)) == min(many, len(set(frame)))
    assert set(drawn) <= set(frame)
    assert draw(frame, seed, few) == drawn[:few]


@given(frames, seeds, st.uuids())
def test_one_more_in_the_frame_pushes_out_one_at_most(frame, seed, newcomer):
    before, after = set(draw(frame, seed, 5)), set(draw([*frame, newcomer], seed, 5))
    assert after - before <= {newcomer}
    assert len(before - after) <= 1


def test_it_is_what_a_shell_works_out():
    for seed in BY_SHELL:
        lots = {
            n: hashlib.sha256(
                b"xinglin-sample-1\n" + seed.encode() + b"\n" + str(UUID(int=n)).encode()
            ).hexdigest()
            for n in range(1, 9)
        }
        assert [each.int for each in draw(FRAME, seed, 8)] == sorted(lots, key=lots.__getitem__)


def test_the_sample_of_a_known_seed_never_changes():
    assert {seed: [each.int for each in draw(FRAME, seed, 3)] for seed in BY_SHELL} == BY_SHELL


def test_another_process_draws_the_same():
    """Python salts its own hashes by process; nothing here rests on them."""
    told = (
        "from uuid import UUID; from xinglin.care.prescribing.drawing import draw;"
        "print([each.int for each in draw({UUID(int=n) for n in range(1, 9)}, '2026-11', 3)])"
    )
    for salt in ("1", "2"):
        said = subprocess.run(
            [sys.executable, "-c", told],
            env={"PYTHONHASHSEED": salt, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        )
        assert said.stdout.strip() == str(BY_SHELL["2026-11"])


@given(st.integers(1, 5000), st.integers(1, 100))
def test_a_share_is_rounded_up_and_never_more_than_there_is(frame, percent):
    size = size_of(frame, count=None, percent=percent)
    assert 1 <= size <= frame
    assert (size - 1) * 100 < frame * percent <= size * 100


def test_a_seed_is_what_every_keyboard_has():
    assert all(is_seed(each) for each in ("2026-11", "a", "~" * 64))
    assert not any(is_seed(each) for each in ("", "a b", "种子", "x" * 65, "a\n"))


def test_what_differs_in_anything_is_another_sample():
    told = Criteria(since=date(2026, 10, 1), until=date(2026, 10, 31))
    other = Criteria(since=date(2026, 10, 1), until=date(2026, 10, 30))
    house = UUID(int=1)
    known = {"frame": "f", "seed": "s", "size": 3}
    prints = {
        drawing.fingerprint(house, told, **known),
        drawing.fingerprint(UUID(int=2), told, **known),
        drawing.fingerprint(house, other, **known),
        *(
            drawing.fingerprint(house, told, **{**known, **changed})
            for changed in ({"frame": "g"}, {"seed": "t"}, {"size": 4})
        ),
    }
    assert len(prints) == 6
    assert drawing.fingerprint(house, told, **known) in prints


def test_the_problems_are_those_of_the_rule():
    """15, 9 and 4 of articles 17, 18 and 19; the code of each counts as its article does."""
    known = problems.problems()
    counts = [sum(each.found == name for each in known.values()) for name in problems.CLASSES]
    assert counts == [15, 9, 4]
    for each in known.values():
        article, number = each.article.removesuffix(")").split("(")
        assert each.code == f"{int(article) - 16}-{number}"
        assert each.text.zh
        assert each.text.en
        assert each.status == "secondary"


def test_classes_follow_from_the_problems():
    assert problems.classes_of([]) == ()
    assert problems.classes_of(["3-1", "1-10", "1-2"]) == ("irregular", "abnormal")
    assert problems.in_order(["2-5", "1-10", "1-9", "1-9"]) == ["1-9", "1-10", "2-5"]


def test_a_score_counts_what_was_judged():
    found = scoring.score([[], ["irregular"], ["irregular", "abnormal"], None])
    assert (found.drawn, found.judged, found.rational, found.rational_pct) == (4, 3, 1, 33.3)
    assert found.classes == {"irregular": 2, "unsuitable": 0, "abnormal": 1}
    assert scoring.score([None]).rational_pct is None
    parts = scoring.score_by([("a", []), ("b", None), ("a", ["abnormal"])])
    assert {key: each.rational_pct for key, each in parts.items()} == {"a": 50.0, "b": None}
