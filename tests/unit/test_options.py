"""The table of options, and the command line read and written by it."""

from dataclasses import fields
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import keywords, line, options
from bot.commands.text_in import clean, plain
from bot.text import phrases
from bot.types import ImageRequest, Options
from tests.unit.asking import OPTIONS, PROMPTS


def said(text: str) -> tuple[str, Options]:
    read = line.split(text)
    assert not read.misfits
    return read.prompt, read.options


def test_every_option_has_one_row_and_every_row_one_option() -> None:
    assert [row.name for row in options.ROWS] == [field.name for field in fields(Options)]


def test_no_flag_is_claimed_twice() -> None:
    flags = [flag for row in options.ROWS for flag in row.flags] + list(options.SHORTHANDS)
    assert len(flags) == len(set(flags))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_row_has_its_label_and_its_help(language: str) -> None:
    known = phrases(language)
    assert {key for row in options.ROWS for key in (row.label, row.help)} <= known.keys()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("fox --size 1536x1024", Options(size="1536x1024")),
        ("fox -s 1536×1024", Options(size="1536x1024")),
        ("fox --size 1536 x 1024, please", Options(size="1536x1024")),
        ("fox --size=Landscape", Options(size="landscape")),
        ("fox --ar 16:9.", Options(ar="16:9")),
        ("fox --aspect-ratio 16/9", Options(ar="16:9")),
        ("fox --ar 1.850:1", Options(ar="1.85:1")),
        ("fox --ar ١٦:٩", Options(ar="16:9")),
        ("fox --quality “high”", Options(quality="high")),
        ("fox --QUALITY HIGH", Options(quality="high")),
        ("fox -q high", Options(quality="high")),
        ("fox --format jpg --compression 0", Options(format="jpeg", compression=0)),
        ("fox --transparent", Options(background="transparent")),
        ("fox -n 3", Options(n=3)),
        ("fox -n4", Options(n=4)),
        ("fox --n=10", Options(n=10)),
        ("fox --model gpt-image-2", Options(model="gpt-image-2")),
        ("fox --private", Options(private=True)),
        ("fox -p", Options(private=True)),
        ("fox --private=no", Options()),
        ("fox --frames 9 --delay 200", Options(frames=9, delay=200)),
        ("fox --frame_count 9", Options(frames=9)),
        ("fox --n 2 --n 3", Options(n=3)),
        ("fox —ar 16:9", Options(ar="16:9")),
        ("fox –quality high", Options(quality="high")),
        ("fox －－ar＝16：9", Options(ar="16:9")),
        ("fox ーーar 16:9", Options(ar="16:9")),
        ("fox \u200f--ar 16:9", Options(ar="16:9")),
    ],
)
def test_an_option_is_read_however_it_is_typed(text: str, wanted: Options) -> None:
    prompt, read = said(text)
    assert read == wanted
    assert prompt.startswith("fox")
    assert "-" not in prompt


@pytest.mark.parametrize(
    "text",
    [
        "a cat — asleep",
        "a cat -- asleep",
        "a cat —asleep—",
        "a cat - asleep",
        "e-mail at -5 degrees",
        "well-size--shaped",
        "an arrow --> and --5",
        "a rule --- here",
        "---size",
        "-q in the snow",
        "-size matters",
        "-f and -s",
        'a sign that says "use --force" today',
        "「--size」と書かれた看板",
        "ー size",
    ],
)
def test_dashes_in_prose_are_words(text: str) -> None:
    assert said(text) == (text, Options())


def test_options_may_stand_anywhere_and_leave_no_hole() -> None:
    wanted = Options(ar="3:2", n=2, private=True)
    assert said("--ar 3:2 a red  fox --n 2 in snow --private") == ("a red  fox in snow", wanted)
    assert said("a fox\n--n 2\nin snow") == ("a fox\nin snow", Options(n=2))
    assert said("猫\u3000--n 2\u3000窓") == ("猫 窓", Options(n=2))


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ('"a red fox"', "a red fox"),
        ("“a red fox” --n 2", "a red fox"),
        ('"a red fox --n 2"', "a red fox"),
        ("'it''s'", "'it''s'"),
        ('"a" and "b"', '"a" and "b"'),
        ("「赤い狐」", "赤い狐"),
        ('""', '""'),
        ("/imagine a red fox", "a red fox"),
    ],
)
def test_quotes_around_the_whole_prompt_are_dropped(text: str, prompt: str) -> None:
    assert line.split(text).prompt == prompt


def test_a_lone_dash_pair_before_the_prompt_makes_the_rest_words() -> None:
    assert said('--n 2 -- "--size" matters -- much') == ('"--size" matters -- much', Options(n=2))
    assert said("— --size") == ("--size", Options())


