"""What people do in Slack reaches the bot through the real Bolt and a real socket, as it was meant."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.app import utc_now
from bot.chat.slack.client import SlackChat
from bot.chat.slack.connection import open_slack
from bot.commands.plan import Field, FieldKind, Form
from bot.errors import ChatError
from bot.outcome import Outcome
from bot.playground.slack import StandIn, Trouble, serve
from bot.playground.slack.people import Workspace
from bot.playground.slack.state import Message
from bot.settings import Settings
from bot.types import (
    Action,
    Command,
    FileId,
    FormChanged,
    FormKind,
    FormSent,
    Home,
    Illustration,
    Incoming,
    MessageId,
    MessageRef,
    Note,
    PlaceKind,
    Pointed,
    Pressed,
    Reacted,
    Rewritten,
    Sign,
    Text,
    Withdrawn,
    Words,
)
from tests.fakes import picture
from tests.wire.whole_bot import soon

HAT = ("hat.png", picture("png", 1))


@dataclass
class Ear:
    """A bot that only listens, and answers what the test says."""

    slack: StandIn
    chat: SlackChat
    heard: list[Incoming] = field(default_factory=list)
    answer: Callable[[Incoming], Outcome] = lambda _: Outcome()
    later: Callable[[Incoming], Note | Form | None] = lambda _: None

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspace

    @property
    def said(self) -> list[object]:
        return [incoming.said for incoming in self.heard]

    async def take(self, incoming: Incoming) -> Outcome:
        self.heard.append(incoming)
        return self.answer(incoming)

    async def act(self, incoming: Incoming, outcome: Outcome) -> Note | Form | None:
        return self.later(incoming)

    async def at_home(self, _: object) -> Home:
        raise AssertionError("nobody looked at the home tab")

    async def take_back(self, _: object, *, anew: bool) -> bool:
        raise AssertionError(f"nothing was late: {anew}")


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[Ear]:
    async with serve(page=False) as stand_in:
        settings = Settings(_env_file=None).model_copy(
            update={
                "slack_bot_token": SecretStr(stand_in.bot_token),
                "slack_app_token": SecretStr(stand_in.app_token),
                "slack_api_url": stand_in.api_url,
                "imagine_data_dir": folder,
            }
        )
        async with open_slack(settings, lambda _: None, utc_now) as slack:
            ear = Ear(stand_in, slack.chat)
            async with slack.listen(take=ear.take, act=ear.act, take_back=ear.take_back, at_home=ear.at_home):
                await stand_in.connected()
                yield ear


@pytest.fixture
async def ear(tmp_path: Path) -> AsyncIterator[Ear]:
    async with listening(tmp_path) as ear:
        yield ear


async def root(ear: Ear) -> Message:
    """A message that nobody means for the bot."""
    ack = await ear.workspace.say("ann", "general", "look at this")
    assert ack.ok
    assert ack.message
    assert ear.heard == []
    return ack.message


# -- messages


@pytest.mark.parametrize("mention_first", [False, True])
@pytest.mark.parametrize("with_files", [False, True])
async def test_a_reply_that_names_the_bot_is_told_twice_with_one_key(
    ear: Ear, mention_first: bool, with_files: bool
) -> None:
    under = await root(ear)
    ack = await ear.workspace.say(
        "ann",
        "general",
        "@imagine put this hat on him",
        thread=under.ts,
        files=[HAT],
        mention_first=mention_first,
        mention_with_files=with_files,
    )
    assert ack.ok
    first, second = ear.heard
    assert first.key == second.key
    assert first.alias == second.alias != ""
    assert {incoming.place.thread for incoming in ear.heard} == {under.ts}
    words = [said for said in ear.said if isinstance(said, Words)]
    assert [said.text for said in words] == ["put this hat on him"] * 2
    assert all(said.mentioned for said in words)
    assert any(len(said.files) == 1 and not said.twin for said in words)
    assert [said for said in words if not said.files] == [said for said in words if said.twin]


async def test_a_reply_without_the_name_is_heard_once_and_a_remark_in_the_channel_never(ear: Ear) -> None:
    under = await root(ear)
    await ear.workspace.say("ben", "general", "make it blue", thread=under.ts)
    [incoming] = ear.heard
    assert incoming.said == Words(text="make it blue", message=incoming.said.message)  # type: ignore[union-attr]  # words
    assert incoming.place.kind is PlaceKind.CHANNEL


async def test_a_reply_shown_in_the_channel_too_is_one_reply(ear: Ear) -> None:
    under = await root(ear)
    await ear.workspace.say("ann", "general", "make it blue", thread=under.ts, broadcast=True)
    [incoming] = ear.heard
    assert incoming.place.thread == under.ts


async def test_an_edit_brings_the_new_words_and_a_deletion_takes_them_back(ear: Ear) -> None:
    under = await root(ear)
    ack = await ear.workspace.say("ann", "general", "make it blue", thread=under.ts)
    assert ack.message
    await ear.workspace.edit("ann", ack.message, "make it red")
    await ear.workspace.delete("ann", ack.message)
    _, rewritten, withdrawn = ear.said
    assert rewritten == Rewritten(message=ack.message.ts, text="make it red")  # type: ignore[arg-type]  # read from JSON
    assert withdrawn == Withdrawn(message=ack.message.ts)  # type: ignore[arg-type]  # read from JSON


async def test_a_deleted_message_with_replies_is_taken_back_too(ear: Ear) -> None:
    ack = await ear.workspace.say("ann", "general", "@imagine a fox")
    assert ack.message
    await ear.workspace.say("ben", "general", "nice", thread=ack.message.ts)
    await ear.workspace.delete("ann", ack.message)
    assert ear.said[-1] == Withdrawn(message=ack.message.ts)  # type: ignore[arg-type]  # read from JSON
    assert ear.heard[-1].place.thread is None


async def test_it_hears_that_its_own_message_was_deleted_and_nothing_else_of_its_own(ear: Ear) -> None:
    result = await posted(ear, [{"type": "section", "text": {"type": "mrkdwn", "text": "v1"}}])
    event = {**ear.workspace.told(ear.workspace.channel("general"), result), "type": "message"}
    own = {**event, "channel": result.channel, "channel_type": "channel", "event_ts": result.ts}
    own["text"] = f"<@{ear.workspace.team.bot_user}> a fox"
    for said in (own, own | {"type": "app_mention"}):
        assert (await ear.workspace.tell(said)).ok
    assert ear.heard == []
    await ear.workspace.delete("ada", result)
    assert ear.said == [Withdrawn(message=result.ts)]  # type: ignore[arg-type]  # read from JSON


async def test_what_the_bot_takes_away_itself_it_does_not_hear_of(ear: Ear) -> None:
    result = await posted(ear, [{"type": "section", "text": {"type": "mrkdwn", "text": "v1"}}])
    message = MessageRef(channel=result.channel, id=MessageId(result.ts))
    ear.workspace.faults.on("chat.delete", Trouble.REFUSE, error="cant_delete_message")
    with pytest.raises(ChatError):
        await ear.chat.delete(message, ear.workspace.team.id)
    await ear.chat.delete(message, ear.workspace.team.id)
    await ear.workspace.say("ann", "dm:ann", "hello")  # after it
    assert [type(said) for said in ear.said] == [Words]


async def test_only_the_bots_own_messages_take_signs(ear: Ear) -> None:
    under = await root(ear)
    await ear.workspace.react("ben", under, "x")
    assert ear.heard == []
    result = await posted(ear, [{"type": "section", "text": {"type": "mrkdwn", "text": "v1"}}])
    await ear.workspace.react("ann", result, "repeat")
    await ear.workspace.react("ann", result, "heart")
    assert ear.said == [Reacted(sign=Sign.AGAIN, message=result.ts)]  # type: ignore[arg-type]  # read from JSON


async def posted(ear: Ear, blocks: list[dict[str, object]]) -> Message:
    """A message of the bot's."""
    workspace = ear.workspace
    channel = workspace.channel("general")
    message = Message(
        channel=channel.id,
        ts=workspace.new_ts(),
        user=workspace.team.bot_user,
        bot_id=workspace.team.bot,
        text="v1",
        blocks=[block | {"block_id": f"b{number}"} for number, block in enumerate(blocks)],
    )
    return workspace.add(channel, message)


