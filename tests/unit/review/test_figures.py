"""Drawings over days."""

from datetime import date, timedelta

from review.figures import Series, bars, over_days, spark

FIRST = date(2017, 11, 1)


def days(*values):
    """One value a day."""
    return tuple((FIRST + timedelta(days=i), value) for i, value in enumerate(values))


def test_a_chart_says_in_words_what_it_shows():
    """To readers who do not see it; and words are escaped."""
    drawn = over_days([Series(name="<scores>", style="curve", points=days(0.1, 0.2))], title="Drift", says="rises & rises")

    assert '<title id="' in drawn
    assert "rises &amp; rises" in drawn
    assert "&lt;scores&gt;" in drawn
    assert "<scores>" not in drawn


def test_nothing_is_drawn_of_nothing():
    """A page then says why in words."""
    assert over_days([Series(name="scores", style="curve", points=days(None, None))], title="Drift", says="") == ""
    assert spark(days(0.1), limit=0.25, title="Drift", says="") == ""


def test_a_day_without_a_value_leaves_the_others_in_place():
    """No value is drawn where none is known."""
    drawn = over_days([Series(name="scores", style="curve", points=days(0.1, None, 0.3))], title="Drift", says="")
    (line,) = [part for part in drawn.split("<polyline")[1:] if 'class="curve"' in part]

    assert len(line.split('"')[1].split()) == 2


def test_bars_say_each_share_in_words_and_as_a_length():
    """What was half and is a quarter is drawn half as long."""
    drawn = bars([("up to 3", 0.5, 0.25), ("missing", 0.5, 0.75)], names=("at training", "on 2017-11-14"), title="Pauses")
    widths = [float(part.split('width="')[1].split('"')[0]) for part in drawn.split("<rect")[3:]]

    assert "up to 3: 50%, then 25%; missing: 50%, then 75%" in drawn
    assert widths[1] == widths[0] / 2
    assert widths[3] == widths[0] * 1.5
