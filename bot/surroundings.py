"""Where something was said: the thread, the picture and the people around it, as the ledger knows them."""

from dataclasses import replace

from bot.commands import drafts
from bot.commands.plan import Descent
from bot.commands.reply import Thread
from bot.commands.rework import Under
from bot.jobs import Ledger, pictures_of
from bot.types import Incoming, Job, JobState, MessageId, Person, Place, PlaceKind, Role, Version, Words


class Surroundings:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def thread(self, incoming: Incoming) -> Thread:
        """What is known of the place where somebody wrote plain words."""
        place = incoming.place
        dm = place.kind is PlaceKind.DM
        if place.thread is None:
            return Thread(dm=dm)
        alone = isinstance(incoming.said, Words) and incoming.said.alone
        versions = await self._ledger.thread(place) or (await self._carried(place) if alone else ())
        unfinished = frozenset[Person]() if versions else await self._ledger.unfinished(place)
        # Chats of Teams have no threads: there it is a message that is quoted, of which we may know nothing.
        inside = not alone or place.kind is not PlaceKind.CHANNEL
        return Thread(versions=versions, unfinished=unfinished, inside=inside, dm=dm)

    async def _carried(self, place: Place) -> tuple[Version, ...]:
        """Where pictures travel in messages of their own, who quotes one means the result it belongs to."""
        if place.thread is None or place.kind is PlaceKind.CHANNEL:
            return ()
        job = await self._ledger.at_message(place.workspace, place.channel, place.thread)
        result = await self._ledger.message(job.id, Role.RESULT) if job else None
        return await self._ledger.thread(replace(place, thread=result.id)) if result else ()

    async def under(self, job: Job, person: Person, place: Place, choice: int) -> Under:
        """A result with the thread that it stands in."""
        thread = await self.own_thread(job, person, place)
        made = await self._ledger.painted(job.id)
        pictures = pictures_of(made.values())
        versions = await self._ledger.thread(thread)
        return Under(shown=Version(job=job, pictures=pictures), choice=choice, versions=versions)

    async def newest(self, person: Person, place: Place) -> tuple[Job, Place] | None:
        """A person's newest result in a channel or conversation, and the thread that it stands in."""
        for job, at in await self._ledger.latest(person, 1, place.channel):
            return job, replace(place, thread=at.thread or at.id)
        return None

    async def own_thread(self, job: Job, person: Person, place: Place) -> Place:
        """The thread where a person's replies to a result go; a private one's is its requester's alone."""
        private, own = job.request.options.private, job.by == person
        message = await self._ledger.message(job.id, Role.OPEN if private and not own else Role.RESULT)
        if message is None:
            return place
        kind = PlaceKind.DM if private and own else place.kind
        return replace(place, channel=message.channel, kind=kind, thread=message.thread or message.id)

    async def place(self, incoming: Incoming, descent: Descent) -> Place:
        """Where the answer goes: under the picture it goes on from, or under the words that ask for it."""
        said, place = incoming.said, incoming.place
        if about := drafts.about(said):
            draft = await self._ledger.get(about)
            if draft and draft.state is JobState.HELD:
                return draft.place
            return await self.own_thread(draft, incoming.person, place) if draft else place
        if isinstance(said, Words) and place.kind is not PlaceKind.DM:
            return replace(place, thread=place.thread or said.message)
        return place

    async def is_hidden(self, job: Job, incoming: Incoming, message: MessageId | None = None) -> bool:
        """A private job is its requester's alone, but for the copy they shared; ``message``: only there."""
        if not job.request.options.private or job.by == incoming.person:
            return False
        shared = await self._ledger.message(job.id, Role.OPEN)
        return shared is None or (message is not None and shared.id != message)
