"""Reports of ratings."""

from datetime import datetime

import strawberry

from resolvers.moderation.reported import ReportRecord, Reports


@strawberry.type(description="Why a reader thinks that a rating should be looked at; who it was is not shown.")
class RatingReport:
    reason: str = strawberry.field(description="The reason, as `ReportReason` has it.")
    note: str | None = strawberry.field(description="What the reader added.")
    reported_at: datetime = strawberry.field(description="When, in UTC.")

    @classmethod
    def of(cls, record: ReportRecord) -> "RatingReport":
        """The report of a record."""
        return cls(reason=record.reason, note=record.note, reported_at=record.reported_at)


@strawberry.type(description="All reports of one rating.")
class RatingReports:
    total: int = strawberry.field(description="How many there are.")
    newest: list[RatingReport] = strawberry.field(description="The newest of them, at most 50, newest first.")

    @classmethod
    def of(cls, reports: Reports) -> "RatingReports":
        """The reports of a record."""
        return cls(total=reports.total, newest=[RatingReport.of(record) for record in reports.newest])
