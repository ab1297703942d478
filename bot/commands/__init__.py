"""What people may ask, decided without touching anything: ``understand`` turns what they did into a plan."""

from dataclasses import replace
from typing import assert_never

from bot.commands import form, help_, keywords, line, order, text_in
from bot.commands.keywords import Talk
from bot.commands.plan import Ask, FormFaults, Nothing, Paint, Plan, Press, Say, ShowForm, ShowStatus
from bot.providers import Menu
from bot.types import (
    Command,
    FormChanged,
    FormSent,
    FormWanted,
    Incoming,
    Note,
    Options,
    Pointed,
    Pressed,
    Reacted,
    Rewritten,
    Text,
    Withdrawn,
    Words,
)


def understand(incoming: Incoming, menu: Menu, draft_prompt: str = "") -> Plan:
    """What to do about one thing a person did. Never raises, whatever they typed.

    ``draft_prompt`` is the whole prompt of the draft that a form belongs to; of a form sent with a text file,
    the caller has put the file's text in place of the prompt's field.
    """
    match incoming.said:
        case Command(text=text):
            return _command(text_in.clean(text), menu)
        case Words(text=text):
            return _words(text_in.clean(text), menu)
        case Pressed() as pressed:
            return Press(pressed=pressed)
        case FormWanted():
            return ShowForm(form=form.build(menu, Options(), ""))
        case FormChanged() as changed:
            return _redrawn(changed, menu, draft_prompt)
        case FormSent() as sent:
            return _form(sent, menu, "" if sent.text_file else draft_prompt)
        case Rewritten() | Withdrawn() | Reacted() | Pointed():
            return Nothing()
        case other:
            assert_never(other)


def _command(text: str, menu: Menu) -> Plan:
    if answer := _answer(keywords.command(text), text, menu):
        return answer
    said = line.split(text)
    if not said.prompt and not said.misfits:
        return ShowForm(form=form.build(menu, form.still_fitting(said.options, menu), ""))
    return _ordered(said, f"/imagine {text}", menu)


def _words(text: str, menu: Menu) -> Plan:
    talk = keywords.talk(text)
    if answer := _answer(talk, text, menu):
        return answer
    plan = _ordered(line.split(text), text, menu)
    if talk is None or isinstance(plan, Say):
        return plan
    return Ask(request=plan.request, note=_not_an_answer(plan.note if isinstance(plan, Ask) else None, text))


def _answer(talk: Talk | None, text: str, menu: Menu) -> Plan | None:
    """What is said to words that are surely no prompt."""
    match talk:
        case Talk.HELP:
            name = keywords.option_asked(text)
            return Say(note=help_.about(name, menu) if name else help_.full(menu))
        case Talk.STATUS:
            return ShowStatus()
        case Talk.CHAT:
            return Say(note=help_.full(menu, Text(key="greeting.hello")))
        case Talk.QUESTION | None:
            return None


def _not_an_answer(note: Note | None, text: str) -> Note:
    """A question is not painted before its asker says so; what else there was to ask stays."""
    words = Text(key="greeting.question")
    if note is None:
        return Note(text=words, lines=help_.basics(), buttons=(order.RUN, order.EDIT), quote=text)
    return replace(note, text=words, lines=(*help_.basics(), note.text, *note.lines))


def _ordered(said: line.Line, quote: str, menu: Menu) -> Paint | Ask | Say:
    if not said.prompt:
        rest = tuple(misfit.text for misfit in said.misfits)
        return Say(note=Note(text=Text(key="refuse.no_prompt"), lines=rest, quote=quote))
    return order.decide(order.weigh(said.prompt, said.options, menu), said.misfits, quote)


def _redrawn(changed: FormChanged, menu: Menu, draft_prompt: str) -> ShowForm:
    said, _ = form.answers(changed.fields, menu)
    prompt = form.prompt_of(changed.fields, draft_prompt)
    fitting = form.still_fitting(said, menu)
    return ShowForm(form=form.build(menu, fitting, prompt, draft=changed.draft), view=changed.view)


def _form(sent: FormSent, menu: Menu, draft_prompt: str) -> Plan:
    prompt = form.prompt_of(sent.fields, draft_prompt)
    if not prompt:
        return FormFaults(faults={"prompt": Text(key="form.no_prompt")})
    said, misfits = form.answers(sent.fields, menu)
    weighed = order.weigh(prompt, said, menu)
    faults = {misfit.option: misfit.text for misfit in (*weighed.misfits, *misfits)}
    if weighed.hopeless:
        faults["prompt"] = weighed.hopeless
    return FormFaults(faults=faults) if faults else order.decide(weighed, (), prompt)
