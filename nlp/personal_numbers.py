"""Personal data that has the form of a number or an address line. Law: text in, spans out; better one too many than
one too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

import phonenumbers
from stdnum import iban

from nlp.analysis import PersonalDatum
from nlp.lexicon import lexicon

_AT = re.compile(r"@|[(\[]at[)\]]|\s(?:at|ät|klammeraffe|affenschwanz|chiocciola|małpa|собака|собачка)\s", re.I)
_EMAIL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"
    r"|[\w.+-]+\s?(?:@|\(at\)|\[at\]|\s(?:at|ät|klammeraffe|affenschwanz|chiocciola|małpa|собака|собачка)\s)\s?[\w-]+(?:\s?(?:\.(?!\s)|\(dot\)|\(punkt\)|\[dot\]|\s(?:punkt|dot|nokta|punto|kropka|точка|крапка)\s)\s?[\w-]+)*"
    r"\s?(?:\.(?!\s)|\(dot\)|\(punkt\)|\[dot\]|\s(?:punkt|dot|nokta|punto|kropka|точка|крапка)\s)\s?[A-Za-z]{2,8}\b",
    re.I,
)
_URL = re.compile(
    r"\b(?:https?://|www\.)[^\s<>()\"„“]+[^\s<>()\"„“.,;:!?]"
    r"|(?<![\w@./-])[a-z0-9][\w-]{2,}(?:\.[\w-]+)*\.(?:de|com|org|net|eu|info|nrw)\b(?!/)"
    r"|(?<![\w@./])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,8}/[^\s<>()\"„“]*[^\s<>()\"„“.,;:!?]"
)
_DIGIT = re.compile(r"\d")
FEW = 2  # different digits spelt out, of six or more: the others are the same, or written
_IBAN = re.compile(r"\b[A-Za-z]{2}\s?\d{2}(?:[\s-]?[A-Z0-9]{2,4}){3,8}(?:[\s-]?\d{1,3})?\b")
_HEALTH = re.compile(r"\b[A-Z]\s?\d{3}\s?\d{3}\s?\d{3}\b|\b[A-Z]\d{9}\b")
_SMALL_HEALTH = re.compile(r"\b[a-z]\s?\d{3}[\s.-]?\d{3}[\s.-]?\d{3}\b")
_SPOKEN_PLATE = re.compile(
    r"(?:kennzeichen|nummernschild)(?:\sist)?\s?:?\s([a-zäöü]{1,3}[\s-][a-z]{1,2}[\s-]?\d{1,4})\b", re.I
)
_PLATE = re.compile(r"(?<![\w-])(?:[A-ZÄÖÜ]{1,3})(?:[-: ·•.]|\s-\s)(?:[A-Z]{1,2})[- ]?\d{1,4}[EH]?(?![\w-])")
_FOREIGN_PLATE = re.compile(r"(?<![\w-])(?=[\w -]{0,6}\d)[A-Z]{1,3}[ -]?[A-Z0-9]{3,6}(?![\w-])")
_SMALL_PLATE = re.compile(
    r"(?<![\w-])([a-zäöü]{1,3})[- ]([a-z]{1,2})[- ]?\d{1,4}(?![\w-])|(?<![\w-])\d{3}\s?[A-Z]{3}(?![\w-])"
)
_TAGGED = re.compile(r"(?<![\w#])[A-Za-z][\w.]{2,31}#\d{4}(?!\d)")
_MONTH = (
    r"(?:jan(?:uar|uary)?|feb(?:ruar|ruary)?|märz|maerz|march|apr(?:il)?|mai|may|jun[ei]?|jul[iy]?|aug(?:ust)?|sept?(?:ember)?"
    r"|o[kc]t(?:ober)?|nov(?:ember)?|de[zc](?:ember)?|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık"
    r"|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"
    r"|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia"
    r"|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
    r"|січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня"
    r"|(?:ιανουαρ|φεβρουαρ|μαρτ|απριλ|μα|ιουν|ιουλ|οκτωβρ|σεπτεμβρ|νοεμβρ|δεκεμβρ)ίου|αυγούστου)"
)
_SPOKEN_DATE = re.compile(
    rf"(?:geboren|geb\.?)\s((?:am\s)?\w+ten\s(?:{_MONTH}|\w+ten)\s(?:neunzehn|zweitausend)\w*)"
    rf"|(\w+ten\s(?:{_MONTH}|\w+ten)\s(?:neunzehn|zweitausend)\w*)(?=\s(?:\w+\s)?geboren)",
    re.I,
)
_USER = re.compile(r"(?<![\w.@])@[A-Za-z][\w.]{2,31}(?<!\.)")
_DATE = re.compile(
    r"\b(?:0?[1-9]|[12]\d|3[01])\.\s?(?:(?:0?[1-9]|1[0-2])\.\s?|MONTHS\s)(?:19|20)?\d{2}\b|\b(?:19|20)\d\d[-/]\d\d[-/]\d\d\b"
    r"|\b\d{1,2}[/-]\d{1,2}[/-](?:19|20)?\d\d\b|\b(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\s(?:of\s)?MONTHS,?\s(?:19|20)\d{2}\b"
    r"|\bMONTHS\s\d{1,2},?\s(?:19|20)\d{2}\b|\b[0-3]\d[01]\d(?:19|20)\d\d\b".replace("MONTHS", _MONTH),
    re.I,
)
_BORN = re.compile(r"\)?,?\s(?:[^\W\d]+\s){0,3}(?:ge?boh?ren|geb\b|geburts|zur welt|doğdum|doğumlu|doğum)", re.I)
_PHONE = re.compile(r"(?<![\w,])(?<!\d\.)(?:\+|00|\(0|0)[\d\s()/.\-–]{5,22}\d(?![\d])")
_LINE = re.compile(r"(?<![\d.,:€])\d[\d\s/()\-]{5,16}\d(?![\d€%])")


def numbers(text: str) -> Iterator[PersonalDatum]:
    """Find everything but persons and addresses; surer types first, spans may overlap."""
    for kind, pattern in (("email", _EMAIL), ("url", _URL)):
        if kind == "email" and not _AT.search(text):
            continue  # the pattern for spelt-out addresses is slow, and most texts have none
        yield from (PersonalDatum(m.start(), m.end(), kind) for m in pattern.finditer(text))
    if _DIGIT.search(text):
        yield from _written(text)
    yield from (PersonalDatum(m.start(), m.end(), "phone") for m in _said(text))
    yield from (PersonalDatum(m.start(1), m.end(1), "licence_plate") for m in _SPOKEN_PLATE.finditer(text))
    if "geb" in text.lower():
        yield from (PersonalDatum(*m.span(m.lastindex or 0), "date_of_birth") for m in _SPOKEN_DATE.finditer(text))
    yield from _users(text)


def _written(text: str) -> Iterator[PersonalDatum]:
    yield from (PersonalDatum(m.start(), m.end(), "iban") for m in _IBAN.finditer(text) if _is_iban(m.group()))
    yield from _dates(text)
    yield from (PersonalDatum(m.start(), m.end(), "health_card") for m in _HEALTH.finditer(text))
    yield from _told(text, _SMALL_HEALTH, "health_card", "health")
    yield from _phones(text)
    yield from (PersonalDatum(m.start(), m.end(), "licence_plate") for m in _PLATE.finditer(text) if _is_plate(m))
    yield from (PersonalDatum(m.start(), m.end(), "licence_plate") for m in _SMALL_PLATE.finditer(text) if _near_car(m))
    yield from _told(text, _FOREIGN_PLATE, "licence_plate", "plates")


def _told(text: str, pattern: re.Pattern[str], kind: str, cue: str) -> Iterator[PersonalDatum]:
    """Find what only a word before it makes personal: "krankenkasse m 123 456 789"."""
    starts = tuple(lexicon("personal")["cues"][cue])
    for match in pattern.finditer(text):
        before = re.findall(r"[^\W\d]+", text[max(0, match.start() - 40) : match.start()].lower())
        if any(word.startswith(starts) for word in before):
            yield PersonalDatum(match.start(), match.end(), kind)


def _near_car(match: re.Match[str]) -> bool:
    town = match.group(1)
    around = match.string[max(0, match.start() - 40) : match.end() + 30].lower()
    cars = frozenset(lexicon("personal")["cues"]["vehicles"])
    return (town is None or town.upper() in _districts()) and not cars.isdisjoint(re.findall(r"[\w-]+", around))


def _is_iban(text: str) -> bool:
    compact = re.sub(r"[\s-]", "", text).upper()
    german = compact.startswith("DE") and len(compact) in (20, 21, 22, 23)  # a mistyped IBAN is still personal
    return bool(iban.is_valid(compact)) or (german and compact[2:].isdigit())


def _is_plate(match: re.Match[str]) -> bool:
    city = re.split(r"[-: ·•.]", match.group())[0]
    around = match.string[max(0, match.start() - 40) : match.start()].lower()
    return city in _districts() or "kennzeichen" in around


@cache
def _districts() -> frozenset[str]:
    return frozenset(lexicon("personal")["plate_districts"].split())


def _cued(text: str, start: int, cues: str, reach: int = 40) -> bool:
    before = re.findall(r"[\w*]+", text[max(0, start - reach) : start].lower())
    return not frozenset(lexicon("personal")[cues]).isdisjoint(before)


def _dates(text: str) -> Iterator[PersonalDatum]:
    for match in _DATE.finditer(text):
        cued = _cued(text, match.start(), "birth_cues", 25) or _BORN.match(text, match.end())
        if cued or _whose_birthday(text[: match.start()]):
            yield PersonalDatum(match.start(), match.end(), "date_of_birth")


def _whose_birthday(before: str) -> bool:
    """Say whether a date stands right behind a child or a name: "mein Sohn (22.08.17)", "Ich, Eva Muster, 3.4.1955"."""
    last = before.rstrip("(, ").lower().split()[-1:]
    return (before.endswith("(") and last != [] and last[0] in lexicon("personal")["cues"]["kin"]) or bool(
        _MYSELF.search(before)
    )


_MYSELF = re.compile(r"(?:^|\W)Ich,\s[^\W\d_]+\s[^\W\d_]+,\s$")


def _phones(text: str) -> Iterator[PersonalDatum]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        number = re.sub(r"[^\d+]", "", match.group())
        if (
            7 <= len(digits) <= 15
            and not digits.startswith("0800")
            and (_is_phone(number) or _cued(text, match.start(), "phone_cues"))
        ):
            yield PersonalDatum(match.start(), match.end(), "phone")
    for match in _LINE.finditer(text):
        if _cued(text, match.start(), "phone_cues", 25) and len(re.sub(r"\D", "", match.group())) >= 5:
            yield PersonalDatum(match.start(), match.end(), "phone")


def _is_phone(number: str) -> bool:
    try:
        parsed = phonenumbers.parse(number, "DE")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(parsed) and len(number) >= 7


def _said(text: str) -> Iterator[re.Match[str]]:
    """Find numbers that are spelt out: six digits or more of one language behind one another."""
    found = re.findall(r"\w+(?:['’]\w+)?", text.lower())
    if sum(map(_is_digit, found)) >= FEW:
        yield from _spoken().finditer(text)
    words = frozenset(found)
    for digits, pattern in _spoken_elsewhere():
        if len(words & digits) >= FEW:  # the patterns are slow, and hardly a text says a number
            yield from pattern.finditer(text)


@lru_cache(maxsize=20_000)
def _is_digit(word: str) -> bool:
    return bool(re.fullmatch(rf"(?:doppel)?(?:{'|'.join(lexicon('personal')['spoken_digits'])})|\d{{1,4}}", word))


@cache
def _spoken() -> re.Pattern[str]:
    digit = "|".join(lexicon("personal")["spoken_digits"])
    one = rf"(?:doppel\s?)?(?:{digit})|\d{{1,4}}"
    return re.compile(rf"\b(?:plus\s)?(?:{one})(?:(?:[\s,\-–/.]{{1,3}}|,?\s(?:dann|und)\s)(?:{one})){{5,}}\b", re.I)


@cache
def _spoken_elsewhere() -> list[tuple[frozenset[str], re.Pattern[str]]]:
    rows = (row.split() for row in lexicon("personal")["spoken_digits_elsewhere"].values())
    return [(frozenset(row), _in_a_row("|".join(row))) for row in rows]


def _in_a_row(digit: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{digit})(?:[\s,\-–/.]{{1,3}}(?:{digit}|\d{{1,4}})){{5,}}(?!\w)", re.I)


def _users(text: str) -> Iterator[PersonalDatum]:
    for pattern in (_USER, _TAGGED, _FORUM):
        yield from (PersonalDatum(m.start(), m.end(), "username") for m in pattern.finditer(text))
    low = text.lower()
    if not any(cue in low for cue in (*lexicon("personal")["user_cues"], *_NAMED)):
        return
    for cued in _cued_users():
        yield from (PersonalDatum(m.start(1), m.end(1), "username") for m in cued.finditer(text))


_NAMED = ("name", "handle", "nick", "adım", "utente", "login")  # one of these stands in every cue of `user_names`
_FORUM = re.compile(r"(?<![\w/])u/[A-Za-z][\w-]{2,}")


@cache
def _cued_users() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Give two patterns: a name with a digit, dot or dash behind a service; any word said to be a user's name."""
    cues, named = ("|".join(lexicon("personal")[key]) for key in ("user_cues", "user_names"))
    said = r"(?:\s(?:ist|heißt|heiß(?:e)?|ich|bin|unter|als|name|is|der|die|als|mein|è|to|это|це))*\s?:?\s?"
    made = r"(?:@|(?<!\w))(?=[\w-]*[\d_.-]\w|(?-i:\w*[a-z][A-Z]))([A-Za-z][\w.-]{2,31}\w(?:#\d{4})?)"
    told = r"(?:\s(?:ist|heißt|lautet|is|è|to)|\s?:)\s@?(?!(?:der|die|das|ein|nicht|weg|zu)\b)([^\W\d][\w.-]{2,31}\w)"
    return (
        re.compile(rf"(?<!\w)(?:{cues})(?:[- ]?(?:name|handle|account))?{said}{made}", re.I),
        re.compile(rf"(?<!\w)(?:{named}|name\s(?:auf|bei|in|on|su|w)\s(?:{cues})){told}", re.I),
    )
