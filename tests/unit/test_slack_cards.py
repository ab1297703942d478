"""Whatever a job's message or a private note holds, Slack accepts it, in every language."""

import html
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Showing
from bot.chat.slack import cards, notes
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
    Illustration,
    ImageRequest,
    Job,
    JobId,
    JobKind,
    JobState,
    Moved,
    Note,
    NotMade,
    Options,
    Own,
    Painted,
    Painting,
    Picture,
    Post,
    Queued,
    Region,
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
    return [part for part in _parts(blocks) if part["type"] == "button"]


def menus(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [part for part in _parts(blocks) if part["type"] == "overflow"]


def _parts(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
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


def an_edit(kind: JobKind = JobKind.EDIT, *, region: bool = False) -> Job:
    """v3, which goes on from v2."""
    first = job("put a hat on him")
    source = Own(job=JobId("aaaabbbbccccdddd"))
    request = replace(first.request, sources=(source,), region=Region(cells=("C3",)) if region else None)
    return replace(first, kind=kind, request=request, parent=source.job, version=3, from_version=2)


def composed(seam: float = 0.0) -> Finished:
    """A result that was put back into the original."""
    face = finished("a hat")
    picture = replace(PICTURE, model_file=BlobKey("m"), seam=seam)
    return replace(face, shown=(replace(face.shown[0], picture=picture),))


def names(blocks: list[dict[str, Any]]) -> list[str]:
    return [button["action_id"] for button in buttons(blocks)]


def choices(blocks: list[dict[str, Any]]) -> list[list[str]]:
    return [[option["value"].split(":")[0] for option in menu["options"]] for menu in menus(blocks)]


RESULT = ["change", "region", "again", "variations", "original", "copy", "delete"]


def test_a_result_offers_what_can_be_done_with_it_in_order() -> None:
    blocks = drawn(job("a fox"), finished("a fox"))[1]
    assert names(blocks) == RESULT
    assert choices(blocks) == [["larger", "transparent", "extend", "branch"]]
    attached = drawn(job("a fox"), replace(finished("a fox"), attached=True))[1]
    assert names(attached) == [name for name in RESULT if name != "region"]


@pytest.mark.parametrize("kind", [JobKind.EDIT, JobKind.UNDO, JobKind.AGAIN, JobKind.VARIATIONS])
def test_what_goes_on_from_another_can_be_undone_and_compared(kind: JobKind) -> None:
    blocks = drawn(an_edit(kind), finished("a hat"))[1]
    assert names(blocks) == [*RESULT[:4], "undo", *RESULT[4:]]
    assert choices(blocks) == [["larger", "transparent", "extend", "compare", "branch"]]


@pytest.mark.parametrize("kind", [JobKind.AGAIN, JobKind.VARIATIONS])
def test_what_is_made_again_from_words_has_no_before(kind: JobKind) -> None:
    again = replace(job("a fox"), kind=kind, parent=JobId("aaaabbbbccccdddd"))
    blocks = drawn(again, finished("a fox"))[1]
    assert "undo" not in names(blocks)
    assert "compare" not in choices(blocks)[0]


def test_a_picture_of_a_persons_that_was_edited_has_no_version_before() -> None:
    given = replace(an_edit(), parent=None, from_version=0, version=1)
    assert "undo" not in names(drawn(given, finished("a hat"))[1])


def test_a_composite_says_that_the_rest_is_unchanged_and_offers_the_models_file() -> None:
    blocks = drawn(an_edit(region=True), composed())[1]
    assert "unchanged, pixel for pixel" in str(blocks)
    assert "softer edge" not in str(blocks)
    assert choices(blocks)[1] == ["same_region", "free", "model_file"]
    free = drawn(an_edit(region=True), finished("a hat"))[1]
    assert "pixel for pixel" not in str(free)
    assert choices(free)[1] == ["same_region"]


def test_a_poor_seam_is_said_and_a_wider_edge_offered() -> None:
    blocks = drawn(an_edit(region=True), composed(seam=0.5))[1]
    assert "The edge of the region may show" in str(blocks)
    assert "softer" in names(blocks)
    assert "softer" not in names(drawn(an_edit(region=True), composed(seam=0.01))[1])


def test_a_menus_choice_names_its_job() -> None:
    values = [
        option["value"]
        for menu in menus(drawn(an_edit(), finished("a hat"))[1])
        for option in menu["options"]
    ]
    assert values[0] == "larger:k3f9abcdefghijkl"


def test_a_version_says_what_it_goes_on_from() -> None:
    for face in (Queued(), Painting(), finished("a hat")):
        assert "v3 ← v2" in str(drawn(an_edit(), face)[1])
    assert "Editing v2" in drawn(an_edit(), Painting())[0]
    assert "v1" not in str(drawn(job("a fox"), finished("a fox"))[1])
    assert "Editing" not in str(drawn(replace(an_edit(), from_version=0, version=2), Painting())[1])


def test_a_copy_costs_nothing_and_says_no_price() -> None:
    facts = str(drawn(an_edit(JobKind.UNDO), finished("a hat"))[1])
    assert "$" not in facts
    assert "tokens" not in facts
    assert "gpt-image-2" in facts


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", JobKind)
def test_slack_accepts_every_kind_of_result(kind: JobKind, locale: str) -> None:
    for private in (False, True):
        edit = an_edit(kind, region=True)
        options = replace(edit.request.options, private=private)
        shown = replace(
            edit, locale=locale, request=replace(edit.request, options=options, prompt="a hat " * 99)
        )
        for face in (*faces("a hat"), composed(0.5)):
            drawn(shown, face)


def test_several_that_may_be_meant_are_numbered_and_shown() -> None:
    held = JobId("k3f9abcdefghijkl")
    pictures = tuple(
        Illustration(file=FileId(f"F{number:09}"), alt=Text(key="card.alt", values={"prompt": "<a fox>"}))
        for number in range(3)
    )
    pressed = tuple(Button(action=Action.CHOOSE, job=held, choice=number) for number in range(3))
    [(_, blocks)] = notes.pages(Note(text=Text(key="say.copy"), pictures=pictures, buttons=pressed), "en")
    assert block_kit.message_faults(blocks, lambda _: True) == []
    assert [b["slack_file"]["id"] for b in blocks if b["type"] == "image"] == [one.file for one in pictures]
    assert blocks[1]["alt_text"].endswith("<a fox>")
    assert [button["value"] for button in buttons(blocks)] == [held, f"{held}:1", f"{held}:2"]
    assert [button["text"]["text"][-1] for button in buttons(blocks)] == ["1", "2", "3"]
    bare = notes.without_pictures(("words", blocks))
    assert [block["type"] for block in bare[1]] == ["section", "actions"]


def test_a_button_may_open_a_page_and_is_then_no_press() -> None:
    link = Button(action=Action.REGION, job=JobId("k3f9"), url="https://bot.example.com/paint/x")
    [(_, blocks)] = notes.pages(Note(text=Text(key="say.copy"), buttons=(link,)), "en")
    assert block_kit.message_faults(blocks, lambda _: True) == []
    [button] = buttons(blocks)
    assert button["url"] == link.url
    assert button["action_id"] == "link:region"


def test_what_destroys_is_asked_about_first() -> None:
    found = {b["action_id"]: "confirm" in b for b in buttons(drawn(job("a fox"), finished("a fox"))[1])}
    assert [name for name, asks in found.items() if asks] == ["delete"]
    waiting = {b["action_id"]: "confirm" in b for b in buttons(drawn(job("a fox"), Queued())[1])}
    assert waiting == {"cancel": True}


def test_a_prompt_names_nobody_and_calls_nobody() -> None:
    _, blocks = drawn(job("<!channel> <@U2>"), Queued())
    assert blocks[0]["text"]["text"] == "*&lt;!channel&gt; &lt;@U2&gt;*"
    assert blocks[0]["text"]["verbatim"] is True
    for face in (Queued(), finished("<!channel> <@U2>")):
        text, _ = drawn(job("<!channel> <@U2>"), face)
        assert "&lt;!channel&gt; &lt;@U2&gt;" in text


def test_the_words_for_notifications_keep_their_end_however_much_is_escaped() -> None:
    prompt = "<&>" * 10_000
    text, _ = drawn(job(prompt), finished(prompt))
    assert text.endswith("#k3f9)")
    assert html.unescape(text.partition("…")[0]).endswith(("<", "&", ">"))


@pytest.mark.parametrize(
    "prompt", ["a *red* fox", "_underscored_", "~gone~", "run `rm -rf`", "a :fox_face: <@U2> & co", "5 * 3"]
)
def test_marks_in_a_prompt_are_shown_as_they_were_typed(prompt: str) -> None:
    for face in (Queued(), finished(prompt)):
        _, blocks = drawn(job(prompt), face)
        (section,) = blocks[0]["elements"]
        assert section["elements"] == [{"type": "text", "text": prompt, "style": {"bold": True}}]


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
        pages = notes.pages(note, locale)
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
