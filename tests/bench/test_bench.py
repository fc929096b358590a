# SPDX-License-Identifier: GPL-2.0-only
"""The buddy costs no more than it did, as a ratio to the literal design's cost."""

import functools
import re

import boot
import pytest

from . import bench, kept

BUILD = "6.1.0-56-arm64, GCC: (Debian 12.2.0-14) 12.2.0"
CASES = sorted({case for found in kept.read().values() for case in found})


@functools.cache
def verdicts(*make):
    """{case: verdict} of one boot."""
    try:
        build, found, result = bench.brief(boot.SYSTEMS_KERNEL, *make)
    except boot.BootError as error:
        return error
    sentence, judged = kept.judge(build, found, kept.read())
    return sentence, {verdict.case: verdict for verdict in judged}, result


def verdict(case, *make):
    found = verdicts(*make)
    if isinstance(found, Exception):
        pytest.fail(f"no such boot: {found}", pytrace=False)
    sentence, judged, result = found
    print(sentence, f"all of that boot: {result.directory}", sep="\n")
    return judged.get(case)


@pytest.mark.seconds(60)
@pytest.mark.xdist_group("bench")
@pytest.mark.parametrize("case", CASES)
def test_costs_no_more(case):
    found = verdict(case)
    assert found and found.good, str(found)


@pytest.mark.seconds(60)
@pytest.mark.xdist_group("bench")
def test_each_case_has_a_kept_figure():
    verdict(kept.BASE)
    assert {*verdicts()[1]} == {*CASES}


@pytest.mark.long
@pytest.mark.xdist_group("bench")
@pytest.mark.parametrize("case", ("pair0-steady", "bulk", "free-random", "churn"))
def test_slower_code_is_noticed(case):
    """The same sources, but the compiler inlines nothing."""
    found = verdict(case, "KCFLAGS=-fno-inline")
    assert found.ratio and not found.good, str(found)


def judged(ratio, build=BUILD, kept_for=BUILD):
    return kept.judge(build, {"bulk": ratio}, {kept_for: {"bulk": 2.0}})


@pytest.mark.parametrize("ratio, good", [(1.0, True), (2.0, True), (2.05, True),
                                         (2.07, False), (4.0, False)])
def test_three_percent_on_the_same_build(ratio, good):
    sentence, (found,) = judged(ratio)
    assert found.good == good and "a rise of 3 %" in sentence


@pytest.mark.parametrize("build", [BUILD.replace("56", "60"),
                                   BUILD.replace("12.2.0", "12.3.0"),
                                   BUILD.replace("-arm64", "-rt-arm64")])
@pytest.mark.parametrize("ratio, good", [(2.19, True), (2.21, False)])
def test_ten_percent_on_another_build_of_the_series(build, ratio, good):
    sentence, (found,) = judged(ratio, build)
    assert found.good == good
    assert f"no figure is kept for {build}" in sentence and BUILD in sentence \
        and "a rise of 10 %" in sentence


def test_without_a_figure_of_the_series_it_fails():
    with pytest.raises(kept.NoFigures, match="KEEP=1"):
        judged(2.0, BUILD.replace("6.1", "6.12"))


@pytest.mark.parametrize("build, other", [
    ("6.12.117+deb12-arm64, clang", "6.12.90+deb12-arm64, clang"),
    ("7.3.4+deb13-arm64, clang", "7.3.4-rt-arm64, gcc"),
    ("5.10.0-32-arm64, gcc", "5.10.0-8-arm64, gcc")])
def test_all_of_debians_names_have_a_series(build, other):
    assert kept.nearest(build, [BUILD, other]) == other


def test_the_nearest_build_is_taken():
    others = [BUILD.replace("56", number) for number in ("12", "50", "90")]
    others += [BUILD.replace("12.2.0", "13.1.0"), BUILD.replace("-arm64", "-rt")]
    assert kept.nearest(BUILD, others) == others[1]


@pytest.mark.parametrize("found, said", [
    ({}, "did not run"), ({"bulk": 2.0, "new": 1.0}, "no figure is kept")])
def test_a_case_without_a_partner_is_not_good(found, said):
    bad = [verdict for verdict in
           kept.judge(BUILD, found, {BUILD: {"bulk": 2.0}})[1]
           if not verdict.good]
    assert [said in str(verdict) for verdict in bad] == [True]


@pytest.mark.parametrize("cost, good, said", [
    (1.0, True, "1 cases cost less"), (1.95, True, "1 cases are good, 0 are not"),
    (2.1, False, "bulk: 2.100 of the literal version's, kept 2.000, +5.0 %: MORE")])
def test_the_check_says_it_all(monkeypatch, capsys, cost, good, said):
    monkeypatch.setattr(bench, "brief", lambda _: (BUILD, {"bulk": cost}, None))
    monkeypatch.setattr(kept, "read", lambda: {BUILD: {"bulk": 2.0}})
    assert bench.check(bench.arguments([])) == good
    assert said in capsys.readouterr().out


def test_tables_of_the_document_are_replaced():
    text = "A\n\n.. figures: a\n\n::\n\n\told\n\t  older\n\nB\n\n" \
        ".. figures: b\n\n::\n\n\tkept\n"
    assert bench.document(text, {"a": "new  1\n new 2\n", "c": "3\n"}) == \
        text.replace("\told\n\t  older\n", "\tnew  1\n\t new 2\n")


def test_the_document_has_a_place_for_each_table():
    text = bench.DOCUMENT.read_text("utf-8")
    names = re.findall(r"^\.\. figures: (\S+)\n\n::\n\n\t", text, re.M)
    assert sorted(names) == ["check", "fragments", "guest", "init", "native",
                             "plans", "sizes", "starts", "waits"]


def test_parts_of_a_full_run_can_be_chosen(monkeypatch, tmp_path):
    said = []
    monkeypatch.setattr(bench, "PARTS", {
        name: lambda *_, name=name: said.append(name) for name in bench.PARTS})
    out = ["--out", str(tmp_path)]
    bench.full(bench.arguments([*out, "--only", "starts", "fragments"]))
    assert said == ["starts", "fragments"]
    bench.full(bench.arguments(out))
    assert said[2:] == [*bench.PARTS]


def test_four_banks_are_set_beside_one():
    assert [*bench.in_turn({
        "turn-a-1-bank": {"project": 2.0}, "bulk": {"project": 5.0},
        "turn-a-4-banks": {"project": 3.0}})] == [
            f"{'turn-a, 4 banks to 1':32}   project 1.50"]


def test_ratios_are_to_the_literal_version():
    counts = {"pair0-steady": {"project": 300.0, "literal": 200.0},
              "refused": {"project": 50.0}, "init": {"memset": 1.0}}
    assert kept.ratios(counts) == {"pair0-steady": 1.5, "refused": 0.25}


def test_what_is_kept_is_read_again(tmp_path):
    kept.keep(BUILD, {"bulk": 1.5}, tmp_path / "kept.json")
    kept.keep("other", {"bulk": 2.5}, tmp_path / "kept.json")
    assert kept.read(tmp_path / "kept.json") == {BUILD: {"bulk": 1.5},
                                                 "other": {"bulk": 2.5}}
