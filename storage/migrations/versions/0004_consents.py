"""What somebody consented to, objections, hand-over of defects, working translations and transcripts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment, Serial, Words

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table('objection',
    sa.Column('id', Serial, nullable=False),
    sa.Column('number', Words(), nullable=False),
    sa.Column('citizen_id', Serial, nullable=False),
    sa.Column('reason', Words(), nullable=False),
    sa.Column('raised_at', Moment(), nullable=False),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.Column('outcome', Words(), nullable=True),
    sa.Column('answer', Words(), nullable=True),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_objection_citizen_id_citizen'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection')),
    sa.UniqueConstraint('number', name=op.f('uq_objection_number')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_objection_citizen_id', 'objection', ['citizen_id'], unique=False)
    op.add_column('consent', sa.Column('licence', Words(), nullable=True))
    op.add_column('contribution', sa.Column('publishing', Words(), nullable=True))
    op.add_column('contribution', sa.Column('translated_by', Words(), nullable=True))
    op.add_column('contribution', sa.Column('translation_source', Words(), nullable=True))
    op.add_column('contribution', sa.Column('handed_over_at', Moment(), nullable=True))
    op.add_column('attachment', sa.Column('transcript', Words(), nullable=True))
    op.add_column('attachment', sa.Column('transcribed_by', Words(), nullable=True))


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
