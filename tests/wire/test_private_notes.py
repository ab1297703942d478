"""A private note goes, or is drawn anew, once its button has been pressed."""

from bot.playground.slack.state import Message
from tests.wire.whole_bot import Town, running_bot, said


def notes(town: Town) -> list[Message]:
    return town.slack.workspace.ephemerals


async def test_run_takes_its_question_away_and_edit_leaves_it(town: Town) -> None:
    async with running_bot(town):
        stage = town.slack.workspace
        await stage.command("ann", "general", "a red fox --qualty high")
        [note] = await stage.until(lambda: notes(town))
        await stage.press("ann", note, "edit")
        await stage.until(lambda: stage.view_of("ann"))
        assert notes(town) == [note]
        await stage.press("ann", note, "run")
        await stage.until(lambda: not notes(town))
        await town.results()


async def test_a_cancel_in_the_status_draws_the_status_anew(town: Town) -> None:
    town.painter.seconds = 30
    async with running_bot(town):
        stage = town.slack.workspace
        await stage.command("ann", "general", "a red fox")
        await stage.until(lambda: town.roles("placeholder"))
        await stage.command("ann", "general", "status")
        [note] = await stage.until(lambda: notes(town))
        assert "a red fox" in said(note)
        await stage.press("ann", note, "cancel")
        await stage.until(lambda: "Cancelled #" in said(note))
        assert "You have no pictures on the way." in said(note)
        assert notes(town) == [note]
