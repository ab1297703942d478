"""Which picture of a thread words are about."""

from dataclasses import replace

import pytest

from bot.commands.targets import find
from bot.types import JobId, Own, Version
from tests.a_job import a_job, a_painting

(PICTURE,) = a_painting().pictures


def version(number: int, short: str, pictures: int = 1) -> Version:
    job = replace(a_job(), id=JobId(f"{short}aaaaaaaaaaaa"), version=number)
    return Version(job=job, pictures=(PICTURE,) * pictures)


ONE, TWO, FOUR = version(1, "k3f9"), version(2, "m2x7"), version(3, "p5q1", pictures=4)
THREAD = (ONE, TWO)
LAST_HAS_FOUR = (ONE, TWO, FOUR)


def own(of: Version, number: int = 0) -> Own:
    return Own(job=of.job.id, number=number)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("make it blue", TWO),
        ("make #k3f9 blue", ONE),
        ("#K3F9: no hat", ONE),
        ("take v1 and make it blue", ONE),
        ("version 1 in blue", ONE),
        ("v2 but darker", TWO),
        ("the original in blue", ONE),
        ("go on from the original picture", ONE),
        ("最初の画像を青くして", ONE),
        ("v1を青くして", ONE),
        ("元の絵に帽子を", ONE),
        ("#k3f90 is a colour", TWO),
        ("paint it #ff00aa", TWO),
        ("iv1 is a word", TWO),
        ("at v1.5 of the engine", TWO),
        ("v9 is not there", TWO),
        ("add an original hat", TWO),
    ],
)
def test_a_version_is_named_by_id_number_or_place_else_it_is_the_newest(text: str, meant: Version) -> None:
    assert find(text, THREAD).chosen == own(meant)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("the first in blue", 0),
        ("make the second one blue", 1),
        ("the 3rd, darker", 2),
        ("the last with a hat", 3),
        ("picture 4 in blue", 3),
        ("image #2 please, darker", 1),
        ("number 3 without the hat", 2),
        ("2枚目を青くして", 1),
        ("4番目を明るく", 3),
        ("二枚目を青くして", 1),
        ("三番目に帽子を", 2),
    ],
)
def test_one_of_several_pictures_is_named_by_its_place(text: str, number: int) -> None:
    target = find(text, LAST_HAS_FOUR)
    assert target.chosen == own(FOUR, number)
    assert target.named


@pytest.mark.parametrize("text", ["make it blue", "the fifth in blue", "picture 7", "十枚目を青く", "blue"])
def test_several_pictures_and_none_named_are_all_candidates(text: str) -> None:
    target = find(text, LAST_HAS_FOUR)
    assert target.chosen is None
    assert target.candidates == tuple(own(FOUR, number) for number in range(4))


def test_a_version_of_one_picture_needs_no_number() -> None:
    assert find("the second fox of #k3f9 in blue", LAST_HAS_FOUR).chosen == own(ONE)


def test_of_two_versions_of_one_number_the_newer_is_meant() -> None:
    branch = version(1, "z9z9")
    assert find("v1 in blue", (ONE, TWO, branch)).chosen == own(branch)


def test_nothing_is_meant_where_nothing_is() -> None:
    assert find("the second", ()).chosen is None
    assert find("the second", ()).candidates == ()
    assert find("make it blue", (version(1, "none", pictures=0),)).chosen is None
