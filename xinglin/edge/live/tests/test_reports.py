"""What pages report is written at changes and every few seconds; of who records, each time."""

from xinglin.edge.live.protocol import Report
from xinglin.edge.live.reports import Reports
from xinglin.kernel import ids

KEY = (ids.new(), ids.new())


def written(**said):
    """When a page that reports every two seconds is written."""
    reports, found = Reports(), []
    for now in range(100, 110, 2):
        at_once = reports.note(KEY, Report(room=KEY[0], seat=KEY[1], up=True, **said), float(now))
        rows = reports.due(float(now))
        assert not at_once or rows
        reports.written(rows.items(), float(now))
        found += [now] * len(rows)
    return found


def test_who_does_not_record_is_written_every_other_time():
    assert written() == [100, 104, 108]


def test_who_records_is_written_each_time_so_that_silence_is_noticed():
    assert written(recording="on") == [100, 102, 104, 106, 108]
