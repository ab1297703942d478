"""The whole bot, when the image service fails: what is paid, what is called, what people see."""

from collections import Counter
from dataclasses import dataclass

from bot.playground.painter import Trouble as PainterTrouble
from tests.wire.whole_bot import Town, running_bot, said, soon


@dataclass(frozen=True, kw_only=True)
class Failing:
    """What the service does to one picture, and what that comes to; ``words``: what is told of a failure."""

    trouble: PainterTrouble
    value: float = 0
    times: int = 1
    calls: int
    paid: int
    words: str = ""


FAILING = (
    Failing(trouble=PainterTrouble.RATE_LIMITED, calls=2, paid=1),
    Failing(trouble=PainterTrouble.ERROR, value=500, calls=2, paid=1),
    Failing(trouble=PainterTrouble.PROXY, value=503, calls=2, paid=1),
    Failing(trouble=PainterTrouble.DROP, calls=2, paid=1),
    Failing(trouble=PainterTrouble.SLOW, value=2, calls=1, paid=1),
    Failing(trouble=PainterTrouble.LOST_REPLY, calls=2, paid=2),
    Failing(trouble=PainterTrouble.BROKEN, calls=2, paid=2),
    Failing(trouble=PainterTrouble.ERROR, value=500, times=2, calls=2, paid=0, words="broke off"),
    Failing(trouble=PainterTrouble.DROP, times=2, calls=2, paid=0, words="broke off"),
    Failing(trouble=PainterTrouble.LOST_REPLY, times=2, calls=2, paid=2, words="broke off"),
    Failing(trouble=PainterTrouble.BROKEN, times=2, calls=2, paid=2, words="broke off"),
    Failing(trouble=PainterTrouble.NO_QUOTA, calls=1, paid=0, words="budget"),
    Failing(trouble=PainterTrouble.BLOCKED, calls=1, paid=0, words="safety system"),
    Failing(trouble=PainterTrouble.ACCOUNT_BLOCKED, calls=1, paid=0, words="not the reason"),
    Failing(trouble=PainterTrouble.NOT_A_PICTURE, calls=1, paid=1, words="not a picture"),
    Failing(trouble=PainterTrouble.TRUNCATED, calls=1, paid=1, words="not a picture"),
    Failing(trouble=PainterTrouble.HTML, calls=1, paid=1, words="not a picture"),
    Failing(trouble=PainterTrouble.EMPTY, calls=1, paid=1, words="not a picture"),
)


async def test_a_failing_service_is_called_and_paid_no_more_than_promised(town: Town) -> None:
    prompts = [f"fox number {number:02}" for number in range(len(FAILING))]
    told = Counter(one.words for one in FAILING if one.words)
    async with running_bot(town, imagine_per_user=32):
        for one, prompt in zip(FAILING, prompts, strict=True):
            town.painter.faults.on(one.trouble, value=one.value, times=one.times, containing=prompt)
            await town.slack.workspace.command("ann", "general", prompt)
        pictures = len(FAILING) - told.total()
        await town.slack.workspace.until(lambda: len(town.roles("result")) >= pictures, 60)

        def notes() -> Counter[str]:
            mine = [said(one) for one in town.slack.workspace.ephemerals if one.seen_by == "U0ANN00001"]
            return Counter(words for note in mine for words in told if words in note)

        await soon(lambda: notes() == told, 30)
    made = [[call for call in town.painter.calls if call.params["prompt"] == prompt] for prompt in prompts]
    assert [len(calls) for calls in made] == [one.calls for one in FAILING]
    assert [sum(call.paid for call in calls) for calls in made] == [one.paid for one in FAILING]
    assert sum(len(town.shown(one)) for one in town.roles("result")) == len(town.roles("result")) == pictures


async def test_retry_after_a_failure_paints_and_leaves_one_message(town: Town) -> None:
    town.painter.faults.on(PainterTrouble.NO_QUOTA)
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "a red fox")
        note = await town.whisper("budget")
        await town.slack.workspace.press("ann", note, "retry")
        await town.slack.workspace.until(lambda: town.roles("result"))
    assert len(town.painter.paid) == 1


async def test_a_wrong_key_is_told_to_the_person_without_the_key(town: Town) -> None:
    town.painter.key = "another"
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "a red fox")
        note = await town.whisper("not set up correctly")
    assert "sk-" not in said(note)
    assert town.painter.paid == []
