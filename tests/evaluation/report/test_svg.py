from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.evaluation.report.axes import epoch_axis, share_axis
from digits.evaluation.report.svg import WIDTH, Axis, Chart, element


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.to_svg("a label"))


def test_text_cannot_become_markup():
    assert element("text", class_="a", title='<"&') == '<text class="a" title="&lt;&quot;&amp;"></text>'
    chart = Chart(Axis(0, 1, {0.5: "<b>"}), Axis(0, 1, {}))
    chart.words(0.5, 0.5, "<script>", "name")
    assert not list(drawn(chart).iter("script"))


def test_a_line_is_broken_where_the_network_diverged():
    chart = Chart(Axis(1, 5, {}), Axis(0, 1, {}))
    chart.line([1, 2, 3, 4, 5], [0.1, 0.2, math.nan, 0.4, 0.5], "s0")
    assert [len(line.attrib["points"].split()) for line in drawn(chart).iter("polyline")] == [2, 2]


def test_of_ticks_that_would_touch_the_highest_is_named():
    ticks = {0.5: "50 %", 0.98: "98 %", 0.99: "99 %", 1.0: "100 %"}
    names = [text.text for text in drawn(Chart(Axis(0, 1, {}), Axis(0, 1, ticks))).iter("text")]
    assert names == ["100 %", "50 %"]


def test_dots_have_titles_for_a_pointer():
    chart = Chart(Axis(0, 1, {}), Axis(0, 1, {}))
    chart.dots([0.2], [0.3], "s0", ["epoch 1"])
    (dot,) = drawn(chart).iter("circle")
    assert dot[0].text == "epoch 1"


@pytest.mark.parametrize("last", [1, 2, 8, 30, 250, 5000])
def test_epochs_have_few_ticks_and_start_at_one(last):
    axis = epoch_axis(last)
    assert 1 in axis.ticks
    assert len(axis.ticks) <= 8
    assert axis.place(1) <= axis.place(last)


@given(st.floats(0, 1))
def test_the_share_axis_starts_below_and_ends_at_100(low):
    axis = share_axis(low)
    assert axis.low <= min(low, 0.75)
    assert axis.ticks[1.0] == "100 %"


@given(st.floats(-5, 5))
def test_nothing_is_drawn_beyond_the_edge(value):
    chart = Chart(Axis(0, 1, {}), Axis(0, 1, {}))
    assert 0 <= chart.x(value) <= WIDTH
