"""Everything a citizen can do, as hypothesis strategies: every kind of event, sensible or not."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.dialogue.events import CARE_KINDS, PlaceGuess, Understanding
from bot.dialogue.parse import Verb
from bot.dialogue.questions import KINDS
from tests.dialogue.talk import IDEAS, book, two_languages

VERB_WORDS = sorted({word for verb in Verb for word in book().texts.words("de", f"words.{verb}")})
YES_NO = sorted({*book().texts.words("de", "words.yes"), *book().texts.words("de", "words.no")})
FIELDS = tuple(book().dialogues)
STEPS = sorted({step.id for dialogue in book().dialogues.values() for step in dialogue.steps})
NUMBERS = tuple(each.number for each in IDEAS)
MEDIA = ("photo", "voice", "sticker", "contact", "document", "video", "other", "hologram")

places = st.builds(
    PlaceGuess,
    st.sampled_from(("am Rott", "Döppersberg", "Barmen")),
    st.sampled_from(("Rott", "Döppersberg", "Barmen", None)),
    st.sampled_from((None, "Barmen", "Elberfeld")),
    st.sampled_from(((), ("Barmen", "Heckinghausen", "Rott"))),
)
understandings = st.builds(
    Understanding,
    language=st.sampled_from((None, "de", "en")),
    fields=st.lists(st.sampled_from((*FIELDS, "nowhere")), max_size=3, unique=True).map(tuple),
    kind=st.sampled_from((None, *KINDS)),
    places=st.lists(places, max_size=3).map(tuple),
    care=st.sampled_from((None, None, None, *CARE_KINDS)),
    insult=st.booleans(),
    similar=st.lists(st.sampled_from((*NUMBERS, "T-999-999-999")), max_size=4, unique=True).map(tuple),
)
# What is said beside the token that makes a text unique: nothing, a few words, markup, several scripts, very much.
fillers = st.sampled_from(
    (
        "",
        "mehr Bänke an der Trasse",
        "{text} **fett** [a](b)",
        "ampel kaput!!",
        "🌳🌳🌳",
        "مقاعد أكثر في الحديقة",
        "w " * 2100,
        "2",
        "@x:y",
    )
)
small_talk = st.one_of(
    st.sampled_from(VERB_WORDS),
    st.sampled_from(YES_NO),
    st.sampled_from(("", " ", "👍", "1", "2", "13", "99", "9" * 5000, "?", "/", "@", "Abschiken", "zurük")),
)
commands = st.sampled_from((*Verb, "hilfe", "neu", "unbekannt", "", "START", "çok", "zurück"))
payloads = st.sampled_from(
    (
        *("", "", "plakat_12", "field_mobility", "field_learning", "field_none", "field_"),
        "ideas",
        "ideas_living",
        "ideas_x",
    )
)
_verbs = (
    *(
        "go",
        "opt",
        "guess",
        "edit",
        "kind",
        "len",
        "move",
        "field",
        "lang",
        "erase",
        "agree",
        "object",
        "open",
        "idea",
        "see",
    ),
    *("ws", "", "x", "goto"),
)
_words = (
    *("", "send", "join", "apart", "redact", "unfile", "fields", "kind", "school", "shelf", "resume", "back", "skip"),
    *(
        "menu",
        "cancel",
        "undo",
        "restart",
        "one",
        "short",
        "full",
        "idea",
        "none",
        "all",
        "link",
        "yes",
        "0",
        "9",
        "99",
        "٣",
    ),
    *(
        "mean",
        "add",
        "differ",
        "alone",
        "for",
        "against",
        "pass",
        "split",
        "fields",
        "districts",
        "topics",
        "f",
        "d",
        "t",
    ),
    *NUMBERS,
    *("contact", "publish", "reuse", "grown", "young", "done", "now", "no"),
    *(*FIELDS, *STEPS, "de", "en", "de-du", "1", "2"),
)
made_up_taps = st.one_of(
    st.builds(
        lambda verb, first, second, draft: f"{verb}:{first}:{second}{draft}",
        st.sampled_from(_verbs),
        st.sampled_from(_words),
        st.sampled_from(_words),
        st.sampled_from(("", "@", "@1", "@2", "@3")),
    ),
    st.text(max_size=64),
)
languages = st.sampled_from([language.code for language in two_languages().offered()])
