"""What people may ask, decided without touching anything: ``understand`` turns what they did into a plan."""

from typing import assert_never

from bot.commands import form, keywords, line, order, plain, reply, text_in
from bot.commands.plan import FormFaults, Nothing, Plan, Press, ShowForm
from bot.commands.reply import NO_THREAD, Thread
from bot.providers import Menu
from bot.types import (
    Brushed,
    Command,
    FormChanged,
    FormSent,
    FormWanted,
    Incoming,
    Options,
    Pointed,
    Pressed,
    Reacted,
    Rewritten,
    Text,
    Withdrawn,
    Words,
)


def understand(incoming: Incoming, menu: Menu, draft_prompt: str = "", thread: Thread = NO_THREAD) -> Plan:
    """What to do about one thing a person did. Never raises, whatever they typed.

    ``thread`` is what the ledger knows of the place where somebody wrote plain words.

    ``draft_prompt`` is the whole prompt of the draft that a form belongs to; of a form sent with a text file,
    the caller has put the file's text in place of the prompt's field.
    """
    match incoming.said:
        case Command(text=text):
            return _command(text_in.clean(text), menu)
        case Words(text=text) as words:
            return reply.understand(words, text_in.clean(text), thread, incoming.person, menu)
        case Pressed() as pressed:
            return Press(pressed=pressed)
        case FormWanted():
            return ShowForm(form=form.build(menu, Options(), ""))
        case FormChanged() as changed:
            return _redrawn(changed, menu, draft_prompt)
        case FormSent() as sent:
            return _form(sent, menu, "" if sent.text_file else draft_prompt)
        case Rewritten() | Withdrawn() | Reacted() | Pointed() | Brushed():
            return Nothing()
        case other:
            assert_never(other)


def _command(text: str, menu: Menu) -> Plan:
    if said := plain.answer(keywords.command(text), text, menu) or plain.of_newest(text):
        return said
    typed = line.split(text)
    if not typed.prompt and not typed.misfits:
        return ShowForm(form=form.build(menu, form.still_fitting(typed.options, menu), ""))
    return plain.ordered(typed, f"/imagine {text}", menu)


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