@pytest.mark.parametrize(
    ("text", "prompt", "key", "near"),
    [
        ("fox --szie 1024x1024 in snow", "fox in snow", "refuse.unknown_near", "--size"),
        ("fox —qualty high", "fox", "refuse.unknown_near", "--quality"),
        ("fox --trasparent in snow", "fox in snow", "refuse.unknown_near", "--transparent"),
        ("fox --seed 42 in snow", "fox in snow", "refuse.unknown", None),
        ("fox --zoom in snow", "fox in snow", "refuse.unknown", None),
        ("fox --zoom=2 in snow", "fox in snow", "refuse.unknown", None),
        ("fox --猫", "fox", "refuse.unknown", None),
    ],
)
def test_an_unknown_option_is_named_with_the_nearest_one(
    text: str, prompt: str, key: str, near: str | None
) -> None:
    read = line.split(text)
    (misfit,) = read.misfits
    assert (read.prompt, read.options) == (prompt, Options())
    assert (misfit.text.key, misfit.text.values.get("near")) == (key, near)


@pytest.mark.parametrize(
    ("text", "key", "kept"),
    [
        ("fox --size big", "refuse.size_form", Options()),
        ("fox --size 0x100", "refuse.size_form", Options()),
        ("fox --ar wide", "refuse.ratio_form", Options()),
        ("fox --ar 0:1", "refuse.ratio_form", Options()),
        ("fox --n many", "refuse.number", Options()),
        ("fox --n 11", "refuse.number", Options(n=10)),
        ("fox --n 0", "refuse.number", Options(n=1)),
        ("fox --frames 1", "refuse.number", Options(frames=2)),
        ("fox --private=perhaps", "refuse.switch", Options()),
        ("fox --quality", "refuse.missing", Options()),
        ("fox --size", "refuse.missing", Options()),
        ("fox --quality --n 2", "refuse.missing", Options(n=2)),
        ("fox --model=", "refuse.missing", Options()),
        ("fox --size, in snow", "refuse.missing", Options()),
    ],
)
def test_a_bad_value_is_told_and_left_out_or_set_right(text: str, key: str, kept: Options) -> None:
    read = line.split(text)
    assert [misfit.text.key for misfit in read.misfits] == [key]
    assert read.options == kept


def test_a_flood_of_mistakes_is_told_in_a_few_lines() -> None:
    assert len(line.split(" ".join(f"--x{count}" for count in range(50))).misfits) == 5


@given(PROMPTS, OPTIONS)
def test_the_line_that_is_written_reads_back_the_same(prompt: str, wanted: Options) -> None:
    written = line.join(ImageRequest(prompt=prompt, options=wanted, prompts=(prompt,)))
    assert line.split(written) == line.Line(prompt=prompt, options=wanted)
    assert keywords.command(written.removeprefix("/imagine ")) is None


@given(PROMPTS, OPTIONS)
def test_the_line_survives_the_way_through_slack(prompt: str, wanted: Options) -> None:
    written = line.join(ImageRequest(prompt=prompt, options=wanted, prompts=(prompt,)))
    escaped = written.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    typed = escaped.removeprefix("/imagine ")  # Slack takes the command's name off
    assert line.split(clean(typed)) == line.Line(prompt=prompt, options=wanted)


def test_a_plain_prompt_is_written_plainly() -> None:
    request = ImageRequest(
        prompt="a fox", options=Options(ar="16:9", size="1536x864", n=2), prompts=("a fox",)
    )
    assert line.join(request) == "/imagine a fox --ar 16:9 --n 2"


@pytest.mark.parametrize(
    "prompt", ["help", "status", "ヘルプ", "help size", "/imagine fox", "-- fox", '"fox"']
)
def test_a_prompt_that_could_be_misread_is_written_after_a_lone_dash_pair(prompt: str) -> None:
    request = ImageRequest(prompt=prompt, options=Options(), prompts=(prompt,))
    assert line.join(request) == f"/imagine -- {prompt}"


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    line.split(text)
    line.split(plain(text))


@pytest.mark.parametrize(
    "piece",
    [
        "--a ",
        "—aa ",
        "--size ",
        "--n 9 ",
        "{",
        "{a,b}",
        "{}",
        "“a ",
        '"a ',
        "「",
        "<a",
        "-- ",
        " ",
        "x",
        "\u200f",
        "\n",
    ],
)
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    started = process_time()
    line.split(clean(text))
    assert process_time() - started < 1  # a quadratic reader needs ten and more
