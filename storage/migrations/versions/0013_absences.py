"""Absences: from when until when somebody of the staff is away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column('staff', sa.Column('absent_from', sa.Date(), nullable=True))
    op.add_column('staff', sa.Column('absent_until', sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the step back."""
    op.drop_column('staff', 'absent_until')
    op.drop_column('staff', 'absent_from')
