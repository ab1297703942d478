"""What helps after a failure: which buttons, the number for the operator, another place to ask; pure."""

from dataclasses import dataclass

from bot.errors import ChatError, NotWelcome, Shut
from bot.types import Action, Place, PlaceKind, Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Cure:
    """What a person is offered."""

    actions: tuple[Action, ...]
    number: bool = False
    """Whether they are told the job's number for the operator: not after what is theirs to put right."""


_ANYTHING = Cure(actions=(Action.RETRY, Action.EDIT), number=True)
_AGAIN = Cure(actions=(Action.RETRY,), number=True)
_ONCE_MORE = Cure(actions=(Action.RETRY,))
_CHANGED = Cure(actions=(Action.EDIT,))
_CHANGED_OR_LOOKED_INTO = Cure(actions=(Action.EDIT,), number=True)
_NOTHING = Cure(actions=())
"""What goes in is at fault, and neither the same nor other words bring another picture."""

CURES = {
    **dict.fromkeys(
        ("fault.busy", "fault.unreached", "fault.broken", "fault.timeout", "fault.garbage"), _ANYTHING
    ),
    **dict.fromkeys(("fault.account_blocked", "fault.quota", "fault.refused_setup"), _ANYTHING),
    **dict.fromkeys(("fault.blocked", "fault.refused_size", "fault.refused_prompt"), _CHANGED),
    **dict.fromkeys(("fault.refused_option", "say.model_gone"), _CHANGED),
    "fault.refused": _CHANGED_OR_LOOKED_INTO,
    **dict.fromkeys(("say.bug", "say.chat_failed"), _ANYTHING),
    **dict.fromkeys(("say.unclear", "say.painted_not_posted", "say.not_read"), _AGAIN),
    **dict.fromkeys(("file.login", "file.broken", "reply.not_fetched"), _AGAIN),
    "file.gone": _ONCE_MORE,  # once the bot was invited
    **dict.fromkeys(("file.deleted", "file.hidden", "file.external", "file.denied"), _NOTHING),
    **dict.fromkeys(("file.too_big", "file.elsewhere"), _NOTHING),
    **dict.fromkeys(("unusable.empty", "unusable.page", "unusable.svg", "unusable.unknown"), _NOTHING),
    **dict.fromkeys(("unusable.broken", "unusable.too_large", "unusable.no_heic"), _NOTHING),
    **dict.fromkeys(("unusable.too_heavy", "reply.mask_of_another"), _NOTHING),
    **dict.fromkeys(("reply.picture_gone", "say.job_deleted"), _NOTHING),
}
"""By what the person is told. A Retry stands only where the same request may come to something."""


def cure(text: Text) -> Cure:
    """What helps after this was said."""
    return CURES.get(text.key, _ANYTHING)


def closed(error: NotWelcome, place: Place) -> tuple[Text, tuple[Action, ...]]:
    """Why the bot may not write there, and what can be done: an invitation helps in some places only."""
    match error.why:
        case Shut.ARCHIVED:
            return Text(key="say.archived"), (Action.EDIT,)
        case Shut.RESTRICTED:
            return Text(key="say.restricted"), (Action.RETRY, Action.EDIT)
        case Shut.STRANGER if place.kind in (PlaceKind.DM, PlaceKind.GROUP):
            return Text(key="say.not_here"), (Action.EDIT, Action.RETRY)
        case Shut.STRANGER:
            return Text(key="say.not_welcome"), (Action.RETRY,)


def not_shared(error: NotWelcome, place: Place) -> Text:
    """Why a private picture could not go where it was asked for; it stays where it is."""
    text, _ = closed(error, place)
    return Text(key="say.share_needs_invite" if text.key == "say.not_welcome" else "say.share_shut")


def not_attached(error: ChatError, place: Place) -> Text:
    """Why a file could not go into the thread of a result that stands there."""
    if not isinstance(error, NotWelcome):
        return Text(key="say.original_not_attached")
    text, _ = closed(error, place)
    return Text(key="say.original_needs_invite") if text.key == "say.not_welcome" else text
