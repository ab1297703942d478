"""Somebody asks the bot: menus, incoming things and hypothesis strategies that several tests use."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.commands import options, text_in, understand
from bot.commands.plan import Ask, Paint, Plan, Say
from bot.providers import Menu, Offer, Service
from bot.providers.catalogue import card_for
from bot.text import phrases, say
from bot.types import (
    Command,
    ImageRequest,
    Incoming,
    Options,
    Person,
    Place,
    PlaceKind,
    Platform,
    Said,
    Text,
    Whisper,
    Words,
)

ANN = Person(workspace="T1", id="U1")
GENERAL = Place(platform=Platform.SLACK, workspace="T1", channel="C1", kind=PlaceKind.CHANNEL)


def offer(model: str, service: Service = Service.OPENAI) -> Offer:
    return Offer(name=model, card=card_for(model, service), service=service)


MENU = Menu(
    offers=tuple(
        map(offer, ("gpt-image-2.6-sunburst", "gpt-image-2", "gpt-image-1.5", "dall-e-3", "dall-e-2"))
    )
)


def incoming(said: Said) -> Incoming:
    whisper = Whisper(person=ANN, place=GENERAL)
    return Incoming(key="k", said=said, whisper=whisper, at=datetime(2026, 11, 21, tzinfo=UTC))


def command(text: str, menu: Menu = MENU) -> Plan:
    return understand(incoming(Command(text=text)), menu)


def words(text: str, menu: Menu = MENU) -> Plan:
    return understand(incoming(Words(text=text)), menu)


def painted(text: str) -> ImageRequest:
    """The request of a command that nobody has to be asked about."""
    plan = command(text)
    assert isinstance(plan, Paint), told(plan)
    return plan.request


def asked(text: str) -> Ask:
    plan = command(text)
    assert isinstance(plan, Ask), plan
    return plan


def told(plan: Plan, locale: str = "en") -> str:
    """Everything the plan's note says."""
    assert isinstance(plan, Ask | Say), plan
    return "\n".join(say(text, locale) for text in (plan.note.text, *plan.note.lines))


def speaks(text: Text) -> bool:
    """Whether both languages have the sentence and everything that its blanks need."""
    return all(text.key in phrases(tongue) and say(text, tongue) for tongue in ("en", "ja"))


_TRICKY = (
    *(
        "fox",
        "--",
        "--size",
        "--ar",
        "16:9",
        "-n",
        "3",
        "-p",
        '"a',
        'b"',
        "“hello”",
        "'x'",
        "—",
        "–ar",
        "—quality",
    ),
    *(
        "{red,blue}",
        "\\{",
        "{",
        "}",
        ",",
        "/imagine",
        "help",
        "status",
        "--foo",
        "--size=1x1",
        "1024x1024",
        "=",
    ),
    *(
        "--private",
        "--n",
        "--transparent",
        "「猫」",
        "﹣",
        "－－ar",
        "ーー",
        "＝",
        "<@U1>",
        "&amp;",
        "猫",
        "é",
        "🦊",
    ),
    *("\n", "\u200f", "\u3000", "", "?", ":"),
)
PROMPTS = (
    st.one_of(
        st.text(min_size=1, max_size=80),
        st.lists(
            st.sampled_from(_TRICKY),
            min_size=1,
            max_size=8,
        ).map(" ".join),
    )
    .map(text_in.plain)
    .filter(bool)
)


def _maybe(values: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | values


def _known(name: str) -> st.SearchStrategy[str | None]:
    return _maybe(st.sampled_from(sorted(options.BY_NAME[name].known)))


_SIDES = st.integers(1, 9999)
_NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,20}[A-Za-z0-9]", fullmatch=True)

OPTIONS = st.builds(
    Options,
    size=_maybe(st.sampled_from(["auto", "square"]) | st.builds("{}x{}".format, _SIDES, _SIDES)),
    ar=st.none(),
    quality=_known("quality"),
    format=_known("format"),
    compression=st.none() | st.integers(0, 100),
    background=_known("background"),
    moderation=_known("moderation"),
    n=st.integers(1, 10),
    model=_maybe(_NAMES),
    complexity=_known("complexity"),
    frames=st.none() | st.integers(2, 16),
    delay=st.none() | st.integers(10, 655_350),
    private=st.booleans(),
) | st.builds(Options, ar=st.builds("{}:{}".format, _SIDES, _SIDES), n=st.integers(1, 10))
