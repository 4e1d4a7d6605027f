"""When it began, as people say it: "desde las 7", "hace 2 horas", "desde el lunes"."""

import re

from kb.reading import Part, Since

_HALF = "|".join(
    (
        *(r"a\.?\s?m\b\.?", r"p\.?\s?m\b\.?"),
        *("de la (?:manana|tarde|noche|madrugada)", "del (?:mediodia|dia)"),
    )
)
_HOUR = (
    r"(?P<h{n}>\d{{1,2}})(?:[:.](?P<m{n}>[0-5]\d))?\s*(?:h(?:oras|rs?)?\b)?\s*"
    rf"(?P<half{{n}}>{_HALF})?"
)
_NUMBER_WORDS = {
    "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
    "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "quince": 15, "veinte": 20,
    "treinta": 30, "media": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "an": 1, "a": 1,
}  # fmt: skip
_COUNT = r"(?P<n>\d{1,3}|" + "|".join(_NUMBER_WORDS) + r")"
_UNITS = {"minuto": 1, "minute": 1, "hora": 60, "hour": 60, "dia": 1440, "day": 1440,
          "semana": 10080, "week": 10080, "mes": 43200, "month": 43200}  # fmt: skip
_UNIT = r"(?P<unit>minuto|minute|hora|hour|dia|day|semana|week|mes|month)(?:e?s)?"
_ABOUT = r"(?:(?:como|unas?|unos|mas de|casi) )?"


def _span(n: int) -> str:
    """A count and a unit, in groups of their own: "2 horas"."""
    return f"{_COUNT} {_UNIT}".replace("<n>", f"<n{n}>").replace("<unit>", f"<unit{n}>")


_AGO = re.compile(
    rf"\b(?:(?:desde )?hace {_ABOUT}{_span(1)}|(?:llevamos|llevo|lleva) (?:ya )?{_ABOUT}{_span(2)}"
    rf"|(?:for|since) (?:the last )?{_span(3)}|{_span(4)} ago)\b"
)
_DAYS = {
    "hoy": 0,
    "today": 0,
    "ayer": -1,
    "yesterday": -1,
    "anoche": -1,
    "last night": -1,
    "anteayer": -2,
    "antier": -2,
    "antes de ayer": -2,
}
_WEEKDAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_WEEKDAYS_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PARTS: dict[str, tuple[int, Part]] = {
    "madrugada": (180, "early"),
    "primera hora": (420, "morning"),
    "temprano": (420, "morning"),
    "manana": (480, "morning"),
    "morning": (480, "morning"),
    "mediodia": (720, "noon"),
    "noon": (720, "noon"),
    "tarde": (840, "afternoon"),
    "afternoon": (840, "afternoon"),
    "noche": (1200, "night"),
    "night": (1200, "night"),
}
_OF_TODAY = ("early", "morning")  # said without a day, these are today's
_DAY = r"(?P<day>antes de ayer|anteayer|antier|ayer|hoy|anoche|today|yesterday|last night)"
_WEEKDAY = r"(?:el |on )?(?P<weekday>" + "|".join((*_WEEKDAYS, *_WEEKDAYS_EN)) + r")(?: pasado)?"
_PART = (
    r"(?:(?:en|por|a|de|desde) )?(?:esta |la |el |this |in the )?"
    rf"(?P<part{{n}}>{'|'.join(_PARTS)})"
)
_LEAD = (
    r"(?:(?:mas o menos )?(?:desde|since|a partir de|empezo|comenzo|inicio|from)"
    r"(?: el| la| las| los| esta| on)?\s+)"
)
_AT = r"(?:(?:a|desde|como a|at|around|since) (?:eso de )?(?:las?|la)? ?)"
_CLOCKED = re.compile(
    rf"\b(?:{_LEAD})?(?:{_DAY}|{_WEEKDAY})"
    rf"(?:,? (?:{_PART.format(n=1)}|{_AT}?{_HOUR.format(n=1)}))?(?![\w/])"
)
_SINCE_HOUR = re.compile(
    r"\b(?:desde|since|a partir de|from)(?: como)? (?:a |las? |eso de las )*"
    rf"{_HOUR.format(n=2)}(?![\w/%])"
)
_SINCE_PART = re.compile(rf"\b(?:desde|since)(?: muy)? {_PART.format(n=3)}\b")
_THIS_PART = re.compile(rf"\b(?:esta|this) (?P<part4>{'|'.join(_PARTS)})\b")
_LONE_HOUR = re.compile(rf"^\s*(?:a las? |las? |at )?{_HOUR.format(n=4)}\s*$")
_JUST = re.compile(
    r"\b(?:acaba de (?:empezar|pasar|comenzar|caerse)|recien (?:empezo|paso)|ahora mismo|ahorita|"
    r"en este momento|just now|just started)\b"
)


