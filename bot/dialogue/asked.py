"""Which texts the core asks for, and which values it fills into them.

Law of this file: it names what the code says and nothing else; a test reads the code and compares.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue.agenda import FILTERS, STANDING
from bot.dialogue.agenda import STATUSES as WORKSHOP_STATUSES
from bot.dialogue.attended import OUTCOMES
from bot.dialogue.consents import KINDS as KINDS_OF_CONSENT
from bot.dialogue.events import CARE_KINDS
from bot.dialogue.mine import ACTIONS, STATUSES
from bot.dialogue.model import Ask, Attach, Choose, Confirm, Dialogue, Length, Locate, Step
from bot.dialogue.parse import Verb
from bot.dialogue.questions import KINDS
from bot.dialogue.subscriptions import CATEGORIES
from bot.dialogue.workshops import BUTTONS as WORKSHOP_BUTTONS

# Buttons of the questions for consents and for the reason of an objection.
CONSENTS = ("consents.done", "consents.none", "consents.grown", "consents.young")
OBJECTIONS = ("rights.object_now", "rights.object_not")
_CONSENTS = (
    *("consents.question", "consents.question_young", "consents.age", "consents.protected", "consents.reuse_waits"),
    *(f"consents.{kind}{end}" for kind in KINDS_OF_CONSENT for end in ("", "_given", "_withdrawn")),
    *("rights.object_why", "rights.case_open", "rights.case_granted", "rights.case_refused"),
    *CONSENTS,
    *OBJECTIONS,
)
PAGES = ("help.text", "privacy.text", "imprint.text", "accessibility.text", "rights.revoke", "rights.object")
_MEDIA = ("photo", "voice", "sticker", "contact", "document", "video", "other")
_NAV = ("back", "skip", "cancel", "language", "privacy", "help")
BUTTONS = (
    *_NAV,
    *(length.value for length in Length if length is not Length.ONE),
    *("send", "more", "edit_field", "edit_kind", "keep", "resume", "another", "undo", "shelf", "school"),
    *("other_field", "join", "apart", "redact", "unfile"),
)
# Buttons among the ideas of others.
IDEAS = (
    *("similar.mean", "similar.add", "similar.differ", "similar.alone", "split.apart", "split.whole"),
    "split.together",
    *(f"browse.{name}" for name in ("open", "for", "against", "pass", "undo", "choose", "done")),
    *("browse.all", "browse.by_district", "browse.by_topic"),
)
# Buttons of the questions before an erasure.
RIGHTS = ("rights.link", "rights.all", "rights.keep", "rights.sure", "rights.again")
_PLAIN = (
    *(
        "language.question",
        "language.unreviewed",
        "menu.question",
        "school.question",
        "idle.question",
        "pause.question",
        "kind.which",
    ),
    *(
        "field.open",
        "field.proposed",
        "pause.nothing",
        "resume.nothing",
        "start.again",
        "command.unknown",
        "staff.desk",
    ),
    *("cancel.done", "cancel.nothing", "undo.nothing", "shelf.kept", "shelf.full", "toast.noted"),
    *("stale.button", "stale.sent", "stale.dropped", "place.whole_city", "place.shared", "place.noted"),
    *("card.title", "card.question", "card.more", "card.empty", "sent.defect", "edited.taken", "edited.late"),
    *("card.personal", "card.redacted", "card.rude", "card.defect", "card.change", "pending.joined", "place.none"),
    *("rights.question", "rights.sure_link", "rights.sure_all", "rights.erased", "rights.spared"),
    *RIGHTS,
    *(key for key in IDEAS if key not in ("similar.mean", "similar.add", "split.apart")),
    *(f"similar.{name}" for name in ("title", "question", "which", "gone", "kept", "taken")),
    *(f"browse.{name}" for name in ("question", "none", "which", "which_district", "which_topic")),
    "split.next",
    *_CONSENTS,
    *("media.voice_written", "mine.way"),
    *("rights.file_web", "rights.file_telegram"),
    *("stale.shelved", "shelf.opened", "media.removed", "words.yes", "words.no"),
    *("mine.title", "mine.none", "mine.changed", "mine.german"),
    *(f"mine.{status}" for status in STATUSES),
    "reminder.cancel",
    *("subscriptions.title", "subscriptions.german"),
    *(f"subscriptions.{name}{category}" for name in ("", "about_") for category in CATEGORIES),
    *PAGES,
    *("notice.telegram", "notice.web"),
    *(f"care.{kind}" for kind in CARE_KINDS),
    *(f"media.{media}" for media in _MEDIA),
    *(f"kind.{kind}" for kind in (*KINDS, "emergency", "other")),
    *(f"button.{name}" for name in BUTTONS),
    *(f"words.{verb}" for verb in Verb),
    *("workshop.title", "workshop.none", "workshop.none_here", "workshop.calendar_file"),
    *("workshop.need_question", "workshop.need_none"),
    *(f"workshop.{status}" for status in WORKSHOP_STATUSES),
    *(f"workshop.mine_{status}" for status in STANDING),
    *(f"workshop.did_{outcome}" for outcome in OUTCOMES),
    *(f"workshop.which_{by}" for by in FILTERS),
    *(f"workshop.by_{by}" for by in FILTERS),
    *(f"workshop.{name}" for name in WORKSHOP_BUTTONS),
)
_VALUED = {
    "field.kept": ("text",),
    "pending.question": ("text",),
    "step.progress": ("number", "total"),
    "step.before": ("text",),
    "step.changed": ("value",),
    "place.which_district": ("text",),
    "card.label": ("value",),
    "card.field": ("value",),
    "card.kind": ("value",),
    "card.place": ("value",),
    "card.place_unsure": ("value",),
    "card.files": ("count",),
    "sent.thanks": ("number",),
    "media.too_many": ("count",),
    "mine.code": ("code",),
    "mine.entry": ("number", "day", "text", "status"),
    "mine.supported": ("number", "day", "text", "status"),
    "mine.since": ("status", "day"),
    "mine.reason": ("reason",),
    "mine.more": ("count",),
    **dict.fromkeys((f"mine.{key}" for key in ("quieted", "heard", "sure", "taken", "fixed", *ACTIONS)), ("number",)),
    **dict.fromkeys(("similar.mean", "similar.add"), ("letter",)),
    **dict.fromkeys(("similar.supports", "split.offer", "split.apart", "split.done"), ("count",)),
    **dict.fromkeys(("similar.meant", "browse.said_for", "browse.said_against"), ("number",)),
    **dict.fromkeys(("browse.about", "browse.chosen"), ("value",)),
    "similar.adds": ("text",),
    "workshop.page": ("page", "pages"),
    "workshop.name": ("title",),
    "workshop.when": ("day", "begins", "ends"),
    "workshop.free": ("free",),
    "workshop.full": ("waiting",),
    "workshop.mine_waiting": ("position",),
    "workshop.mine_offered": ("until",),
    **dict.fromkeys((f"workshop.did_{outcome}" for outcome in ("registered", "cancelled", "checked_in")), ("title",)),
    "workshop.did_waiting": ("title", "position"),
    "workshop.moved": ("title", "before", "when"),
    **dict.fromkeys((f"workshop.{change}" for change in ("called_off", "promoted")), ("title", "when")),
    "workshop.offered": ("title", "when", "until"),
    "workshop.lapsed": ("title",),
    "workshop.reason": ("reason",),
    "workshop.access": ("notes",),
    "workshop.online": ("link",),
    "workshop.contact": ("person",),
    "workshop.results": ("results",),
    "workshop.sure": ("title",),
    "workshop.idea_begun": ("title",),
    "workshop.calendar_link": ("link",),
    "reminder.text": ("title", "when"),
    **dict.fromkeys(("subscriptions.on", "subscriptions.off"), ("name", "about")),
    **dict.fromkeys((f"subscriptions.{key}" for key in ("turn_on", "turn_off", "turned_on", "turned_off")), ("name",)),
    "rights.account": ("chat", "since", "seen", "spoken", "notice", "drafts", "supports", "count"),
    "mine.handed": ("day",),
    "consents.yes": ("value",),
    "consents.no": ("value",),
    "consents.stands": ("value", "day"),
    "rights.objected": ("number",),
    "rights.case": ("number", "day", "status"),
    "rights.contribution": ("number", "day", "text"),
}
# Every key the core asks for outside the dialogues, with the values it fills in.
ASKED: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_PLAIN, frozenset()),
    **{key: frozenset(values) for key, values in _VALUED.items()},
}


def asked_of(dialogue: Dialogue) -> frozenset[str]:
    """Return the keys that a dialogue has to have texts for."""
    keys = {"name"}
    for step in dialogue.steps:
        keys |= {f"{step.id}.{part}" for part in _parts(step)}
    return frozenset(f"{dialogue.key}.{key}" for key in keys)


def _parts(step: Step) -> tuple[str, ...]:
    match step:
        case Confirm():
            return ()
        case Ask() if step.thin_below:
            return ("question", "label", "follow_up")
        case Choose():
            return ("question", "label", *(f"option.{option}" for option in step.options))
        case Ask() | Locate() | Attach():
            return ("question", "label")
