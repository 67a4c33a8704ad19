"""Group sessions: classes, their rounds, ideas and votes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, Moment, Serial, Words

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table('group_session',
    sa.Column('id', Serial, nullable=False),
    sa.Column('code', Words(), nullable=False),
    sa.Column('teacher_hash', Words(), nullable=False),
    sa.Column('results_hash', Words(), nullable=False),
    sa.Column('salt', sa.LargeBinary(), nullable=True),
    sa.Column('topics', Json, nullable=False),
    sa.Column('rounds', Json, nullable=False),
    sa.Column('language', Words(), nullable=False),
    sa.Column('register', Words(), nullable=False),
    sa.Column('votes_each', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('ends_at', Moment(), nullable=True),
    sa.Column('left_seconds', sa.Float(), nullable=True),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('answer', Words(), nullable=True),
    sa.Column('sorted_at', Moment(), nullable=True),
    sa.Column('opened_at', Moment(), nullable=False),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_session')),
    sa.UniqueConstraint('code', name=op.f('uq_group_session_code')),
    sa.UniqueConstraint('results_hash', name=op.f('uq_group_session_results_hash')),
    sa.UniqueConstraint('teacher_hash', name=op.f('uq_group_session_teacher_hash')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_group_session_ends_at', 'group_session', ['ends_at'], unique=False)
    op.create_table('participant',
    sa.Column('id', Serial, nullable=False),
    sa.Column('session_id', Serial, nullable=False),
    sa.Column('key', Words(), nullable=False),
    sa.Column('spoke', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['group_session.id'], name=op.f('fk_participant_session_id_group_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_participant')),
    sa.UniqueConstraint('session_id', 'key', name=op.f('uq_participant_session_id_key')),
    sqlite_autoincrement=True
    )
    op.create_table('session_place',
    sa.Column('session_id', Serial, autoincrement=False, nullable=False),
    sa.Column('bot', Words(), nullable=False),
    sa.Column('chat', Words(), nullable=False),
    sa.Column('thread', Words(), nullable=True),
    sa.Column('message', Words(), nullable=True),
    sa.Column('edited_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['session_id'], ['group_session.id'], name=op.f('fk_session_place_session_id_group_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('session_id', name=op.f('pk_session_place'))
    )
    op.create_table('session_signal',
    sa.Column('id', Serial, nullable=False),
    sa.Column('session_id', Serial, nullable=False),
    sa.Column('kind', Words(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['session_id'], ['group_session.id'], name=op.f('fk_session_signal_session_id_group_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_signal')),
    sqlite_autoincrement=True
    )
    op.create_table('session_idea',
    sa.Column('id', Serial, nullable=False),
    sa.Column('session_id', Serial, nullable=False),
    sa.Column('participant_id', Serial, nullable=True),
    sa.Column('action', Words(), nullable=False),
    sa.Column('topic', Words(), nullable=False),
    sa.Column('text', Words(), nullable=False),
    sa.Column('state', Words(), nullable=False),
    sa.Column('reason', Words(), nullable=True),
    sa.Column('pile_id', Serial, nullable=True),
    sa.Column('votes', sa.Integer(), nullable=False),
    sa.Column('contribution_id', Serial, nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.CheckConstraint("state IN ('waiting', 'shown', 'held', 'hidden')", name=op.f('ck_session_idea_state')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_session_idea_contribution_id_contribution'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_session_idea_participant_id_participant'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['pile_id'], ['session_idea.id'], name=op.f('fk_session_idea_pile_id_session_idea'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['session_id'], ['group_session.id'], name=op.f('fk_session_idea_session_id_group_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_idea')),
    sa.UniqueConstraint('session_id', 'action', name=op.f('uq_session_idea_session_id_action')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_session_idea_state', 'session_idea', ['state', 'id'], unique=False)
    op.create_table('session_note',
    sa.Column('id', Serial, nullable=False),
    sa.Column('session_id', Serial, nullable=False),
    sa.Column('idea_id', Serial, nullable=True),
    sa.Column('participant_id', Serial, nullable=True),
    sa.Column('action', Words(), nullable=False),
    sa.Column('part', Words(), nullable=False),
    sa.Column('text', Words(), nullable=False),
    sa.Column('state', Words(), nullable=False),
    sa.Column('reason', Words(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['idea_id'], ['session_idea.id'], name=op.f('fk_session_note_idea_id_session_idea'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_session_note_participant_id_participant'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['session_id'], ['group_session.id'], name=op.f('fk_session_note_session_id_group_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_note')),
    sa.UniqueConstraint('session_id', 'action', name=op.f('uq_session_note_session_id_action')),
    sqlite_autoincrement=True
    )
    op.create_table('session_vote',
    sa.Column('id', Serial, nullable=False),
    sa.Column('idea_id', Serial, nullable=False),
    sa.Column('participant_id', Serial, nullable=False),
    sa.ForeignKeyConstraint(['idea_id'], ['session_idea.id'], name=op.f('fk_session_vote_idea_id_session_idea'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_session_vote_participant_id_participant'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_vote')),
    sa.UniqueConstraint('idea_id', 'participant_id', name=op.f('uq_session_vote_idea_id_participant_id')),
    sqlite_autoincrement=True
    )


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
