import datetime as dt
import zoneinfo

import pytest

from stores.calendar.clock_changes import next_clock_changes

JANUARY = dt.datetime(2027, 1, 5, 9, 30, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Paris", ["2027-03-28T01:00", "2027-10-31T01:00"]),
        ("America/St_Johns", ["2027-03-14T05:30", "2027-11-07T04:30"]),
        ("Australia/Lord_Howe", ["2027-04-03T15:00", "2027-10-02T15:30"]),
        ("Indian/Reunion", []),
        ("UTC", []),
    ],
)
def test_the_next_two_changes(zone: str, expected: list[str]) -> None:
    found = next_clock_changes(zoneinfo.ZoneInfo(zone), after=JANUARY)
    said = [change.at.isoformat(timespec="minutes")[:16] for change in found]
    assert said == expected


def test_a_change_says_what_the_clocks_show() -> None:
    spring, autumn = next_clock_changes(
        zoneinfo.ZoneInfo("Europe/Paris"), after=JANUARY
    )
    assert (spring.before.hour, spring.after.hour) == (2, 3)
    assert (autumn.before.hour, autumn.after.hour) == (3, 2)
    assert spring.shift == dt.timedelta(hours=1)
    assert autumn.shift == -dt.timedelta(hours=1)
    assert spring.monday == dt.date(2027, 3, 22)
