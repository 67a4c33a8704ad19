"""Workshops, where they were moved from, registrations and needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, Moment, Serial, Words

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table('workshop',
    sa.Column('id', Serial, nullable=False),
    *(sa.Column(name, Words(), nullable=False) for name in ('code', 'site_code', 'uid', 'kind')),
    *(sa.Column(name, Words(), nullable=True) for name in ('field', 'district')),
    *(sa.Column(name, Json, nullable=False) for name in ('titles', 'descriptions')),
    *(sa.Column(name, Words(), nullable=True) for name in ('place', 'address', 'access_notes', 'online_link')),
    *(sa.Column(name, Moment(), nullable=False) for name in ('starts_at', 'ends_at')),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('contact', Words(), nullable=True),
    sa.Column('status', Words(), nullable=False),
    sa.Column('reason', Words(), nullable=True),
    sa.Column('remind_before', Json, nullable=False),
    sa.Column('accept_hours', sa.Integer(), nullable=True),
    *(sa.Column(name, Json, nullable=True) for name in ('thanks', 'results')),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.CheckConstraint("status IN ('planned', 'open', 'full', 'cancelled', 'held')", name=op.f('ck_workshop_status')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workshop')),
    *(sa.UniqueConstraint(name, name=op.f(f'uq_workshop_{name}')) for name in ('code', 'site_code', 'uid')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_workshop_starts_at', 'workshop', ['starts_at'], unique=False)
    op.create_table('workshop_move',
    sa.Column('id', Serial, nullable=False),
    sa.Column('workshop_id', Serial, nullable=False),
    *(sa.Column(name, Moment(), nullable=False) for name in ('starts_at', 'ends_at')),
    sa.Column('place', Words(), nullable=True),
    sa.Column('moved_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['workshop_id'], ['workshop.id'], name=op.f('fk_workshop_move_workshop_id_workshop'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workshop_move')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_workshop_move_workshop_id', 'workshop_move', ['workshop_id', 'id'], unique=False)
    op.create_table('registration',
    sa.Column('id', Serial, nullable=False),
    sa.Column('workshop_id', Serial, nullable=False),
    sa.Column('citizen_id', Serial, nullable=True),
    sa.Column('status', Words(), nullable=False),
    sa.Column('arrival', sa.Integer(), nullable=False),
    sa.Column('offer_until', Moment(), nullable=True),
    *(sa.Column(name, Moment(), nullable=False) for name in ('registered_at', 'changed_at')),
    sa.Column('told_status', Words(), nullable=False),
    sa.Column('told_sequence', sa.Integer(), nullable=False),
    sa.CheckConstraint("status IN ('registered', 'waiting', 'offered', 'cancelled', 'checked_in')", name=op.f('ck_registration_status')),
    sa.ForeignKeyConstraint(['workshop_id'], ['workshop.id'], name=op.f('fk_registration_workshop_id_workshop'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_registration_citizen_id_citizen'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration')),
    sa.UniqueConstraint('workshop_id', 'citizen_id', name=op.f('uq_registration_workshop_id_citizen_id')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_registration_line', 'registration', ['workshop_id', 'status', 'arrival'], unique=False)
    op.create_index('ix_registration_citizen_id', 'registration', ['citizen_id'], unique=False)
    op.create_table('need',
    sa.Column('workshop_id', Serial, autoincrement=False, nullable=False),
    sa.Column('citizen_id', Serial, autoincrement=False, nullable=False),
    sa.Column('text', Words(), nullable=False),
    sa.Column('told_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['workshop_id'], ['workshop.id'], name=op.f('fk_need_workshop_id_workshop'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f('fk_need_citizen_id_citizen'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('workshop_id', 'citizen_id', name=op.f('pk_need'))
    )
    op.create_index('ix_need_citizen_id', 'need', ['citizen_id'], unique=False)


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
