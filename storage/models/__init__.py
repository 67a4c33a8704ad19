"""All tables. Importing this package makes `Model.metadata` whole."""

from storage.models.announcing import Announcement, Delivery, Subscription
from storage.models.contribution import Attachment, Contribution, ContributionPlace
from storage.models.desk import DeskSession, LoginLink, Staff
from storage.models.figures import ApiToken, Snapshot, ThemeChange, ThemeRefusal
from storage.models.labels import Tag, Theme, ThemeMember
from storage.models.ledger import Audit, Count, Erasure, Setting
from storage.models.meetings import Need, Registration, Workshop, WorkshopMove
from storage.models.model import Model
from storage.models.people import Citizen, CitizenLink, Consent, Conversation, ErasureRequest, Objection
from storage.models.queues import Inbox, Outbox
from storage.models.reactions import Addition, Reaction
from storage.models.reminding import Reminder
from storage.models.review import AnswerTemplate, CaseNote, DeskChange, PlannedDecision, ReasonText
from storage.models.school import (
    GroupSession,
    Participant,
    SessionChat,
    SessionIdea,
    SessionNote,
    SessionPlace,
    SessionSignal,
    SessionVote,
)
from storage.models.tracing import NewsStop, Notice, ReceiptCode

__all__ = [
    "Addition",
    "Announcement",
    "AnswerTemplate",
    "ApiToken",
    "Attachment",
    "Audit",
    "CaseNote",
    "Citizen",
    "CitizenLink",
    "Consent",
    "Contribution",
    "ContributionPlace",
    "Conversation",
    "Count",
    "Delivery",
    "DeskChange",
    "DeskSession",
    "Erasure",
    "ErasureRequest",
    "GroupSession",
    "Inbox",
    "LoginLink",
    "Model",
    "Need",
    "NewsStop",
    "Notice",
    "Objection",
    "Outbox",
    "Participant",
    "PlannedDecision",
    "Reaction",
    "ReasonText",
    "ReceiptCode",
    "Registration",
    "Reminder",
    "SessionChat",
    "SessionIdea",
    "SessionNote",
    "SessionPlace",
    "SessionSignal",
    "SessionVote",
    "Setting",
    "Snapshot",
    "Staff",
    "Subscription",
    "Tag",
    "Theme",
    "ThemeChange",
    "ThemeMember",
    "ThemeRefusal",
    "Workshop",
    "WorkshopMove",
]
