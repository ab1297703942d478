"""What opens a form or answers in private: triggers and response_urls, with their uses and their end."""

import secrets
from typing import Any

from bot.playground.slack.state import Channel, Message, Refused, ReplyUrl, Trigger, User
from bot.playground.slack.world import World

TRIGGER_SECONDS = 3
REPLY_SECONDS = 30 * 60
REPLY_USES = 5


class Passes(World):
    """Every pass that was given out."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.triggers: dict[str, Trigger] = {}
        self.reply_urls: dict[str, ReplyUrl] = {}

    def new_trigger(self, user: User, view: str = "") -> str:
        name = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[name] = Trigger(user=user.id, expires=self.now() + TRIGGER_SECONDS, view=view)
        return name

    def exchange(self, name: str) -> Trigger:
        """Use a trigger up. Raises ``Refused``."""
        trigger = self.triggers.get(name)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self.now() > trigger.expires:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_reply_url(self, user: User, channel: Channel, original: Message | None = None) -> str:
        name = secrets.token_hex(12)
        self.reply_urls[name] = ReplyUrl(
            user=user.id, channel=channel.id, expires=self.now() + REPLY_SECONDS, original=original
        )
        return f"{self.base_url}/response/{self.team.id}/{name}"

    def take_reply_url(self, name: str) -> ReplyUrl:
        """Count one use of a response_url. Raises ``Refused``."""
        reply = self.reply_urls.get(name)
        if reply is None:
            raise Refused("invalid_url")
        if self.now() > reply.expires:
            raise Refused("expired_url")
        if reply.uses >= REPLY_USES:
            raise Refused("used_url")
        reply.uses += 1
        return reply
