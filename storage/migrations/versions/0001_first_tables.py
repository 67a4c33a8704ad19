"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment, Serial, Words

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table('audit',
    sa.Column('id', Serial, nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('actor', Words(), nullable=False),
    sa.Column('role', Words(), nullable=False),
    sa.Column('action', Words(), nullable=False),
    sa.Column('subject', Words(), nullable=False),
    sa.Column('detail', sa.JSON(none_as_null=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_audit_subject', 'audit', ['subject', 'id'], unique=False)
    op.create_table('citizen',
    sa.Column('id', Serial, nullable=False),
    sa.Column('key', Words(), nullable=False),
    sa.Column('channel', Words(), nullable=False),
    sa.Column('language', Words(), nullable=True),
    sa.Column('notice_version', Words(), nullable=True),
    sa.Column('notice_at', Moment(), nullable=True),
    sa.Column('perspective', Words(), nullable=True),
    sa.Column('district', Words(), nullable=True),
    sa.Column('age_band', Words(), nullable=True),
    sa.Column('reachable', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('seen_on', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_citizen')),
    sa.UniqueConstraint('key', name=op.f('uq_citizen_key')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_citizen_seen_on', 'citizen', ['seen_on'], unique=False)
    op.create_table('count',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', Words(), nullable=False),
    sa.Column('dialogue', Words(), nullable=False),
    sa.Column('step', Words(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'name', 'dialogue', 'step', name=op.f('pk_count'))
    )
    op.create_table('erasure',
    sa.Column('id', Serial, nullable=False),
    sa.Column('subject', Words(), nullable=False),
    sa.Column('key', Words(), nullable=False),
    sa.Column('with_contributions', sa.Boolean(), nullable=False),
    sa.Column('erased_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure')),
    sa.UniqueConstraint('subject', 'key', 'erased_at', name=op.f('uq_erasure_subject_key_erased_at')),
    sqlite_autoincrement=True
    )
    op.create_table('inbox',
    sa.Column('seq', Serial, nullable=False),
    sa.Column('channel', Words(), nullable=False),
    sa.Column('bot', Words(), nullable=False),
    sa.Column('external_id', Words(), nullable=False),
    sa.Column('chat', Words(), nullable=False),
    sa.Column('raw', Words(), nullable=True),
    sa.Column('has_text', sa.Boolean(), nullable=False),
    sa.Column('received_at', Moment(), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.Column('analysis', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('done_at', Moment(), nullable=True),
    sa.Column('parked_at', Moment(), nullable=True),
    sa.Column('reason', Words(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_inbox')),
    sa.UniqueConstraint('channel', 'bot', 'external_id', name=op.f('uq_inbox_channel_bot_external_id')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_inbox_done', 'inbox', ['done_at'], unique=False, sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
    op.create_index('ix_inbox_open', 'inbox', ['seq'], unique=False, sqlite_where=sa.text('done_at IS NULL AND parked_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND parked_at IS NULL'))
    op.create_index('ix_inbox_open_of_chat', 'inbox', ['channel', 'bot', 'chat', 'seq'], unique=False, sqlite_where=sa.text('done_at IS NULL AND parked_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND parked_at IS NULL'))
    op.create_table('outbox',
    sa.Column('id', Serial, nullable=False),
    sa.Column('cause', Words(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('channel', Words(), nullable=False),
    sa.Column('bot', Words(), nullable=False),
    sa.Column('chat', Words(), nullable=False),
    sa.Column('method', Words(), nullable=False),
    sa.Column('params', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('paced', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.Column('sent_at', Moment(), nullable=True),
    sa.Column('failed_at', Moment(), nullable=True),
    sa.Column('failure', Words(), nullable=True),
    sa.Column('external_id', Words(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('cause', 'ordinal', name=op.f('uq_outbox_cause_ordinal')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_outbox_chat', 'outbox', ['channel', 'chat', 'id'], unique=False)
    op.create_index('ix_outbox_sent', 'outbox', ['sent_at'], unique=False, sqlite_where=sa.text('sent_at IS NOT NULL'), postgresql_where=sa.text('sent_at IS NOT NULL'))
    op.create_index('ix_outbox_unsent', 'outbox', ['priority', 'id'], unique=False, sqlite_where=sa.text('sent_at IS NULL AND failed_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND failed_at IS NULL'))
    op.create_index('ix_outbox_unsent_of_chat', 'outbox', ['channel', 'bot', 'chat', 'priority', 'id'], unique=False, sqlite_where=sa.text('sent_at IS NULL AND failed_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND failed_at IS NULL'))
    op.create_table('setting',
    sa.Column('key', Words(), nullable=False),
    sa.Column('value', Words(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_setting'))
    )
    op.create_table('theme',
    sa.Column('id', Serial, nullable=False),
    sa.Column('field', Words(), nullable=True),
    sa.Column('name', Words(), nullable=False),
    sa.Column('summary', Words(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_theme_field_name', 'theme', ['field', 'name'], unique=False)
    op.create_table('citizen_link',
    sa.Column('citizen_id', Serial, autoincrement=False, nullable=False),
    sa.Column('channel', Words(), nullable=False),
    sa.Column('bot', Words(), nullable=False),
    sa.Column('external_id', Words(), nullable=False),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_citizen_link_citizen_id_citizen'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('citizen_id', name=op.f('pk_citizen_link'))
    )
    op.create_table('consent',
    sa.Column('id', Serial, nullable=False),
    sa.Column('citizen_id', Serial, nullable=False),
    sa.Column('kind', Words(), nullable=False),
    sa.Column('version', Words(), nullable=False),
    sa.Column('given_at', Moment(), nullable=False),
    sa.Column('withdrawn_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_consent_citizen_id_citizen'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_consent_citizen_id', 'consent', ['citizen_id'], unique=False)
    op.create_table('contribution',
    sa.Column('id', Serial, nullable=False),
    sa.Column('number', Words(), nullable=False),
    sa.Column('citizen_id', Serial, nullable=True),
    sa.Column('draft', Words(), nullable=False),
    sa.Column('channel', Words(), nullable=False),
    sa.Column('collector', Words(), nullable=True),
    sa.Column('dialogue', Words(), nullable=True),
    sa.Column('revision', Words(), nullable=True),
    sa.Column('length', Words(), nullable=True),
    sa.Column('field', Words(), nullable=True),
    sa.Column('kind', Words(), nullable=True),
    sa.Column('answers', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('text', Words(), nullable=False),
    sa.Column('redacted_text', Words(), nullable=True),
    sa.Column('language', Words(), nullable=True),
    sa.Column('translation', Words(), nullable=True),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('district', Words(), nullable=True),
    sa.Column('licence', Words(), nullable=True),
    sa.Column('status', Words(), nullable=False),
    sa.Column('status_reason', Words(), nullable=True),
    sa.Column('decided_at', Moment(), nullable=True),
    sa.Column('decided_by', Words(), nullable=True),
    sa.Column('merged_into_id', Serial, nullable=True),
    sa.Column('source', Words(), nullable=True),
    sa.Column('workshop_id', Serial, nullable=True),
    sa.Column('origin', Words(), nullable=True),
    sa.Column('origin_id', Words(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('analysed_at', Moment(), nullable=True),
    sa.Column('embedding', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("status IN ('received', 'released', 'answered', 'rejected', 'withdrawn', 'merged')", name=op.f('ck_contribution_status')),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_contribution_citizen_id_citizen'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['merged_into_id'], ['contribution.id'], name=op.f('fk_contribution_merged_into_id_contribution'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution')),
    sa.UniqueConstraint('citizen_id', 'draft', name=op.f('uq_contribution_citizen_id_draft')),
    sa.UniqueConstraint('number', name=op.f('uq_contribution_number')),
    sa.UniqueConstraint('origin', 'origin_id', name=op.f('uq_contribution_origin_origin_id')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_contribution_created_at', 'contribution', ['created_at'], unique=False)
    op.create_index('ix_contribution_field', 'contribution', ['field', 'id'], unique=False)
    op.create_index('ix_contribution_merged_into_id', 'contribution', ['merged_into_id'], unique=False)
    op.create_index('ix_contribution_status', 'contribution', ['status', 'id'], unique=False)
    op.create_index('ix_contribution_unanalysed', 'contribution', ['id'], unique=False, sqlite_where=sa.text('analysed_at IS NULL'), postgresql_where=sa.text('analysed_at IS NULL'))
    op.create_table('conversation',
    sa.Column('citizen_id', Serial, autoincrement=False, nullable=False),
    sa.Column('state', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_conversation_citizen_id_citizen'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('citizen_id', name=op.f('pk_conversation'))
    )
    op.create_table('attachment',
    sa.Column('id', Serial, nullable=False),
    sa.Column('contribution_id', Serial, nullable=True),
    sa.Column('citizen_id', Serial, nullable=True),
    sa.Column('media', Words(), nullable=False),
    sa.Column('channel_ref', Words(), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('mime', Words(), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_attachment_citizen_id_citizen'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_attachment_contribution_id_contribution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sa.UniqueConstraint('contribution_id', 'channel_ref', name=op.f('uq_attachment_contribution_id_channel_ref')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_attachment_citizen_id', 'attachment', ['citizen_id'], unique=False)
    op.create_table('contribution_place',
    sa.Column('id', Serial, nullable=False),
    sa.Column('contribution_id', Serial, nullable=False),
    sa.Column('name', Words(), nullable=False),
    sa.Column('kind', Words(), nullable=True),
    sa.Column('district', Words(), nullable=True),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('source', Words(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_contribution_place_contribution_id_contribution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution_place')),
    sa.UniqueConstraint('contribution_id', 'source', 'name', name=op.f('uq_contribution_place_contribution_id_source_name')),
    sqlite_autoincrement=True
    )
    op.create_table('support',
    sa.Column('id', Serial, nullable=False),
    sa.Column('contribution_id', Serial, nullable=False),
    sa.Column('citizen_id', Serial, nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_support_citizen_id_citizen'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_support_contribution_id_contribution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support')),
    sa.UniqueConstraint('contribution_id', 'citizen_id', name=op.f('uq_support_contribution_id_citizen_id')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_support_citizen_id', 'support', ['citizen_id'], unique=False)
    op.create_table('tag',
    sa.Column('id', Serial, nullable=False),
    sa.Column('contribution_id', Serial, nullable=False),
    sa.Column('label_type', Words(), nullable=False),
    sa.Column('value', Words(), nullable=False),
    sa.Column('score', sa.Float(), nullable=True),
    sa.Column('source', Words(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_tag_contribution_id_contribution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tag')),
    sa.UniqueConstraint('contribution_id', 'label_type', 'value', 'source', name=op.f('uq_tag_contribution_id_label_type_value_source')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_tag_label_type_value', 'tag', ['label_type', 'value'], unique=False)
    op.create_table('theme_member',
    sa.Column('theme_id', Serial, nullable=False),
    sa.Column('contribution_id', Serial, nullable=False),
    sa.Column('quoted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_theme_member_contribution_id_contribution'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_member_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('theme_id', 'contribution_id', name=op.f('pk_theme_member'))
    )
    op.create_index('ix_theme_member_contribution_id', 'theme_member', ['contribution_id'], unique=False)


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
