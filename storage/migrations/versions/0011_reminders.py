"""Reminders of workshops."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment, Serial, Words

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table('reminder',
    sa.Column('id', Serial, nullable=False),
    sa.Column('workshop_id', Serial, nullable=False),
    sa.Column('citizen_id', Serial, nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('starts_at', Moment(), nullable=False),
    sa.Column('outcome', Words(), nullable=False),
    sa.Column('noted_at', Moment(), nullable=False),
    sa.CheckConstraint("outcome IN ('told', 'overtaken', 'begun')", name=op.f('ck_reminder_outcome')),
    sa.ForeignKeyConstraint(['workshop_id'], ['workshop.id'], name=op.f('fk_reminder_workshop_id_workshop'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_reminder_citizen_id_citizen'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('workshop_id', 'citizen_id', 'minutes', 'starts_at', name=op.f('uq_reminder_workshop_id_citizen_id_minutes_starts_at')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_reminder_citizen_id', 'reminder', ['citizen_id'], unique=False)


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
