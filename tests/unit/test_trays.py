"""Where pictures lie while they are worked on, and what becomes of them when their process was killed."""

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.trays import clear, tray

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left(folder: Path, name: str, hours: float) -> Path:
    """What somebody left so many hours before noon."""
    there = folder / name
    there.mkdir()
    (there / "0").write_bytes(b"a picture")
    when = (NOON - timedelta(hours=hours)).timestamp()
    os.utime(there, (when, when))
    return there


def test_a_tray_goes_with_its_block_and_nobody_else_can_read_it() -> None:
    with tray() as folder:
        (folder / "0").write_bytes(b"a picture")
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


async def test_what_a_killed_process_left_goes_after_a_day(temporary: Path) -> None:
    old, fresh = left(temporary, "imagine-tray-a", 25), left(temporary, "imagine-tray-b", 23)
    other = left(temporary, "somebody-elses", 25)
    (temporary / "imagine-tray-link").symlink_to(other)
    os.utime(temporary / "imagine-tray-link", (0, 0), follow_symlinks=False)
    await clear(lambda: NOON)
    assert [old.exists(), fresh.exists(), (other / "0").exists()] == [False, True, True]