# -- shortcuts, menus, forms


async def test_the_message_shortcut_brings_the_messages_files(ear: Ear) -> None:
    ack = await ear.workspace.say("ann", "general", "our logo", files=[HAT])
    assert ack.message
    await ear.workspace.message_shortcut("ben", ack.message, "imagine_edit")
    pointed = ear.said[-1]
    assert isinstance(pointed, Pointed)
    assert [one.name for one in pointed.files] == ["hat.png"]
    assert pointed.files[0].media_type == "image/png"
    assert ear.heard[-1].trigger


async def test_a_choice_in_a_menu_is_a_press(ear: Ear) -> None:
    options = [{"text": {"type": "plain_text", "text": "Larger"}, "value": "larger:k3f9aaaabbbbcccc:1"}]
    menu: dict[str, object] = {"type": "overflow", "action_id": "more", "options": options}
    result = await posted(ear, [{"type": "actions", "elements": [menu]}])
    await ear.workspace.press("ann", result, "more", value="larger:k3f9aaaabbbbcccc:1")
    [said] = ear.said
    assert isinstance(said, Pressed)
    assert (said.action, said.job, said.choice) == (Action.LARGER, "k3f9aaaabbbbcccc", 1)


def region_form(picture: FileId | None = None) -> Form:
    label = Text(key="button.region")
    return Form(
        kind=FormKind.REGION,
        picture=picture,
        choice=2,
        fields=(
            Field(name="shown", kind=FieldKind.PICTURE, label=label),
            Field(name="cells", kind=FieldKind.WORDS, label=label, most=200),
            Field(name="preview", kind=FieldKind.ACTION, label=label),
            Field(name="files", kind=FieldKind.FILES, label=label),
        ),
    )


