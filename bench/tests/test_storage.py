"""The bench of storage in small."""

import pytest

from bench.tests.running import figures


@pytest.mark.slow
def test_the_whole_bench_in_small_fills_seals_indexes_and_searches():
    found = figures("storage", "--quick", within_s=300)
    assert found["rows"] == found["conversations"] * 30 == 12_600
    assert found["indexed"] == found["conversations"] - 2 * 20
    assert len(found["sealed"]) == 1
    assert found["hot_ratio"] > 0.9
    assert found["counter_updates"] >= 2 * 5 * 20
    assert 100 < found["bytes_per_message"] < 1000
    for who in ("doctor", "patient"):
        assert found["search_ms"][who]["没有的字眼"]["found"] == 0
    assert found["search_ms"]["doctor"]["医生"]["found"] == 20
