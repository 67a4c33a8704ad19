"""Requests to be erased, kept until they are carried out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment, Serial, Words

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table('erasure_request',
    sa.Column('citizen_id', Serial, autoincrement=False, nullable=False),
    sa.Column('channel', Words(), nullable=False),
    sa.Column('bot', Words(), nullable=False),
    sa.Column('chat', Words(), nullable=False),
    sa.Column('with_contributions', sa.Boolean(), nullable=False),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_erasure_request_citizen_id_citizen'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('citizen_id', name=op.f('pk_erasure_request'))
    )


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
