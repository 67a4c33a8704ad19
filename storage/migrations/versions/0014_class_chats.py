"""Private chats and groups in which a class takes part."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Serial, Words

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add chats, what a participant writes about, and what a group was shown."""
    op.create_table('session_chat',
    sa.Column('id', Serial, nullable=False),
    sa.Column('session_id', Serial, nullable=False),
    sa.Column('key', Words(), nullable=False),
    sa.Column('chat_key', Words(), nullable=False),
    sa.Column('bot', Words(), nullable=False),
    sa.Column('sealed', Words(), nullable=False),
    sa.Column('told', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['group_session.id'], name=op.f('fk_session_chat_session_id_group_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_chat')),
    sa.UniqueConstraint('chat_key', name=op.f('uq_session_chat_chat_key')),
    sqlite_autoincrement=True
    )
    op.add_column('participant', sa.Column('at', Words(), nullable=True))
    op.add_column('session_place', sa.Column('shown', Words(), nullable=True))


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
