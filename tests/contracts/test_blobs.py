"""What every blob store has to keep of its door: a folder, and S3 with what may go wrong there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import ConfigError, StoreError
from bot.jobs import proof
from bot.jobs.blobs import ObjectBlobs
from bot.types import BlobKey, JobId
from tests.wire.s3_server import BUCKET, Bucket, Trouble, serving

JOB, OTHER = JobId("k3f9aaaaaaaaaaaa"), JobId("k3f9bbbbbbbbbbbb")
DATA = bytes(range(256)) * 25_000
"""More than a part of an upload in parts, and less than what is kept in memory."""
PAUSES = [0.01] * 9
PNG = "image/png"


@pytest.fixture
async def bucket(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bucket]:
    async with serving() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture(params=["folder", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each kind."""
    if request.param == "folder":
        return tmp_path.as_uri()
    request.getfixturevalue("bucket")
    return f"s3://{BUCKET}/of/ours"


async def test_what_is_kept_comes_back_until_it_is_deleted(url: str, tmp_path: Path) -> None:
    store, another = ObjectBlobs(url), ObjectBlobs(url)
    key, his = await store.put(DATA, PNG, JOB), await store.put(b"his", PNG, OTHER)
    assert await store.of(JOB) == [key]
    assert await store.get(key) == await another.get(key) == DATA
    await another.save(key, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == DATA
    for _ in range(2):
        await store.delete([key])
    with pytest.raises(FileNotFoundError):
        await another.get(key)
    with pytest.raises(FileNotFoundError):
        await another.save(key, tmp_path / "file")
    assert (await store.of(JOB), await store.of(OTHER)) == ([], [his])
    await store.ping()


async def test_other_bytes_than_were_kept_are_never_given_out(tmp_path: Path) -> None:
    store = ObjectBlobs(tmp_path.as_uri(), PAUSES[:1])
    key = await store.put(DATA, PNG)
    file = tmp_path / key
    await store.get(key)  # from memory
    for spoilt in (DATA[:-1], bytes(len(DATA)), b""):
        file.write_bytes(spoilt)
        with pytest.raises(StoreError):
            await store.get(key)
        with pytest.raises(StoreError):
            await store.save(key, tmp_path / "copy")
    file.write_bytes(DATA)
    assert await store.get(key) == DATA


async def test_what_a_death_left_half_written_goes_with_its_job(tmp_path: Path) -> None:
    store = ObjectBlobs(tmp_path.as_uri())
    key = await store.put(DATA, PNG, JOB)
    begun = tmp_path / f"{key.rpartition('/')[0]}/abc-12345678.png#1"
    begun.write_bytes(DATA[:100])
    found = await store.of(JOB)
    assert len(found) == 2
    await store.delete(found)
    assert await store.of(JOB) == []


async def test_what_an_earlier_release_kept_is_given_out_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "abcdef0123456789.png").write_bytes(DATA)
    assert await ObjectBlobs(tmp_path.as_uri()).get(BlobKey("ab/abcdef0123456789.png")) == DATA


_BEFORE = (Trouble.SLOW_DOWN, Trouble.RESET, Trouble.LOST_REPLY, Trouble.PAGE)
_READING = (*_BEFORE, Trouble.BROKEN, Trouble.SHORT, Trouble.OTHER)


@pytest.mark.parametrize("trouble", _BEFORE)
async def test_s3_failing_once_keeps_a_picture_once(bucket: Bucket, trouble: Trouble) -> None:
    store = ObjectBlobs(f"s3://{BUCKET}", PAUSES)
    bucket.on("PUT", trouble)
    key = await store.put(DATA, PNG, JOB)
    assert bucket.objects == {key: DATA}
    assert [method for method, _ in bucket.calls] == ["PUT", "PUT"]
    bucket.on("POST", trouble)
    await store.delete([key])
    assert bucket.objects == {}


@pytest.mark.parametrize("trouble", _READING)
async def test_s3_failing_once_gives_a_picture_whole(
    bucket: Bucket, trouble: Trouble, tmp_path: Path
) -> None:
    store, reader = ObjectBlobs(f"s3://{BUCKET}"), ObjectBlobs(f"s3://{BUCKET}", PAUSES)
    key = await store.put(DATA, PNG, JOB)
    bucket.on("GET", trouble)
    assert await reader.get(key) == DATA
    bucket.on("GET", trouble)
    await reader.save(key, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == DATA


async def test_an_s3_that_hangs_is_asked_anew(bucket: Bucket) -> None:
    store = ObjectBlobs(f"s3://{BUCKET}", PAUSES, seconds=0.5)
    bucket.on("PUT", Trouble.SLOW, value=30)
    key = await store.put(DATA, PNG)
    await store.get(key)  # from memory
    bucket.on("GET", Trouble.SLOW, value=30)
    assert await store.get(key) == DATA


async def test_the_check_gets_back_what_it_put(url: str) -> None:
    assert await proof.blobs(url) == "put, got back and deleted"


async def test_the_check_tells_what_is_wrong_with_s3(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.on("GET", Trouble.OTHER)
    with pytest.raises(ConfigError, match="did not give back"):
        await proof.blobs(f"s3://{BUCKET}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASOMEBODY")
    with pytest.raises(ConfigError, match="we may write"):
        await proof.blobs(f"s3://{BUCKET}")