def since(folded: str) -> Since | None:
    """When it began: "desde las 7", "hace 2 horas", "desde el lunes", "hoy 7 a. m."."""
    if ago := _AGO.search(folded):
        return _ago(ago)
    if clocked := _CLOCKED.search(folded):
        return _clocked(clocked)
    if hour := _SINCE_HOUR.search(folded):
        minute = _minute(hour, 2)
        return Since(phrase=hour[0].strip(), minute=minute) if minute is not None else None
    if part := _SINCE_PART.search(folded):
        return _of_part(part[0], part["part3"])
    if part := _THIS_PART.search(folded):
        return _of_part(part[0], part["part4"])
    if just := _JUST.search(folded):
        return Since(phrase=just[0], ago=0)
    return _lone_hour(folded)


def _ago(found: re.Match[str]) -> Since:
    count, unit = next(
        (found[n], found[u])
        for n, u in (("n1", "unit1"), ("n2", "unit2"), ("n3", "unit3"), ("n4", "unit4"))
        if found[n]
    )
    length = _UNITS[unit]
    number = int(count) if count.isdigit() else _NUMBER_WORDS[count]
    return Since(phrase=found[0], ago=length // 2 if count == "media" else number * length)


def _clocked(found: re.Match[str]) -> Since:
    day, weekday = found["day"], found["weekday"]
    minute, part = _PARTS[found["part1"]] if found["part1"] else (_minute(found, 1), None)
    if minute is None and day in ("anoche", "last night"):
        minute, part = _PARTS["noche"]
    return Since(
        phrase=found[0].strip(),
        day=_DAYS[day] if day else None,
        weekday=_weekday(weekday) if weekday else None,
        minute=minute,
        part=part,
    )


def _of_part(said: str, name: str) -> Since:
    """A part of the day without an hour: "esta mañana", "desde temprano"."""
    minute, part = _PARTS[name]
    today = part in _OF_TODAY or said.startswith(("esta ", "this ")) or " esta " in said
    return Since(phrase=said.strip(), day=0 if today else None, minute=minute, part=part)


def _weekday(name: str) -> int:
    return (_WEEKDAYS if name in _WEEKDAYS else _WEEKDAYS_EN).index(name)


def _lone_hour(folded: str) -> Since | None:
    found = _LONE_HOUR.match(folded)
    if not found or not (found["half4"] or found["m4"]):
        return None
    minute = _minute(found, 4)
    return Since(phrase=found[0].strip(), minute=minute) if minute is not None else None


def _minute(found: re.Match[str], n: int) -> int | None:
    """Minutes from midnight of an hour group; None for what is no hour of a clock."""
    if not found[f"h{n}"]:
        return None
    hour, minute = int(found[f"h{n}"]), int(found[f"m{n}"] or 0)
    half = (found[f"half{n}"] or "").replace(".", "").replace(" ", "")
    if hour > 24 or (half and hour > 12):
        return None
    if half and half not in ("am", "delamanana", "delamadrugada") and hour < 12:
        hour += 12
    if half in ("am", "delamadrugada", "delanoche") and hour % 12 == 0:
        hour = 0
    return hour % 24 * 60 + minute
