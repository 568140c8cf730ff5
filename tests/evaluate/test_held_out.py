"""What is held out of training: whole groups, disjoint lists, and the list that is committed."""

import random
from pathlib import Path

import pytest
from benchmark_modules import benchmark

from docbin.errors import InputError
from docbin.evaluate.held_out import HeldOut, read_held_out

LIST = Path(__file__).parents[2] / "benchmarks" / "held_out.toml"


@pytest.fixture(scope="module")
def hold_out():
    return benchmark("hold_out")


def test_the_list_holds_out_what_the_figures_need():
    held = read_held_out(LIST)
    counts = {
        name: (len(its.pages), len(its.tuning), len(its.unused)) for name, its in held.items()
    }
    assert counts == {"msra-td500": (60, 20, 0), "sroie": (20, 3, 0), "ndl-docl": (6, 0, 1)}
    assert {name.partition("_")[0] for name in held["ndl-docl"].untrained} == {"2568591"}


def test_the_list_is_what_the_seed_draws(hold_out, real_data):
    assert hold_out.toml(hold_out.held_out(real_data / "textdet")) == LIST.read_text()


def test_photos_taken_one_after_another_stay_together(hold_out):
    names = ["IMG_0001", "IMG_0003", "IMG_0005", "IMG_0009", "IMG_0010", "IMG_0020"]
    groups = hold_out.together(names, hold_out.near)
    assert groups == [names[:3], names[3:5], names[5:]]
    held = hold_out.drawn(groups, 3, random.Random(1))
    assert held in ([*names[:3]], [*names[3:5], names[5]], [names[5], *names[3:5]])


def test_a_name_that_binds_two_groups_makes_them_one(hold_out):
    bound = hold_out.together(["1", "5", "3"], hold_out.near)
    assert bound == [["1", "5", "3"]]


def test_a_list_is_read(tmp_path):
    file = tmp_path / "held.toml"
    file.write_text('[sroie]\npages = ["001"]\ntuning = ["003"]\nunused = ["002"]\n')
    held = read_held_out(file)
    assert held == {"sroie": HeldOut(frozenset({"001"}), frozenset({"003"}), frozenset({"002"}))}
    assert held["sroie"].untrained == {"001", "002", "003"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[sroie", "no TOML"),
        ("sroie = 3", "must have pages"),
        ('[sroie]\nunused = ["1"]', "must have pages"),
        ('[sroie]\npages = ["1"]\nmore = []', "must have pages"),
        ("[sroie]\npages = [1]", "a list of names"),
        ('[sroie]\npages = ["1", "1"]', "twice"),
        ('[sroie]\npages = ["1"]\nunused = ["1"]', "two of its lists"),
    ],
)
def test_other_lists_are_refused(tmp_path, text, reason):
    file = tmp_path / "held.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=reason):
        read_held_out(file)


def test_a_list_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="none"):
        read_held_out(tmp_path / "none.toml")
