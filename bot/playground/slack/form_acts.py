"""What people do with forms and the home tab, and what becomes of the bot's answer."""

from collections.abc import Mapping
from typing import Any

from bot.playground.slack import blocks as block_kit
from bot.playground.slack import forms, payloads
from bot.playground.slack.delivery import Ack, Kind
from bot.playground.slack.hearing import Hearing
from bot.playground.slack.state import Impossible, Json, User, View


class FormActs(Hearing):
    """Forms, on top of the way to the bot."""

    async def submit_view(self, user: str, view: View, values: Mapping[str, Any] | None = None) -> Ack:
        """Send a form; ``values`` by block id or action id. Raises ``Impossible`` as Slack's client would."""
        who = self._holder(user, view)
        filled = forms.state_values(view, values or {})
        forms.refuse_unsendable(view, filled)
        view.errors = {}
        view.body["state"] = {"values": filled}
        body = payloads.sent(self.team, who, view, trigger=self.new_trigger(who, view.id))
        ack = await self._deliver(Kind.INTERACTIVE, body)
        if ack.ok:
            self._answer_form(view, ack.payload or {})
        else:
            view.errors = {"": "We had some trouble connecting. Try again?"}
        self.touch()
        return ack

    async def change_view(
        self,
        user: str,
        view: View,
        action_id: str,
        value: Any = None,
        *,
        block_id: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> Ack:
        """Press or choose something in an open form; ``values`` is what else was filled in so far."""
        who = self._holder(user, view)
        element, block_id = forms.element_in(view.body["blocks"], action_id, block_id)
        given = dict(values or {})
        if element["type"] not in ("button", "overflow"):  # these choose nothing that stays
            given[block_id] = value  # several blocks may have elements of the same action_id
        view.body["state"] = {"values": forms.state_values(view, given)}
        body = payloads.changed(
            self.team,
            who,
            view,
            action=payloads.action(element, block_id, self.new_ts(), value),
            trigger=self.new_trigger(who, view.id),
        )
        return await self._deliver(Kind.INTERACTIVE, body)

    async def close_view(self, user: str, view: View, *, all_of_them: bool = False) -> Ack:
        """Close a form without sending it; ``all_of_them``: with those under it, by the cross."""
        who = self._holder(user, view)
        gone = [one for one in self.views.values() if one.root == view.root] if all_of_them else [view]
        for one in gone:
            del self.views[one.id]
        self.touch()
        ack = Ack(ok=True)
        for one in reversed(gone):
            if one.body.get("notify_on_close"):
                body = payloads.closed(self.team, who, one, all_of_them=all_of_them)
                ack = await self._deliver(Kind.INTERACTIVE, body)
        return ack

    def _answer_form(self, view: View, answer: Json) -> None:
        match answer.get("response_action"):
            case "errors":
                view.errors = dict(answer.get("errors", {}))
            case "update":
                self._redraw_form(view, answer.get("view"))
            case "push":
                self._push_form(view, answer.get("view"))
            case "clear":
                self._clear(view.root)
            case _:
                self.views.pop(view.id, None)
                if view.body.get("clear_on_close"):
                    self._clear(view.root)

    def _clear(self, root: str) -> None:
        self.views = {name: one for name, one in self.views.items() if one.root != root}

    def _redraw_form(self, view: View, body: Any) -> None:
        if faults := block_kit.view_faults(body, self.showable):
            self._note_bad_answer("view_submission", faults)
        else:
            view.errors = {}
            self.draw(view, body)

    def _push_form(self, under: View, body: Any) -> None:
        if faults := block_kit.view_faults(body, self.showable):
            self._note_bad_answer("view_submission", faults)
        else:
            self.open_view(under.user, body, under=under)

    def open_view(self, user: str, body: Json, under: View | None = None) -> View:
        """Put a form on a person's screen."""
        name = self.new_id("V")
        view = View(id=name, user=user, body=body, hash="", root=under.root if under else name)
        view.previous = under.id if under else ""
        self.views[name] = view
        self.draw(view, body)
        return view

    def _holder(self, user: str, view: View) -> User:
        who = self.user(user)
        shown = self.views.get(view.id) or self.homes.get(who.id)
        if shown is not view or view.user != who.id:
            raise Impossible(f"{who.name} has no such form open")
        return who
