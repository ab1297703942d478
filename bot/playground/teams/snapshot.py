"""This Teams as one JSON object, for the page; pure."""

from dataclasses import asdict

from bot.playground.teams.people import NAME
from bot.playground.teams.state import Conversation, Json, Message, Person, Said, State

_MESSAGES = 200


def snapshot(state: State) -> Json:
    """Everything a visitor may look at; the latest of what grows."""
    return {
        "version": state.version,
        "bot": {"id": f"28:{state.app_id}", "name": NAME},
        "people": [_person(one) for one in state.people.values()],
        "conversations": [_conversation(state, one) for one in state.conversations.values()],
        "calls": [asdict(one) for one in state.traffic],
    }


def _person(one: Person) -> Json:
    return asdict(one) | {"slug": one.id.removeprefix("29:")}


def _conversation(state: State, one: Conversation) -> Json:
    posted = [message for message in state.messages.values() if message.conversation == one.id]
    said = [message for message in state.said.values() if message.conversation == one.id]
    both = sorted([*map(_posted, posted), *map(_said, said)], key=lambda message: int(message["id"]))
    for message in both:
        message["reactions"] = {
            sign: who for sign, who in state.reactions.get(message["id"], {}).items() if who
        }
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "slug": one.name.lower() or "chat",
        "has_bot": one.has_bot,
        "people": [person for person in state.people if one.is_open_to(person)],
        "messages": both[-_MESSAGES:],
    }


def _posted(message: Message) -> Json:
    return {
        "id": message.id,
        "by": "",
        "thread": message.thread,
        "at": message.at,
        "card": message.card,
        "summary": message.activity.get("summary", ""),
        "seen_by": message.seen_by,
    }


def _said(message: Said) -> Json:
    return {
        "id": message.id,
        "by": message.person,
        "thread": message.thread,
        "at": message.at,
        "text": "" if message.deleted else message.text,
        "files": [] if message.deleted else message.files,
        "quoting": message.quoting,
        "seen_by": message.seen_by,
        "heard": message.heard,
        "edited": message.edited,
        "deleted": message.deleted,
    }
