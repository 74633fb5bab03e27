"""How the rate answers delay and loss, step by step."""

import pytest

from video.media.estimate.control import Company, DelayControl
from video.media.estimate.delay import Usage
from video.media.estimate.loss import LossControl


def rises(control: DelayControl, coming: float, *, limited: bool = False) -> float:
    """By so much in a second."""
    before = control.rate
    for n in range(11):
        control.take(
            Usage.NORMAL,
            coming=coming,
            queue=0.0,
            waits=0.0,
            trip=0.1,
            limited=limited,
            now=n / 10,
        )
    return control.rate - before


def test_far_from_a_limit_by_a_share_near_it_by_half_a_packet() -> None:
    far, near, idle = (DelayControl(1e6) for _ in range(3))
    assert rises(far, 950e3) == pytest.approx(80e3, rel=0.05)
    near.limit.take(1e6)
    assert 4e3 < rises(near, 950e3) < 40e3
    assert rises(idle, 300e3, limited=True) == 0


@pytest.mark.parametrize(("waits", "share"), [(0, 0.85), (100, 0.78), (900, 0.5)])
def test_down_to_a_share_of_what_comes_lower_where_more_waits(
    waits: float, share: float
) -> None:
    control = DelayControl(1e6)
    for _ in range(2):
        control.take(
            Usage.OVER,
            coming=600e3,
            queue=0.0,
            waits=waits,
            trip=0.1,
            limited=False,
            now=1.0,
        )
    assert control.rate == pytest.approx(share * 600e3), "once in a round trip"


def test_a_queue_that_stays_when_less_is_sent_is_others() -> None:
    company = Company()
    company.lowered(1e6, 80.0, 0.0)
    seen = []
    # We have hardly sent less; we have; the queue was empty.
    for queue, coming in ((80.0, 900e3), (80.0, 500e3), (5.0, 500e3)):
        company.take(queue, coming, 4.0)
        seen.append(company.present)
    assert seen == [False, True, False]


def test_a_buffer_of_seconds_that_drains_is_no_neighbour() -> None:
    company = Company()
    company.lowered(1e6, 4000.0, 0.0)
    for second in range(1, 9):
        company.take(4000.0 - 400 * second, 60e3, float(second))
        assert not company.present, second
    for second in range(9, 14):
        company.take(800.0, 60e3, float(second))
    assert company.present, "one that stays is"


def test_beside_others_a_way_of_no_length_is_no_reason_to_stop() -> None:
    control = DelayControl(1e6)
    control.company.present = True
    for now in (1.0, 2.0):
        control.take(
            Usage.OVER,
            coming=1e6,
            queue=80.0,
            waits=80.0,
            trip=0.0,
            limited=False,
            now=now,
        )
    assert 1e6 < control.rate <= 1.8e6


def loses(control: LossControl, share: float, *, since: float, rate: float) -> None:
    """One second of feedback on a hundred packets."""
    for n in range(10):
        lost = round(10 * share)
        control.take(
            came=10 - lost,
            lost=lost,
            coming=rate * (1 - share),
            left=rate * (1 - share),
            rate=rate,
            now=since + n / 10,
        )


def test_a_loss_that_stays_when_less_is_sent_is_the_lines_own() -> None:
    control = LossControl()
    loses(control, 0.3, since=0.0, rate=1e6)
    seen = [(control.asking, control.ceiling)]
    for second, rate in enumerate((595e3, 595e3, 1e6), start=1):
        loses(control, 0.3, since=second, rate=rate)
        seen.append((control.asking, control.ceiling))
    lower, grown = pytest.approx(0.85 * 0.7e6), pytest.approx(1.08e6, rel=0.02)
    assert seen == [(True, lower), (True, lower), (False, 1e6), (False, grown)]
    assert control.own == pytest.approx(0.3)
    for second in (4, 5):
        loses(control, 0.6, since=second, rate=1e6)
    assert control.asking, "that is more than it was"


def test_a_loss_that_goes_when_less_is_sent_keeps_it_less() -> None:
    control = LossControl()
    loses(control, 0.3, since=0.0, rate=1e6)
    for second in (1, 2):
        loses(control, 0.0, since=second, rate=595e3)
    assert (control.asking, control.own) == (False, 0.0)
    assert control.ceiling == pytest.approx(595e3)
    loses(control, 0.0, since=3, rate=595e3)
    assert 595e3 < (control.ceiling or 0) < 700e3


def test_as_long_as_no_less_is_sent_a_loss_says_nothing_of_the_line() -> None:
    """Sound of three people cannot be made less: it is their own queue that loses."""
    control = LossControl()
    for second in range(4):
        loses(control, 0.3, since=second, rate=1e6)
        assert control.asking
    for second in range(4, 12):
        loses(control, 0.3, since=second, rate=1e6)
    assert control.own == 0
    assert control.ceiling == pytest.approx(0.85 * 0.7e6)


def test_what_chance_makes_of_few_packets_is_no_question() -> None:
    control = LossControl()
    control.own = 0.3
    for n, lost in enumerate([9, 4, 8, 7, 3, 9]):
        now, came = float(n), 21 - lost
        control.take(came=came, lost=lost, coming=1e6, left=1e6, rate=1e6, now=now)
        assert not control.asking
