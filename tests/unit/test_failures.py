"""What is offered after a failure, and where else one may ask."""

import pytest

from bot.errors import NotWelcome, Shut
from bot.failures import CURES, closed, cure, not_attached
from bot.text import phrases
from bot.types import Action, Place, PlaceKind, Platform, Text

_TOLD_AFTER_A_FAILURE = ("fault", "file", "unusable")
"""Tables of sentences that say why a job ended."""


def place(kind: PlaceKind) -> Place:
    return Place(platform=Platform.SLACK, workspace="T1", channel="C1", kind=kind)


def test_every_sentence_about_a_failure_has_its_cure() -> None:
    ends = {key for key in phrases("en") if key.partition(".")[0] in _TOLD_AFTER_A_FAILURE}
    assert ends <= set(CURES)
    assert set(CURES) <= set(phrases("en"))


@pytest.mark.parametrize("key", [key for key in CURES if key.startswith("unusable.")])
def test_a_picture_that_is_no_good_is_not_tried_again(key: str) -> None:
    assert (cure(Text(key=key)).actions, cure(Text(key=key)).number) == ((), False)


def test_what_nobody_thought_of_can_be_tried_again_and_looked_into() -> None:
    unknown = cure(Text(key="say.no_such"))
    assert (unknown.actions, unknown.number) == ((Action.RETRY, Action.EDIT), True)


@pytest.mark.parametrize("kind", [PlaceKind.CHANNEL, PlaceKind.PRIVATE])
def test_the_bot_can_be_invited_to_channels(kind: PlaceKind) -> None:
    text, actions = closed(NotWelcome("post", "not_in_channel"), place(kind))
    assert (text.key, actions) == ("say.not_welcome", (Action.RETRY,))


@pytest.mark.parametrize("kind", [PlaceKind.DM, PlaceKind.GROUP])
def test_between_people_it_says_where_else_and_keeps_the_request(kind: PlaceKind) -> None:
    text, actions = closed(NotWelcome("post", "channel_not_found"), place(kind))
    assert (text.key, actions) == ("say.not_here", (Action.EDIT, Action.RETRY))


def test_originals_that_may_not_be_attached_say_which_door_is_shut() -> None:
    error = NotWelcome("share", "is_archived", Shut.ARCHIVED)
    assert not_attached(error, place(PlaceKind.CHANNEL)).key == "say.archived"
    stranger = NotWelcome("share", "not_in_channel")
    assert not_attached(stranger, place(PlaceKind.CHANNEL)).key == "say.original_needs_invite"
