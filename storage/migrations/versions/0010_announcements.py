"""Announcements, their deliveries, and subscriptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, Moment, Serial, Words

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

_UNQUEUED = sa.text("outcome = 'pending' AND queued_at IS NULL")
_QUEUED = sa.text("outcome = 'pending' AND queued_at IS NOT NULL")


def upgrade() -> None:
    """Take the step."""
    op.create_table('announcement',
    sa.Column('id', Serial, nullable=False),
    sa.Column('title', Words(), nullable=False),
    sa.Column('texts', Json, nullable=False),
    sa.Column('audience', Json, nullable=False),
    sa.Column('category', Words(), nullable=False),
    sa.Column('status', Words(), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.Column('repeats', Words(), nullable=True),
    sa.Column('series_id', Serial, nullable=True),
    sa.Column('reached', Serial, nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('created_by', Words(), nullable=False),
    sa.Column('started_at', Moment(), nullable=True),
    sa.Column('expanded_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.CheckConstraint("status IN ('draft', 'scheduled', 'sending', 'stopped', 'done')", name=op.f('ck_announcement_status')),
    sa.CheckConstraint("category IN ('process', 'workshops', 'results', 'digest')", name=op.f('ck_announcement_category')),
    sa.ForeignKeyConstraint(['series_id'], ['announcement.id'], name=op.f('fk_announcement_series_id_announcement'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement')),
    sa.UniqueConstraint('series_id', 'due_at', name=op.f('uq_announcement_series_id_due_at')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_announcement_status', 'announcement', ['status', 'due_at'], unique=False)
    op.create_table('delivery',
    sa.Column('id', Serial, nullable=False),
    sa.Column('announcement_id', Serial, nullable=False),
    sa.Column('citizen_id', Serial, nullable=True),
    sa.Column('outcome', Words(), nullable=False),
    sa.Column('queued_at', Moment(), nullable=True),
    sa.Column('settled_at', Moment(), nullable=True),
    sa.CheckConstraint("outcome IN ('pending', 'delivered', 'blocked', 'failed', 'opted_out')", name=op.f('ck_delivery_outcome')),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcement.id'], name=op.f('fk_delivery_announcement_id_announcement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_delivery_citizen_id_citizen'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('announcement_id', 'citizen_id', name=op.f('uq_delivery_announcement_id_citizen_id')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_delivery_unqueued', 'delivery', ['announcement_id', 'id'], unique=False, sqlite_where=_UNQUEUED, postgresql_where=_UNQUEUED)
    op.create_index('ix_delivery_queued', 'delivery', ['announcement_id', 'id'], unique=False, sqlite_where=_QUEUED, postgresql_where=_QUEUED)
    op.create_index('ix_delivery_citizen_id', 'delivery', ['citizen_id'], unique=False)
    op.create_table('subscription',
    sa.Column('citizen_id', Serial, autoincrement=False, nullable=False),
    sa.Column('category', Words(), nullable=False),
    sa.Column('wanted', sa.Boolean(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_subscription_citizen_id_citizen'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('citizen_id', 'category', name=op.f('pk_subscription'))
    )


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
