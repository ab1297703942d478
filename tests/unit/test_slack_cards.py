"""Whatever a job's message or a private note holds, Slack accepts it, in every language."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Showing
from bot.chat.slack import cards
from bot.playground.slack import blocks as block_kit
from bot.text import LANGUAGES
from bot.types import (
    Action,
    BlobKey,
    Button,
    Cancelled,
    Face,
    FileId,
    Finished,
    ImageRequest,
    Job,
    JobId,
    JobKind,
    JobState,
    Moved,
    Note,
    NotMade,
    Options,
    Painted,
    Painting,
    Picture,
    Post,
    Queued,
    Role,
    Sample,
    Shown,
    Text,
    Usage,
    Whisper,
)
from tests.unit.asking import ANN, GENERAL

ODD = (
    "a fox",
    "<!channel> & <@U1|x> *b* _i_ ~s~ `c` ```p``` :tada: <https://a.example|b>",
    "שועל אדום קורא עיתון",
    "🦊🏳️‍🌈👩‍👩‍👧‍👦",
    "line\nline\r\n\ttab",
    "long " * 6400,
    "&" * 32_000,
    "{red,blue} fox",
    "\u202e reversed \x00",
)
PICTURE = Picture(blob=BlobKey("b"), media_type="image/png", width=1536, height=1024, size=9, prompt="a fox")
MADE = Painted(
    pictures=(PICTURE,),
    model="gpt-image-2",
    service="openai",
    quality="high",
    usage=Usage(text_in=10, out=1476),
    cost=Decimal("0.044"),
    seconds=2.5,
)


def job(prompt: str, locale: str = "en", *, count: int = 1, private: bool = False) -> Job:
    prompts = tuple(f"{prompt} {number}" for number in range(count)) if count > 1 else (prompt,)
    options = Options(size="1536x1024", quality="high", model="gpt-image-2", private=private)
    return Job(
        id=JobId("k3f9abcdefghijkl"),
        kind=JobKind.IMAGINE,
        state=JobState.DONE,
        request=ImageRequest(prompt=prompt, options=options, prompts=prompts),
        by=ANN,
        place=GENERAL,
        whisper=Whisper(person=ANN, place=GENERAL),
        locale=locale,
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


def finished(prompt: str, count: int = 1, *, preview: bool = False, revised: str = "") -> Finished:
    pictures = [replace(PICTURE, prompt=prompt) for _ in range(count)]
    files = [FileId(f"F{number:09}") for number in range(count)]
    shown = tuple(
        Shown(picture=picture, file=file, preview=file if preview else None)
        for picture, file in zip(pictures, files, strict=True)
    )
    painted = tuple(replace(MADE, pictures=(picture,), revised_prompt=revised) for picture in pictures)
    return Finished(shown=shown, painted=painted)


def faces(prompt: str) -> list[Face]:
    return [
        Queued(),
        Queued(ahead=3),
        Queued(ahead=3, seconds=40),
        Painting(),
        Painting(done=1, waiting=True),
        Painting(preview=FileId("F000000001")),
        Painting(preview_url="https://bot.example.com/images/x.png"),
        finished(prompt),
        finished(prompt, 10),
        finished(prompt, preview=True, revised=prompt + "!"),
        replace(finished(prompt), missing=1),
        replace(finished(prompt), attached=True),
        NotMade(),
        Cancelled(),
        Moved(),
        *(Sample(way=way.value, file=FileId("F000000001")) for way in Showing),
    ]


def drawn(job: Job, face: Face) -> tuple[str, list[dict[str, Any]]]:
    """The message, once Slack has taken it."""
    text, blocks = cards.draw(Post(job=job, role=Role.RESULT, face=face))
    assert block_kit.message_faults(blocks, lambda _: True) == []
    assert not block_kit.too_long(blocks)
    assert 0 < len(text) <= 3000
    return text, blocks


def buttons(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [part for block in blocks if block["type"] == "actions" for part in block["elements"]]


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("prompt", ODD, ids=range(len(ODD)))
def test_slack_accepts_every_face_of_a_message(prompt: str, locale: str) -> None:
    for count in (1, 10):
        for private in (False, True):
            for face in faces(prompt):
                drawn(job(prompt, locale, count=count, private=private), face)


@given(st.text(min_size=1, max_size=4000))
def test_slack_accepts_any_prompt(prompt: str) -> None:
    for face in (Queued(), finished(prompt), finished(prompt, 10)):
        drawn(job(prompt, count=2), face)


def test_a_message_is_accepted_by_its_own_content_and_not_by_a_lenient_check() -> None:
    _, blocks = cards.draw(Post(job=job("a fox"), role=Role.RESULT, face=finished("a fox")))
    refused = block_kit.message_faults(blocks, lambda _: False)
    assert len(refused) == 1


@pytest.mark.parametrize(("locale", "words"), [("en", "AI-generated"), ("ja", "AI")])
def test_the_alt_text_says_ai_generated_and_what_was_asked(locale: str, words: str) -> None:
    _, blocks = drawn(job("a red fox", locale), finished("a red fox", 2))
    alts = [block["alt_text"] for block in blocks if block["type"] == "image"]
    assert len(alts) == 2
    assert all(words in alt and "a red fox" in alt for alt in alts)


def test_buttons_carry_a_job_id_and_nothing_else() -> None:
    wanted = job("a fox", private=True)
    for face in faces("a fox"):
        for button in buttons(drawn(wanted, face)[1]):
            assert button["value"] == wanted.id
            assert button["action_id"] in {action.value for action in Action}


def test_what_destroys_is_asked_about_first() -> None:
    found = {b["action_id"]: "confirm" in b for b in buttons(drawn(job("a fox"), finished("a fox"))[1])}
    assert [name for name, asks in found.items() if asks] == ["delete"]
    waiting = {b["action_id"]: "confirm" in b for b in buttons(drawn(job("a fox"), Queued())[1])}
    assert waiting == {"cancel": True}


def test_a_prompt_names_nobody_and_calls_nobody() -> None:
    _, blocks = drawn(job("<!channel> <@U2>"), Queued())
    assert blocks[0]["text"]["text"] == "*&lt;!channel&gt; &lt;@U2&gt;*"
    assert blocks[0]["text"]["verbatim"] is True


def test_the_facts_are_under_the_picture() -> None:
    _, blocks = drawn(job("a fox"), finished("a fox"))
    facts = blocks[-2]["elements"][0]["text"]
    for fact in ("<@U1>", "gpt-image-2", "1536×1024", "high", "1,486", "$0.044", "#k3f9"):
        assert fact in facts


def test_a_long_prompt_is_cut_for_display_and_whole_on_demand() -> None:
    long, short = drawn(job("word " * 200), Queued())[1], drawn(job("word"), Queued())[1]
    assert len(long[0]["text"]["text"]) < 310
    assert [b["action_id"] for b in buttons(long)] == ["cancel", "prompt"]
    assert [b["action_id"] for b in buttons(short)] == ["cancel"]


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("quote", ["", *ODD], ids=range(len(ODD) + 1))
def test_slack_accepts_private_notes_with_any_words(quote: str, locale: str) -> None:
    lines = tuple(Text(key="status.waiting", values={"id": "#k3f9", "prompt": "x" * 80}) for _ in range(200))
    for actions in ((), (Action.RUN, Action.EDIT), (Action.CANCEL,) * 10):
        pressed = tuple(
            Button(action=action, job=JobId(f"{number}aaabbbbccccdddd"))
            for number, action in enumerate(actions)
        )
        note = Note(text=Text(key="say.copy"), quote=quote, lines=lines, buttons=pressed)
        pages = cards.note(note, locale)
        for text, blocks in pages:
            assert block_kit.message_faults(blocks, lambda _: True) == []
            assert not block_kit.too_long(blocks)
            assert text
        every = [block for _, blocks in pages for block in blocks]
        assert "".join(_quoted(every)).replace("\n", "") == quote.replace("\n", "")


def _quoted(blocks: list[dict[str, Any]]) -> list[str]:
    found = []
    for block in blocks:
        if block["type"] == "rich_text":
            found += [part["text"] for part in block["elements"][0]["elements"]]
    return found