async def test_a_form_is_opened_its_picture_comes_later_and_preview_and_run_bring_it_back(ear: Ear) -> None:
    workspace = ear.workspace
    workspace.file_delay = 0.8  # Slack is still looking at the picture when it is first put into the form
    drawn = await a_file_of_ours(ear)
    ear.answer = lambda one: Outcome(form=region_form()) if isinstance(one.said, Command) else Outcome()
    ear.later = lambda one: region_form(drawn) if isinstance(one.said, Command) else None
    await workspace.command("ann", "general", "")
    view = await workspace.until(lambda: workspace.view_of("ann"))
    assert view
    assert view.body["blocks"][0]["type"] == "section"
    await workspace.until(lambda: view.body["blocks"][0]["type"] == "image")
    await workspace.change_view("ann", view, "value", block_id="preview", values={"cells": "C3-E5"})
    file = workspace.person_uploads("ann", *HAT)
    await workspace.submit_view("ann", view, {"cells": "C3", "files": [workspace.file_payload(file)]})
    _, changed, sent = ear.said
    assert isinstance(changed, FormChanged)
    assert (changed.kind, changed.choice) == (FormKind.REGION, 2)
    assert changed.fields == {"cells": "C3-E5", "preview": "yes"}
    assert isinstance(sent, FormSent)
    assert sent.fields == {"cells": "C3"}
    assert [one.name for one in sent.files] == ["hat.png"]


async def test_a_form_that_was_closed_before_its_picture_came_is_no_fault(ear: Ear) -> None:
    workspace = ear.workspace
    workspace.file_delay = 0.8
    drawn = await a_file_of_ours(ear)
    ear.answer = lambda one: Outcome(form=region_form()) if isinstance(one.said, Command) else Outcome()
    ear.later = lambda one: region_form(drawn) if isinstance(one.said, Command) else None
    with capture_logs() as logs:
        await workspace.command("ann", "general", "")
        view = await workspace.until(lambda: workspace.view_of("ann"))
        assert view
        await workspace.close_view("ann", view)
        await soon(lambda: any(call.error == "not_found" for call in workspace.calls))
        await asyncio.sleep(0.05)  # a warning would follow the refusal
    assert [line for line in logs if line["log_level"] != "debug"] == []


async def a_file_of_ours(ear: Ear) -> FileId:
    """A picture of the bot's that was uploaded a moment ago."""
    workspace = ear.workspace
    file = workspace.person_uploads("ann", *HAT)
    file.owner, file.completed_at = workspace.team.bot_user, workspace.now()
    return FileId(file.id)


# -- private notes with pictures


async def a_note(ear: Ear) -> Note:
    shown = Illustration(file=await a_file_of_ours(ear), alt=Text(key="button.region"))
    return Note(text=Text(key="say.thanks"), pictures=(shown,))


def kinds(message: Message) -> list[str]:
    return [block["type"] for block in message.blocks]


async def test_a_note_waits_for_its_picture_at_the_address_that_came_along(ear: Ear) -> None:
    ear.workspace.file_delay = 0.8
    note = await a_note(ear)
    ear.later = lambda _: note
    await ear.workspace.command("ann", "general", "")
    [told] = await ear.workspace.until(lambda: ear.workspace.ephemerals)
    assert kinds(told) == ["section", "image"]
    assert [call.method for call in ear.workspace.calls if not call.ok] == []


async def test_a_note_waits_for_its_picture_in_a_thread(ear: Ear) -> None:
    under = await root(ear)
    ear.workspace.file_delay = 0.8
    note = await a_note(ear)
    ear.later = lambda _: note
    await ear.workspace.say("ann", "general", "make it blue", thread=under.ts)
    [told] = await ear.workspace.until(lambda: ear.workspace.ephemerals)
    assert (kinds(told), told.thread_ts) == (["section", "image"], under.ts)


@pytest.mark.parametrize("by_command", [True, False])
async def test_a_note_whose_picture_never_shows_is_told_in_words(ear: Ear, by_command: bool) -> None:
    under = await root(ear)
    ear.workspace.slack_file_refused_for_good = True
    note = await a_note(ear)
    ear.later = lambda _: note
    if by_command:
        await ear.workspace.command("ann", "general", "")
    else:
        await ear.workspace.say("ann", "general", "make it blue", thread=under.ts)
    [told] = await ear.workspace.until(lambda: ear.workspace.ephemerals)
    assert kinds(told) == ["section"]


# -- when nothing is recorded


async def test_what_could_not_be_recorded_has_a_number_that_is_in_the_log(
    ear: Ear, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Incoming) -> Outcome:
        raise RuntimeError("a bug")

    ear.answer = broken
    assert (await ear.workspace.command("ann", "general", "a fox")).ok
    (told,) = await ear.workspace.until(lambda: ear.workspace.ephemerals, 5)
    number = re.search(r"#([a-z2-7]{4})\b", f"{told.text} {told.blocks}")
    assert number
    said = capsys.readouterr()  # where the log goes, and how it looks, is settled by whoever started last
    lines = [one for one in f"{said.out}{said.err}".splitlines() if "a request was not recorded" in one]
    assert number[1] in lines[0]
