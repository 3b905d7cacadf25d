"""Parameters in time: no overlap, no gap that is not said to be one, every value cites its law."""

import re
from datetime import date, timedelta
from importlib.resources import files
from itertools import pairwise

import pytest

from shebao.rules.dated import CONFIDENCE, FOREVER, UNITS, Value
from shebao.rules.refusals import RuleRefusal
from tests.law.books import FOLDERS, NOT_PARAMETERS, books, series

SERIES = dict(sorted(series().items()))
DEMO_LAW = "演示参数，不是法定标准"


def same_publication(earlier: Value, later: Value) -> bool:
    """Overlapping values are only allowed when a later publication replaces an earlier one."""
    return earlier.published == later.published


@pytest.mark.parametrize("name", SERIES, ids=["-".join(name) for name in SERIES])
def test_no_two_values_claim_the_same_day(name: tuple[str, str, str]) -> None:
    values = SERIES[name]
    for earlier, later in pairwise(values):
        assert earlier.until <= later.since or not same_publication(earlier, later), later


@pytest.mark.parametrize("name", SERIES, ids=["-".join(name) for name in SERIES])
def test_there_is_no_gap_inside_a_series(name: tuple[str, str, str]) -> None:
    values = SERIES[name]
    for earlier, later in pairwise(values):
        assert earlier.until >= later.since, f"gap before {later.since}"


@pytest.mark.parametrize("name", SERIES, ids=["-".join(name) for name in SERIES])
def test_at_each_change_the_old_value_ends_where_the_new_one_begins(name: tuple[str, str, str]) -> None:
    source, key, region = name
    book = books()[source]
    for value in SERIES[name]:
        assert book.at(key, region, value.since, allow_demo=True) == value
        last = date(2100, 1, 1) if value.until == FOREVER else value.until - timedelta(days=1)
        assert book.at(key, region, last, allow_demo=True) == value


@pytest.mark.parametrize("name", SERIES, ids=["-".join(name) for name in SERIES])
def test_before_and_after_what_is_known_the_answer_is_a_refusal(name: tuple[str, str, str]) -> None:
    source, key, region = name
    if region != "100000" and ("100000" in {value.region for value in books()[source].values[key]}):
        return
    if region[2:] != "0000" and region[:2] + "0000" in {v.region for v in books()[source].values[key]}:
        return
    book, values = books()[source], SERIES[name]
    with pytest.raises(RuleRefusal):
        book.at(key, region, values[0].since - timedelta(days=1), allow_demo=True)
    if values[-1].until != FOREVER:
        with pytest.raises(RuleRefusal):
            book.at(key, region, values[-1].until, allow_demo=True)


@pytest.mark.parametrize("name", SERIES, ids=["-".join(name) for name in SERIES])
def test_every_value_names_its_law_unit_and_confidence(name: tuple[str, str, str]) -> None:
    for value in SERIES[name]:
        assert re.search(r"〔.+号|第.+条|法|公布|通知|政策|报告|资料|核定表|参数|约定", value.law), value
        assert value.confidence in CONFIDENCE
        assert value.unit in UNITS
        assert value.name
        assert value.since < value.until
        assert (value.confidence == "demo") == (value.law == DEMO_LAW)


def test_invented_values_live_in_files_of_their_own() -> None:
    for folder in FOLDERS:
        for file in files("shebao.rules").joinpath(folder).iterdir():
            if file.name.endswith(".toml") and file.name not in NOT_PARAMETERS:
                invented = DEMO_LAW in file.read_text(encoding="utf-8")
                assert invented == file.name.endswith(".demo.toml"), file.name


def test_invented_values_are_only_given_to_those_who_ask() -> None:
    for (source, key, region), values in SERIES.items():
        for value in values:
            if value.confidence == "demo":
                with pytest.raises(RuleRefusal) as refusal:
                    books()[source].at(key, region, value.since)
                assert refusal.value.cause == "only_demo"


@pytest.mark.parametrize("region", ["220000", "450000"])
def test_the_band_is_sixty_to_three_hundred_percent_of_the_average(region: str) -> None:
    book = books()["shebao.rules/bases.toml"]
    for average in SERIES[("shebao.rules/bases.toml", "average", region)]:
        floor = book.at("floor", region, average.since, allow_demo=True).fen
        ceiling = book.at("ceiling", region, average.since, allow_demo=True).fen
        assert abs(floor * 10 - average.fen * 6) <= 5, average
        assert ceiling == average.fen * 3


def test_a_value_is_not_known_before_it_was_published() -> None:
    book = books()["shebao.rules/bases.toml"]
    assert book.at("floor", "220000", 202607, as_of=date(2026, 9, 1)).fen == 448890
    with pytest.raises(RuleRefusal):
        book.at("floor", "220000", 202607, as_of=date(2026, 8, 31))
    carried = book.at("floor", "220000", 202607, as_of=date(2026, 8, 31), provisional=True)
    assert (carried.fen, carried.confidence) == (439320, "low")
    assert carried.note
