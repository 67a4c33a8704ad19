"""Secret codes of receipts, and who was told which decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment, Serial, Words

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_index('ix_contribution_decided_at', 'contribution', ['decided_at'], unique=False)
    op.create_table('receipt_code',
    sa.Column('contribution_id', Serial, autoincrement=False, nullable=False),
    sa.Column('code_hash', Words(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_receipt_code_contribution_id_contribution'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contribution_id', name=op.f('pk_receipt_code'))
    )
    for name, moments in (('notice', ('change_at', 'told_at')), ('news_stop', ('stopped_at',))):
        op.create_table(name,
        sa.Column('contribution_id', Serial, autoincrement=False, nullable=False),
        sa.Column('citizen_id', Serial, autoincrement=False, nullable=False),
        *(sa.Column(moment, Moment(), nullable=False) for moment in moments),
        sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f(f'fk_{name}_contribution_id_contribution'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['citizen_id'], ['citizen.id'], name=op.f(f'fk_{name}_citizen_id_citizen'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('contribution_id', 'citizen_id', name=op.f(f'pk_{name}'))
        )
        op.create_index(f'ix_{name}_citizen_id', name, ['citizen_id'], unique=False)


def downgrade() -> None:
    """Refuse: a backup is the way back."""
    raise NotImplementedError("restore the backup made before the upgrade")
