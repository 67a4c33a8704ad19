"""Supports become reactions, which also know who is against an idea or passed it by; additions to ideas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment, Serial

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table('reaction',
    sa.Column('id', Serial, nullable=False),
    sa.Column('contribution_id', Serial, nullable=False),
    sa.Column('citizen_id', Serial, nullable=True),
    sa.Column('value', sa.SmallInteger(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.CheckConstraint('value IN (-1, 0, 1)', name=op.f('ck_reaction_value')),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_reaction_citizen_id_citizen'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_reaction_contribution_id_contribution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reaction')),
    sa.UniqueConstraint('contribution_id', 'citizen_id', name=op.f('uq_reaction_contribution_id_citizen_id')),
    sqlite_autoincrement=True
    )
    op.execute(
        "INSERT INTO reaction (contribution_id, citizen_id, value, created_at)"
        " SELECT contribution_id, citizen_id, 1, created_at FROM support ORDER BY id"
    )
    op.drop_table('support')
    op.create_index('ix_reaction_citizen_id', 'reaction', ['citizen_id'], unique=False)
    op.create_table('addition',
    sa.Column('contribution_id', Serial, autoincrement=False, nullable=False),
    sa.Column('adds_to_id', Serial, nullable=False),
    sa.ForeignKeyConstraint(['adds_to_id'], ['contribution.id'], name=op.f('fk_addition_adds_to_id_contribution'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_addition_contribution_id_contribution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contribution_id', name=op.f('pk_addition'))
    )
    op.create_index('ix_addition_adds_to_id', 'addition', ['adds_to_id'], unique=False)


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
