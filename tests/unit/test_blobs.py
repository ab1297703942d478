"""New pictures in hand: given out once from memory, and never more of them than there is room for."""

import asyncio
import errno
import os
import stat
from pathlib import Path
from threading import Event

import pytest

from bot.jobs.blobs import ObjectBlobs
from bot.types import BlobKey

LARGE = bytes(5 << 20)
PNG = "image/png"


@pytest.fixture
def blobs(tmp_path: Path) -> ObjectBlobs:
    return ObjectBlobs(tmp_path.as_uri())


async def is_in_hand(blobs: ObjectBlobs, key: BlobKey, folder: Path) -> bool:
    """Whether it is given from memory, once it is gone from the disk."""
    (folder / key).unlink(missing_ok=True)
    try:
        await blobs.get(key)
    except FileNotFoundError:
        return False
    return True


async def test_a_new_picture_is_given_from_memory_once(blobs: ObjectBlobs, tmp_path: Path) -> None:
    key = await blobs.put(b"new", PNG)
    assert await is_in_hand(blobs, key, tmp_path)
    assert not await is_in_hand(blobs, key, tmp_path)


async def test_what_waits_longest_stays_in_hand(blobs: ObjectBlobs, tmp_path: Path) -> None:
    old, new = await blobs.put(LARGE, PNG), await blobs.put(LARGE, PNG)
    assert await is_in_hand(blobs, old, tmp_path)
    assert not await is_in_hand(blobs, new, tmp_path)


async def test_what_nobody_asks_for_makes_room(tmp_path: Path) -> None:
    now = [0.0]
    blobs = ObjectBlobs(tmp_path.as_uri(), clock=lambda: now[0])
    old = await blobs.put(LARGE, PNG)
    now[0] = 31.0
    new = await blobs.put(LARGE, PNG)
    assert not await is_in_hand(blobs, old, tmp_path)
    assert await is_in_hand(blobs, new, tmp_path)


async def test_room_is_there_again_when_a_picture_was_given_out(blobs: ObjectBlobs, tmp_path: Path) -> None:
    await blobs.get(await blobs.put(LARGE, PNG))
    key = await blobs.put(b"small", PNG)
    await blobs.get(await blobs.put(LARGE, PNG))
    assert await is_in_hand(blobs, key, tmp_path)


async def test_a_deleted_picture_is_in_no_hand(blobs: ObjectBlobs) -> None:
    key = await blobs.put(b"new", PNG)
    await blobs.delete([key])
    with pytest.raises(FileNotFoundError):
        await blobs.get(key)


async def test_a_picture_waits_until_there_is_room_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    blobs = ObjectBlobs(folder.as_uri(), pauses=[0.01] * 500)
    folder.rmdir()
    folder.write_bytes(b"in the way, as a full disk would be")
    putting = asyncio.create_task(blobs.put(LARGE, PNG))
    await asyncio.sleep(0.05)
    assert not putting.done()
    folder.unlink()
    folder.mkdir()
    assert await blobs.get(await putting) == LARGE


async def test_a_picture_is_read_when_its_place_is_there_again(tmp_path: Path) -> None:
    folder, away = tmp_path / "pictures", tmp_path / "away"
    blobs = ObjectBlobs(folder.as_uri(), pauses=[0.2] * 9)
    key = await blobs.put(LARGE, PNG)
    await blobs.get(key)  # from memory
    folder.rename(away)
    folder.write_bytes(b"in the way, as a store that restarts would be")
    reading = asyncio.create_task(blobs.get(key))  # awaited below, when its place is back
    await asyncio.sleep(0.02)
    assert not reading.done()
    folder.unlink()  # far from the next try, which would take what is missing as gone
    away.rename(folder)
    assert await reading == LARGE


async def test_who_asks_for_a_picture_that_is_gone_hears_so_at_once(tmp_path: Path) -> None:
    blobs = ObjectBlobs(tmp_path.as_uri(), pauses=[60.0] * 9)
    async with asyncio.timeout(30):
        with pytest.raises(FileNotFoundError):
            await blobs.get(BlobKey("ab/gone.png"))


