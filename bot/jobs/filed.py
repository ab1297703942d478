"""The files that a job has on its platform."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select

from bot.jobs.owed import SqlOwed
from bot.jobs.rows import keep_files
from bot.jobs.tables import files, jobs
from bot.types import FileId, JobId


class SqlFiled(SqlOwed):
    """Those verbs of ``bot.jobs.Ledger``."""

    async def save_files(self, job: JobId, kind: str, made: Sequence[FileId]) -> None:
        await self._db.write(lambda db: keep_files(db, job, kind, made))

    async def add_file(self, job: JobId, kind: str, file: FileId) -> None:
        mine = (files.c.job == job, files.c.kind == kind)

        def work(db: Connection) -> None:
            db.execute(select(jobs.c.id).where(jobs.c.id == job).with_for_update())  # one after the other
            last = db.execute(select(func.max(files.c.part)).where(*mine)).scalar()
            part = 0 if last is None else last + 1
            db.execute(insert(files).values(job=job, kind=kind, part=part, file=file))

        await self._db.write(work)

    async def files(self, job: JobId, kind: str) -> tuple[FileId, ...]:
        query = select(files.c.file).where(files.c.job == job, files.c.kind == kind).order_by(files.c.part)
        return await self._db.read(lambda db: tuple(FileId(row.file) for row in db.execute(query)))

    async def forget_file(self, job: JobId, kind: str, file: FileId) -> None:
        its = (files.c.job == job, files.c.kind == kind, files.c.file == file)
        await self._db.write(lambda db: db.execute(delete(files).where(*its)))

    async def forget_files(self, job: JobId, kind: str) -> None:
        await self.save_files(job, kind, ())
