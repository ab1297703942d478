"""New pictures in hand: given out once from memory, and never more of them than there is room for."""

import asyncio
from pathlib import Path

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
