"""How jobs leave: the blobs that they name, and then their rows in every table."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from bot.jobs import LINKED, codec, lineage
from bot.jobs.tables import files, jobs, metadata, painted
from bot.types import BlobKey, JobId


def oldest(db: Connection, workspace: str, most: int) -> list[JobId]:
    """Some jobs of a workspace."""
    query = select(jobs.c.id).where(jobs.c.workspace == workspace).order_by(jobs.c.created_at).limit(most)
    return [JobId(row.id) for row in db.execute(query)]


def blobs_of(db: Connection, job: JobId) -> tuple[BlobKey, ...]:
    """Every blob that a job owns: what was painted, what went in, what previews show."""
    made = db.execute(select(painted.c.body).where(painted.c.job == job)).scalars()
    pictures = [picture for body in made for picture in codec.load_painted(body).pictures]
    found = [blob for picture in pictures for blob in (picture.blob, picture.model_file) if blob]
    found += [blob for one in lineage.inputs_of(db, job) for blob in one.keeps]
    found += lineage.own_mask(db, job)
    linked = select(files.c.file).where(files.c.job == job, files.c.kind == LINKED)
    return (*found, *(BlobKey(file) for file in db.execute(linked).scalars()))


def drop(db: Connection, gone: Sequence[JobId]) -> None:
    """Every row that belongs to these jobs."""
    for table in metadata.sorted_tables:
        if "job" in table.c:
            db.execute(delete(table).where(table.c.job.in_(gone)))
    db.execute(delete(jobs).where(jobs.c.id.in_(gone)))
