"""What may be paid again: the table of faults, and what holds for every history."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Fault, ImageServiceError
from bot.providers import policy
from bot.providers.policy import GiveUp, Tries, Wait, after
from bot.text import say
from bot.types import Text


def failed(
    fault: Fault, retry_after: float | None = None, categories: tuple[str, ...] = ()
) -> ImageServiceError:
    return ImageServiceError(fault, "openai", "", retry_after=retry_after, categories=categories)


@pytest.mark.parametrize(
    ("fault", "tries", "again"),
    [
        (Fault.BUSY, Tries(), True),
        (Fault.BUSY, Tries(busy=20, waited=800), True),
        (Fault.BUSY, Tries(busy=20, waited=899.9), False),
        (Fault.UNREACHED, Tries(), True),
        (Fault.UNREACHED, Tries(unreached=9, waited=900), False),
        (Fault.BROKEN, Tries(), True),
        (Fault.BROKEN, Tries(broken=1), False),
        (Fault.BROKEN, Tries(busy=5, waited=100), True),
        (Fault.TIMEOUT, Tries(), False),
        (Fault.BLOCKED, Tries(), False),
        (Fault.ACCOUNT_BLOCKED, Tries(), False),
        (Fault.QUOTA, Tries(), False),
        (Fault.REFUSED, Tries(), False),
        (Fault.GARBAGE, Tries(), False),
    ],
)
def test_this_may_be_tried_again(fault: Fault, tries: Tries, again: bool) -> None:
    assert isinstance(after(failed(fault), tries, 0.5), Wait if again else GiveUp)


def test_every_fault_has_an_answer() -> None:
    assert all(isinstance(after(failed(fault), Tries(), 0.0), Wait | GiveUp) for fault in Fault)


def test_the_wait_the_service_asks_for_is_honoured() -> None:
    assert after(failed(Fault.BUSY, retry_after=37), Tries(), 0.0) == Wait(seconds=37)


def test_a_wait_beyond_all_patience_is_not_begun() -> None:
    assert after(failed(Fault.BUSY, retry_after=3600), Tries(), 0.0) == GiveUp()


def test_waits_grow_and_are_capped() -> None:
    waits = [after(failed(Fault.BUSY), Tries(busy=count), 1.0) for count in range(9)]
    assert waits == [Wait(seconds=seconds) for seconds in (1, 2, 4, 8, 16, 32, 60, 60, 60)]


faults = st.sampled_from(list(Fault))
asked = st.none() | st.floats(0, 2000)


@given(st.lists(st.tuples(faults, asked, st.floats(0, 1)), max_size=60))
def test_no_history_pays_twice_more_or_waits_for_ever(
    history: list[tuple[Fault, float | None, float]],
) -> None:
    tries, paid = Tries(), 1
    for fault, retry_after, chance in history:
        error = failed(fault, retry_after)
        match after(error, tries, chance):
            case GiveUp():
                break
            case Wait(seconds=seconds):
                assert seconds >= (retry_after or 0)
                tries = tries.plus(error, seconds)
                paid += fault is Fault.BROKEN
    assert paid <= 2
    assert tries.waited <= policy.PATIENCE


def test_only_counted_faults_are_counted() -> None:
    tries = Tries().plus(failed(Fault.BUSY), 2.0).plus(failed(Fault.BROKEN), 1.0).plus(failed(Fault.QUOTA), 0)
    assert tries == Tries(busy=1, broken=1, waited=3.0)


def test_the_categories_of_a_block_are_told_in_words_once() -> None:
    error = failed(Fault.BLOCKED, categories=("violence/graphic", "violence", "self_harm", "sudden_weather"))
    assert policy.reasons(error) == (
        Text(key="category.violence"),
        Text(key="category.self_harm"),
        Text(key="category.other", values={"name": "sudden_weather"}),
    )


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_every_category_and_fault_has_its_sentence(locale: str) -> None:
    keys = [f"category.{name}" for name in policy.CATEGORIES] + [f"fault.{fault.value}" for fault in Fault]
    assert all(len(say(Text(key=key), locale)) > 8 for key in keys)
