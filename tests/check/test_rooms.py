# SPDX-License-Identifier: GPL-2.0-only
"""The rule of the rooms finds what breaks it: a test of rooms.py."""

from pathlib import Path

import pytest

from tests.check import files, rooms

TABLE = "struct table { int (*run)(int); }; extern const struct table other;"


@pytest.fixture(name="uses")
def compiled(tmp_path):
    """Compiles sources, given by name, and returns who uses whom."""
    def uses(**sources):
        objects = {}
        for number, (name, text) in enumerate(sources.items()):
            made = tmp_path / f"{number}.o"
            status, said = files.run(["gcc", "-x", "c", "-c", "-", "-o", made],
                                     stdin=None, input=text + "\n")
            assert not status, said
            objects[Path(name.replace("__", "/") + ".c")] = made
        return rooms.uses(objects)
    return uses


def test_a_circle_of_calls_is_found_and_its_symbols_are_named(uses):
    """Two files that call each other, and one beside them."""
    edges = uses(buddy="int map(int); int one(int a) { return map(a); }",
                 buddy_map="int one(int); int map(int a) { return one(a); }",
                 ranges="int one(int); int two(int a) { return one(a); }")
    assert rooms.circles(edges) == [
        "a circle: buddy.c -> buddy_map.c (map); buddy_map.c -> buddy.c (one)"]
    assert not rooms.to_the_right(edges)


def test_a_circle_through_a_table_in_three_files_is_found(uses):
    """Who has a pointer to a function in a table uses the function."""
    edges = uses(
        a="int b(int); int a(int x) { return b(x); }",
        b=TABLE + "int b(int x) { return other.run(x); }",
        c="int a(int); const struct { int (*run)(int); } other = { a };")
    circle, = rooms.circles(edges)
    assert all(way in circle for way in
               ("a.c -> b.c (b)", "b.c -> c.c (other)", "c.c -> a.c (a)"))


def test_a_call_through_a_table_to_the_right_is_found(uses):
    """The same call to the left is right."""
    caller = TABLE + "int call(int x) { return other.run(x); }"
    table = ("static int run(int x) { return x; }"
             "const struct { int (*run)(int); } other = { run };")
    assert rooms.to_the_right(uses(dt__plan=caller, exercise__smp=table)) == [
        "dt/plan.c -> exercise/smp.c (other): does not lie to the left"]
    assert not rooms.to_the_right(uses(exercise__smp=caller, dt__plan=table))


def test_a_static_function_of_the_same_name_is_no_use(uses):
    """Only what a file offers to others can be meant."""
    one = "static int f(int x) { return x; } int %s(int x) { return f(x); }"
    assert not any(uses(a=one % "a", b=one % "b").values())


@pytest.mark.parametrize("path, other", [
    ("ranges.c", "dt/dt.h"), ("dt/plan.c", "exercise/ktap.h"),
    ("report/text.c", "kunit/suites.h"), ("buddy.h", "host/include/x.h"),
    ("exercise/smp.c", "buddy_shadow.c")])
def test_an_include_to_the_right_is_found(path, other):
    """From each room to one behind it."""
    assert rooms.to_the_right({Path(path): {Path(other): ["line 1"]}})