async def test_a_picture_goes_into_a_file_byte_for_byte(tmp_path: Path) -> None:
    blobs = ObjectBlobs(f"file://{tmp_path / 'blobs'}")
    data = bytes(range(256)) * 12_345
    key = await blobs.put(data, "image/png")
    await blobs.save(key, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == data
    await blobs.delete([key])
    with pytest.raises(FileNotFoundError):
        await blobs.save(key, tmp_path / "file")


# -- a folder, on the disk


def files(folder: Path) -> list[str]:
    """The names of all files in it."""
    return [path.name for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [1, 4095, 4096, 4097, 1 << 20, (1 << 20) + 1, 3_000_000])
async def test_a_folder_has_pictures_of_any_size_as_they_are(tmp_path: Path, size: int) -> None:
    data = (bytes(range(251)) * (size // 251 + 1))[:size]
    blobs = ObjectBlobs(tmp_path.as_uri())
    keys = [await blobs.put(data, PNG), await blobs.put(data[::-1], PNG)]
    assert [(tmp_path / key).read_bytes() for key in keys] == [data, data[::-1]]


@pytest.mark.skipif(not hasattr(os, "O_DIRECT"), reason="this system has no way past its cache")
async def test_a_file_system_without_a_way_past_its_cache_has_them_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def refuse(path: Path, flags: int, *more: int) -> int:
        if flags & os.O_DIRECT:
            raise OSError(errno.EINVAL, "Invalid argument")
        return opened(path, flags, *more)

    monkeypatch.setattr(os, "open", refuse)
    key = await ObjectBlobs(tmp_path.as_uri()).put(LARGE, PNG)
    assert (tmp_path / key).read_bytes() == LARGE


async def test_a_file_system_that_syncs_no_folders_has_them_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def refuse(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)
    key = await ObjectBlobs(tmp_path.as_uri()).put(LARGE, PNG)
    assert (tmp_path / key).read_bytes() == LARGE


async def test_a_disk_that_fills_up_keeps_nothing_of_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "write", lambda _to, data: len(data) - 512)
    with pytest.raises(OSError, match="No space"):
        await ObjectBlobs(tmp_path.as_uri()).put(LARGE, PNG)
    assert files(tmp_path) == []


async def test_a_picture_is_on_the_disk_before_it_has_its_name_and_its_name_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[list[str]] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        sync(descriptor)
        synced.append(files(tmp_path))

    monkeypatch.setattr(os, "fsync", watched)
    key = await ObjectBlobs(tmp_path.as_uri()).put(LARGE, PNG)
    name = key.rpartition("/")[2]
    (before,), *after = synced
    assert before.startswith(f"{name}#")
    assert after == [[name]] * 3  # its folder's names, and those of the folders above that are new too


async def test_a_picture_that_is_swept_while_it_is_written_is_not_said_to_be_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def swept(descriptor: int) -> None:
        sync(descriptor)
        for path in tmp_path.rglob("*#*"):
            path.unlink()

    monkeypatch.setattr(os, "fsync", swept)
    with pytest.raises(OSError, match="taken away"):
        await ObjectBlobs(tmp_path.as_uri()).put(LARGE, PNG)


def settled(folder: Path) -> list[str]:
    """The names once nothing is half written any more."""
    pause = Event()
    for _ in range(3000):
        if not any("#" in name for name in files(folder)):
            break
        pause.wait(0.01)
    return files(folder)


async def test_a_try_that_hung_takes_nothing_from_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung, failed, first = Event(), Event(), os.fsync

    def hang(descriptor: int) -> None:
        if hung.is_set():
            first(descriptor)
            return
        hung.set()
        failed.wait(30)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", hang)
    blobs = ObjectBlobs(tmp_path.as_uri(), pauses=[0.0], seconds=0.2)
    key = await blobs.put(LARGE, PNG)
    failed.set()
    assert await asyncio.to_thread(settled, tmp_path) == [key.rpartition("/")[2]]
    assert (tmp_path / key).read_bytes() == LARGE
