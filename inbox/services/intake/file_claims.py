"""A worker's claim on a file that it moves, to Green API or from there: short, and renewed while
bytes go by. So a dead worker's is soon over, and a slow one's is left to it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.orm import InstrumentedAttribute

from inbox import clock
from inbox.models import Attachment
from inbox.services.transaction import transaction

RENEWED = timedelta(seconds=4)


@dataclass
class FileClaim:
    """`column` says when the file is next due: `until` then, while the claim is ours. It lasts a
    `lease` beyond the last byte that went by.
    """

    attachment_id: int
    column: InstrumentedAttribute[datetime | None]
    until: datetime
    lease: timedelta
    _renewed: datetime = field(default_factory=lambda: clock.now())

    @property
    def is_ours(self) -> ColumnElement[bool]:
        """Nobody else has claimed the file since."""
        return and_(Attachment.id == self.attachment_id, self.column == self.until)

    def moved(self) -> None:
        """Bytes went by: renew the claim now and then."""
        if clock.now() - self._renewed > RENEWED:
            self.renew()

    def renew(self, lease: timedelta | None = None) -> None:
        """Hold on for so long from now, the usual time if None. What is lost stays lost."""
        self._renewed = clock.now()
        until = self._renewed + (lease or self.lease)
        with transaction() as work:
            ours = work.session.execute(
                update(Attachment)
                .where(self.is_ours)
                .values({self.column: until})
                .returning(Attachment.id)
            ).first()
        if ours is not None:
            self.until = until
