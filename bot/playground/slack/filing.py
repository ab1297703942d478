"""The workspace's files: who may know of which, what Slack says of one, and the bytes people bring."""

from pathlib import Path

from bot.playground.slack import blocks as block_kit
from bot.playground.slack import media
from bot.playground.slack.passes import Passes
from bot.playground.slack.state import SHOWABLE, Channel, ChannelKind, File, Json, Keeping, Message, Refused

_EXTERNAL = "https://docs.example.com/d/"
_TEXT = "text/plain"
_HEIC = "image/heic"


class Filing(Passes):
    """Files, on top of people and conversations."""

    heic_has_thumbnails = True
    """Whether Slack makes smaller copies of an iPhone's photos; nobody says."""

    def file(self, name: str) -> File:
        """A file that the bot may know of. Raises ``Refused``."""
        file = self.files.get(name)
        if file is None or not self._bot_sees(file):
            raise Refused("file_not_found")
        if file.deleted:
            raise Refused("file_deleted")
        return file

    def _bot_sees(self, file: File) -> bool:
        places = [self.channels[channel] for channel in file.shares]
        shared = any(self.team.bot_user in channel.members for channel in places)
        # A file given in a form belongs to the person and is in no channel; the app may read it.
        return file.owner == self.team.bot_user or shared or not places

    def processed(self, file: File) -> bool:
        """Whether Slack has finished with an upload; it is asynchronous there."""
        return file.completed_at is not None and self.now() >= file.completed_at + self.file_delay

    def showable(self, wanted: Json) -> bool:
        """Whether an image block may hold that file now."""
        file = self.named_file(wanted)
        if file is None or file.deleted or self.slack_file_refused_for_good or not self._bot_sees(file):
            return False
        return self.processed(file) and file.media_type in SHOWABLE

    def named_file(self, wanted: Json) -> File | None:
        """The file that a ``slack_file`` object means."""
        if "id" in wanted:
            return self.files.get(str(wanted["id"]))
        url = str(wanted.get("url", ""))
        return next((file for file in self.files.values() if url in self.urls(file).values()), None)

    def urls(self, file: File) -> dict[str, str]:
        place = f"{self.base_url}/files/{self.team.id}-{file.id}"
        return {
            "url_private": f"{place}/{file.name}",
            "url_private_download": f"{place}/download/{file.name}",
            "permalink": f"{self.base_url}/archive/{file.id}",
        }

    # -- what people bring -------------------------------------------------------------------------

    def person_uploads(
        self, user: str, name: str, data: bytes, *, keeping: Keeping = Keeping.HOSTED, media_type: str = ""
    ) -> File:
        """A file as a person gives it, shown nowhere yet. Writes to disk: call it in a thread for large ones.

        ``media_type``: what Slack takes it for, where that is not what its bytes say.
        """
        file_id = self.new_id("F")
        path = self.folder / file_id
        path.write_bytes(data)
        width, height = media.size(path)
        file = File(
            id=file_id,
            name=Path(name).name,
            owner=self.user(user).id,
            path=path,
            length=len(data),
            title=name,
            media_type=media_type or media.media_type_of(data[:512]),
            uploaded=True,
            completed_at=self.now() - self.file_delay,
            keeping=keeping,
            width=width,
            height=height,
        )
        self.files[file_id] = file
        return file

    def share(self, file: File, channel: Channel, message: Message) -> None:
        """Note that a message in a channel holds a file."""
        file.shown = True
        share = {"ts": message.ts} | ({"thread_ts": message.thread_ts} if message.thread_ts else {})
        file.shares.setdefault(channel.id, []).append(share)

    # -- what Slack says of a file -----------------------------------------------------------------

    def file_payload(self, file: File) -> Json:
        """The file object; half empty until Slack has processed the upload."""
        if withheld := _withheld(file):
            return withheld
        ready = self.processed(file)
        filetype, pretty = media.names(file.media_type) if ready else ("", "")
        at = int(file.completed_at or self.now())
        return {
            "id": file.id,
            "created": at,
            "timestamp": at,
            "name": file.name,
            "title": file.title or file.name,
            "mimetype": file.media_type if ready else "",
            "filetype": filetype,
            "pretty_type": pretty,
            "user": file.owner,
            "user_team": self.team.id,
            "editable": file.media_type == _TEXT,
            "size": file.length,
            "mode": "snippet" if file.media_type == _TEXT else "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": self._is_public(file),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "alt_txt": file.alt_txt,
            **self._shares(file, ready=ready),
            **self.urls(file),
            **(self._looks(file) if ready else {}),
            "has_rich_preview": False,
            "file_access": "visible",
        } | (_elsewhere(file) if file.keeping is Keeping.EXTERNAL else {})

    def file_in_event(self, file: File) -> Json:
        """The same where an event names it: of another organisation's file there is only a stub."""
        if file.keeping is not Keeping.STUB or file.deleted:
            return self.file_payload(file)
        stub = {
            "mode": "file_access",
            "file_access": "check_file_info",
            "created": 0,
            "timestamp": 0,
            "user": "",
        }
        return {"id": file.id} | stub

    def _is_public(self, file: File) -> bool:
        return any(self.channels[channel].kind is ChannelKind.PUBLIC for channel in file.shares)

    def _shares(self, file: File, *, ready: bool) -> Json:
        if not ready:
            return {"shares": {}, "channels": [], "groups": [], "ims": []}
        kinds = {
            kind: [one for one in file.shares if self.channels[one].kind is kind] for kind in ChannelKind
        }
        public = {one: file.shares[one] for one in kinds[ChannelKind.PUBLIC]}
        private = {one: shares for one, shares in file.shares.items() if one not in public}
        return {
            "shares": {name: found for name, found in (("public", public), ("private", private)) if found},
            "channels": kinds[ChannelKind.PUBLIC],
            "groups": kinds[ChannelKind.PRIVATE],
            "ims": kinds[ChannelKind.DM],
        }

    def _looks(self, file: File) -> Json:
        """Original size and thumbnails, of what Slack can open."""
        if not file.width or (file.media_type == _HEIC and not self.heic_has_thumbnails):
            return {}
        looks: Json = {"original_w": file.width, "original_h": file.height, "image_exif_rotation": 1}
        for side in media.sides(file.width, file.height):
            looks[f"thumb_{side}"] = f"{self.base_url}/files-tmb/{self.team.id}-{file.id}/{side}.png"
            if side > media.SQUARE:
                looks[f"thumb_{side}_w"], looks[f"thumb_{side}_h"] = media.fitted(
                    file.width, file.height, side
                )
        return looks

    # -- what messages show ------------------------------------------------------------------------

    def add(self, channel: Channel, message: Message) -> Message:
        shown = super().add(channel, message)
        self._mark_shown(message)
        return shown

    def redraw(self, message: Message, *, text: str | None, blocks: list[Json] | None) -> None:
        super().redraw(message, text=text, blocks=blocks)
        self._mark_shown(message)

    def _mark_shown(self, message: Message) -> None:
        if message.seen_by:
            return
        for wanted in block_kit.files_in(message.blocks):
            if file := self.named_file(wanted):
                file.shown = True


def _withheld(file: File) -> Json | None:
    """The little that is said of a file nobody gets any more."""
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    if file.keeping is Keeping.HIDDEN:
        return {"id": file.id, "mode": "hidden_by_limit", "date_deleted": 0}
    if file.keeping is Keeping.DENIED:
        denied = {"mode": "file_access", "file_access": "access_denied", "created": 0, "user": ""}
        return {"id": file.id} | denied
    return None


def _elsewhere(file: File) -> Json:
    """What is different where Slack holds no bytes but an address."""
    address = f"{_EXTERNAL}{file.id}"
    return {
        "mode": "external",
        "is_external": True,
        "external_type": "gdrive",
        "external_id": file.id,
        "external_url": address,
        "url_private": address,
    }
