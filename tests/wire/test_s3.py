"""A whole bot whose pictures lie in S3."""

import pytest

from tests.wire.s3_server import BUCKET, Trouble, serving
from tests.wire.whole_bot import Town, a_picture, running_bot


async def test_a_job_and_an_edit_arrive_though_s3_fails_in_every_way(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving() as bucket:
        for name, value in bucket.environment.items():
            monkeypatch.setenv(name, value)
        async with running_bot(town, imagine_blob_url=f"s3://{BUCKET}/imagine"):
            for trouble in (Trouble.SLOW_DOWN, Trouble.RESET, Trouble.LOST_REPLY):
                bucket.on("PUT", trouble)
            bucket.on("PUT", Trouble.SLOW, value=0.5)
            result = await town.imagine("a red fox")
            for trouble in (Trouble.SLOW_DOWN, Trouble.BROKEN, Trouble.OTHER, Trouble.SLOW):
                bucket.on("GET", trouble, value=0.5)
            thread = result.thread_ts or result.ts
            await town.slack.workspace.say("ann", "general", "make it blue", thread=thread)
            results = await town.results(2)
        assert len([key for key in bucket.objects if key.endswith(".png")]) == 2
    assert [town.shown(one)[0].data for one in results] == [a_picture()] * 2
    assert len(town.painter.paid) == len(town.painter.calls) == 2
