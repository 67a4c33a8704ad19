"""Snapshots of figures, tokens of the API, themes that can be counted anew and undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, Moment, Serial, Words

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table('snapshot',
    sa.Column('id', Serial, nullable=False),
    sa.Column('cut_off', Moment(), nullable=False),
    sa.Column('filter', Json, nullable=False),
    sa.Column('filter_key', Words(), nullable=False),
    sa.Column('figures', Json, nullable=False),
    sa.Column('digest', Words(), nullable=False),
    sa.Column('members', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_snapshot')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_snapshot_filter_key_cut_off', 'snapshot', ['filter_key', 'cut_off'])
    op.create_table('api_token',
    sa.Column('id', Serial, nullable=False),
    sa.Column('name', Words(), nullable=False),
    sa.Column('token_hash', Words(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('revoked_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash')),
    sqlite_autoincrement=True
    )
    op.create_table('theme_change',
    sa.Column('id', Serial, nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('action', Words(), nullable=False),
    sa.Column('before', Json, nullable=False),
    sa.Column('undone_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_change')),
    sqlite_autoincrement=True
    )
    op.create_table('theme_refusal',
    sa.Column('theme_id', Serial, nullable=False),
    sa.Column('contribution_id', Serial, nullable=False),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_refusal_theme_id_theme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_theme_refusal_contribution_id_contribution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('theme_id', 'contribution_id', name=op.f('pk_theme_refusal'))
    )
    op.add_column('theme', sa.Column('middle', sa.LargeBinary(), nullable=True))
    op.add_column('theme', sa.Column('named_by_staff', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('theme_member', sa.Column('by_hand', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
