"""The staff desk: accounts, login links, sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, Moment, Serial, Words

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table('staff',
    sa.Column('id', Serial, nullable=False),
    sa.Column('name', Words(), nullable=False),
    sa.Column('address', Words(), nullable=True),
    sa.Column('role', Words(), nullable=False),
    sa.Column('fields', Json, nullable=False),
    sa.Column('language', Words(), nullable=False),
    sa.Column('has_shortcuts', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('entered_at', Moment(), nullable=True),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.CheckConstraint("role IN ('moderator', 'strategist', 'admin')", name=op.f('ck_staff_role')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('address', name=op.f('uq_staff_address')),
    sqlite_autoincrement=True
    )
    op.create_table('login_link',
    sa.Column('token_hash', Words(), nullable=False),
    sa.Column('staff_id', Serial, nullable=False),
    sa.Column('ends_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_login_link_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_login_link'))
    )
    op.create_index('ix_login_link_ends_at', 'login_link', ['ends_at'], unique=False)
    op.create_table('desk_session',
    sa.Column('token_hash', Words(), nullable=False),
    sa.Column('staff_id', Serial, nullable=False),
    sa.Column('seen_at', Moment(), nullable=False),
    sa.Column('ends_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_desk_session_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_desk_session'))
    )
    op.create_index('ix_desk_session_ends_at', 'desk_session', ['ends_at'], unique=False)
    op.create_index('ix_desk_session_staff_id', 'desk_session', ['staff_id'], unique=False)


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
