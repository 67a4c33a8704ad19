"""Reviewing at the desk: versions, certainty, undo, notes, templates, waiting decisions, translations, words to find."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, Moment, Serial, Words

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

_LISTED = [
    'status', 'field', 'kind', 'district', 'language', 'channel', 'collector',
    'workshop_id', 'assignee_id', 'follow_up_on', 'created_at', 'merged_into_id',
]
_CERTAINTY = """
    UPDATE contribution SET certainty = coalesce((
        SELECT min(best) FROM (
            SELECT label_type, max(coalesce(score, 0)) AS best FROM tag
            WHERE tag.contribution_id = contribution.id AND tag.source LIKE 'model:%'
            AND tag.label_type IN ('field', 'kind') GROUP BY label_type
        ) AS bests HAVING count(*) = 2
    ), 0)
"""
# SQLite: an index of words over the table's own texts, kept by triggers (https://www.sqlite.org/fts5.html, 4.4.3).
_SQLITE_SEARCH = (
    """
    CREATE VIRTUAL TABLE contribution_search USING fts5(
        redacted_text, translation, content='contribution', content_rowid='id',
        tokenize="unicode61 remove_diacritics 2"
    )
    """,
    "INSERT INTO contribution_search(contribution_search) VALUES ('rebuild')",
    """
    CREATE TRIGGER contribution_search_added AFTER INSERT ON contribution BEGIN
        INSERT INTO contribution_search(rowid, redacted_text, translation)
        VALUES (new.id, new.redacted_text, new.translation);
    END
    """,
    """
    CREATE TRIGGER contribution_search_deleted AFTER DELETE ON contribution BEGIN
        INSERT INTO contribution_search(contribution_search, rowid, redacted_text, translation)
        VALUES ('delete', old.id, old.redacted_text, old.translation);
    END
    """,
    """
    CREATE TRIGGER contribution_search_changed AFTER UPDATE OF redacted_text, translation ON contribution BEGIN
        INSERT INTO contribution_search(contribution_search, rowid, redacted_text, translation)
        VALUES ('delete', old.id, old.redacted_text, old.translation);
        INSERT INTO contribution_search(rowid, redacted_text, translation)
        VALUES (new.id, new.redacted_text, new.translation);
    END
    """,
)
# PostgreSQL: the same words, without the dots of umlauts, as an index on an expression (storage/searching.py).
_POSTGRES_SEARCH = """
    CREATE INDEX ix_contribution_search ON contribution USING gin (to_tsvector('simple', translate(
        lower(coalesce(redacted_text, '') || ' ' || coalesce(translation, '')),
        'äöüáàâéèêíìîóòôúùûçñşğı', 'aouaaaeeeiiiooouuucnsgi'
    )))
"""


def upgrade() -> None:
    """Take the step."""
    dialect = op.get_bind().dialect.name
    op.add_column('contribution', sa.Column('version', sa.Integer(), server_default='1', nullable=False))
    op.add_column('contribution', sa.Column('certainty', sa.Float(), server_default='0', nullable=False))
    op.add_column('contribution', sa.Column('confirmed_at', Moment(), nullable=True))
    op.add_column('contribution', sa.Column('original_deleted_at', Moment(), nullable=True))
    op.add_column('contribution', sa.Column('follow_up_on', sa.Date(), nullable=True))
    op.add_column('contribution', sa.Column('file_reference', Words(), nullable=True))
    op.add_column('contribution', sa.Column('assignee_id', Serial, nullable=True))
    op.add_column('staff', sa.Column('stand_in_id', Serial, nullable=True))
    op.execute(_CERTAINTY)
    op.create_index('ix_contribution_by_arrival', 'contribution', ['id', 'certainty', *_LISTED])
    op.create_index('ix_contribution_by_certainty', 'contribution', ['certainty', 'id', *_LISTED])
    op.create_index('ix_contribution_analysed_at', 'contribution', ['analysed_at'])
    _make_tables()
    if dialect == 'sqlite':
        for statement in _SQLITE_SEARCH:
            op.execute(statement)
    else:
        op.execute(_POSTGRES_SEARCH)


def _make_tables() -> None:
    op.create_table('desk_change',
    sa.Column('id', Serial, nullable=False),
    sa.Column('batch', Words(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('staff_id', Serial, nullable=True),
    sa.Column('role', Words(), nullable=False),
    sa.Column('action', Words(), nullable=False),
    sa.Column('contribution_id', Serial, nullable=False),
    sa.Column('before', Json, nullable=False),
    sa.Column('tags_before', Json, nullable=False),
    sa.Column('version_after', sa.Integer(), nullable=False),
    sa.Column('undone_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_desk_change_contribution_id_contribution'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_desk_change_staff_id_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_change')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_desk_change_batch', 'desk_change', ['batch'])
    op.create_index('ix_desk_change_contribution_id', 'desk_change', ['contribution_id'])
    op.create_index('ix_desk_change_at', 'desk_change', ['at'])
    op.create_table('case_note',
    sa.Column('id', Serial, nullable=False),
    sa.Column('contribution_id', Serial, nullable=False),
    sa.Column('staff_id', Serial, nullable=True),
    sa.Column('role', Words(), nullable=False),
    sa.Column('kind', Words(), nullable=False),
    sa.Column('address', Words(), nullable=True),
    sa.Column('text', Words(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_case_note_contribution_id_contribution'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_case_note_staff_id_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_note')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_case_note_contribution_id', 'case_note', ['contribution_id'])
    op.create_table('answer_template',
    sa.Column('id', Serial, nullable=False),
    sa.Column('name', Words(), nullable=False),
    sa.Column('status', Words(), nullable=False),
    sa.Column('texts', Json, nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_template')),
    sqlite_autoincrement=True
    )
    op.create_table('planned_decision',
    sa.Column('contribution_id', Serial, autoincrement=False, nullable=False),
    sa.Column('status', Words(), nullable=False),
    sa.Column('reason', Words(), nullable=True),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('staff_id', Serial, nullable=True),
    sa.Column('role', Words(), nullable=False),
    sa.Column('batch', Words(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_planned_decision_contribution_id_contribution'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_planned_decision_staff_id_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('contribution_id', name=op.f('pk_planned_decision'))
    )
    op.create_index('ix_planned_decision_due_at', 'planned_decision', ['due_at'])
    op.create_table('reason_text',
    sa.Column('contribution_id', Serial, autoincrement=False, nullable=False),
    sa.Column('language', Words(), nullable=False),
    sa.Column('text', Words(), nullable=True),
    sa.Column('waits_until', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_reason_text_contribution_id_contribution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contribution_id', 'language', name=op.f('pk_reason_text'))
    )
    op.create_index('ix_reason_text_waits_until', 'reason_text', ['waits_until'])


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
