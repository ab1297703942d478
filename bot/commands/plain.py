"""Plain words to the bot: a prompt, unless they are help, status, small talk or a question; pure."""

from dataclasses import replace

from bot.commands import help_, keywords, line, order, smalltalk
from bot.commands.keywords import Talk
from bot.commands.plan import Ask, Newest, Paint, Plan, Say, ShowStatus
from bot.providers import Menu
from bot.types import Action, Button, JobId, Note, Text

_QUOTES = tuple("\"'“”„«「『‘")


def words(text: str, menu: Menu) -> Plan:
    """What to do about words that are surely meant for the bot."""
    talk = keywords.talk(text)
    if said := answer(talk, text, menu) or of_newest(text):
        return said
    plan = ordered(line.split(text), text, menu)
    if talk is None or isinstance(plan, Say):
        return plan
    return Ask(request=plan.request, note=_not_an_answer(plan.note if isinstance(plan, Ask) else None, text))


def answer(talk: Talk | None, text: str, menu: Menu) -> Plan | None:
    """What is said to words that are surely no prompt."""
    if talk is None:
        return _help_with(text, menu)
    match talk:
        case Talk.HELP:
            name = keywords.option_asked(text)
            return Say(note=help_.about(name, menu) if name else help_.full(menu))
        case Talk.STATUS:
            return ShowStatus()
        case Talk.FORGET:
            button = Button(action=Action.FORGET, job=JobId("me"))
            return Say(note=Note(text=Text(key="say.forget_me"), buttons=(button,)))
        case Talk.SETTINGS:
            return Say(note=Note(text=Text(key="say.settings"), lines=help_.basics()))
        case Talk.HELLO | Talk.THANKS:
            said = Text(key="greeting.hello" if talk is Talk.HELLO else "greeting.thanks")
            return Say(note=Note(text=said, lines=(Text(key="help.usage"), Text(key="help.more"))))
        case Talk.ABOUT:
            return Say(note=help_.full(menu))
        case Talk.BUTTON:
            return Say(note=Note(text=Text(key="say.buttons")))
        case Talk.QUESTION:
            return None


def _help_with(text: str, menu: Menu) -> Say | None:
    """Help with a model's name or options behind it, which nobody wants painted."""
    if not keywords.begins_with_help(text):
        return None
    word, *rest = text.split(maxsplit=1)
    said = line.split(text)
    if said.prompt in (word, ""):
        return Say(note=help_.full(menu, menu.find(said.options.model)))
    offer = menu.find(rest[0].strip()) if rest else None
    return Say(note=help_.full(menu, offer)) if offer else None


def of_newest(text: str) -> Newest | None:
    """Undo and Again, where no picture is near; in quotes they are words to be painted."""
    if text.startswith(_QUOTES):
        return None
    if smalltalk.undo(text):
        return Newest(action=Action.UNDO)
    return Newest(action=Action.AGAIN) if smalltalk.again(text) else None


def ordered(said: line.Line, quote: str, menu: Menu) -> Paint | Ask | Say:
    """A line of words and options as a request, or what is wrong with it."""
    if not said.prompt:
        rest = tuple(misfit.text for misfit in said.misfits)
        return Say(note=Note(text=Text(key="refuse.no_prompt"), lines=rest, quote=quote))
    return order.decide(order.weigh(said.prompt, said.options, menu), said.misfits, quote)


def _not_an_answer(note: Note | None, text: str) -> Note:
    """A question is not painted before its asker says so; what else there was to ask stays."""
    said = Text(key="greeting.question")
    if note is None:
        return Note(text=said, lines=help_.basics(), buttons=(order.RUN, order.EDIT), quote=text)
    return replace(note, text=said, lines=(*help_.basics(), note.text, *note.lines))
