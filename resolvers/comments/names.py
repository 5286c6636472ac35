"""Names of persons in a comment, as far as a pattern betrays them."""

import re

_CAPITALISED = r"[A-ZÀ-ÖØ-Þ](?:['-]?[^\W\d_]){1,24}"
_INITIAL = r"[A-Z]\."

_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Mister|Dr|Prof|Professor|Herrn?|Frau|Mme|Mlle|Monsieur|Madame|Señor|Señora|Señorita|Sra"
    r"|Signora?|Signor|Rev|Sister|Brother|Father|Nurse|Baby|Uncle|Aunt)\b\.?\s"
    rf"(?!Reddy)(?:{_CAPITALISED}|[A-Z]\b)"
    r"|\b(?:MRS|MISS)\b\.?\s[A-Z]{2,25}|\b(?:MR|DR|MS)\.\s[A-Z]{2,25}"
    r"|\bmrs\b\.?\s[a-z]{3,25}"
    # In small letters "mr" is modified release more often than a man.
    r"|\bmr\b\.?\s(?!(?:tab|cap|form|prep|vers|dos|rel|gen|bran|and|the|not|prod|once|twice|daily|only|with)[a-z]{0,12})"
    r"[a-z]{4,25}"
)
_NOT_A_NAME = (
    r"(?!(?:Health|Global|Reported|Safety|Access|Assistance|Support|Satisfaction|Information|Education|Activity"
    r"|Activities|With|Without|Outcomes?|Portal|Groups?|Care|Data|Population|Selection|Adherence|Preferences?|Choice"
    r"|Compliance|Counsel|Counselling|Counseling|And|Or|On|In|Has|Had|Was|Is|The|This|That|It|He|She|We|They|If|But"
    r"|Very|Not|No|Type|Who|Likes|Prefers)\b)"
)
_PATIENT = re.compile(
    rf"\b(?:[Pp]atient|PATIENT|[Pp]t|[Cc]lient)(?:'s)?(?:\sname)?(?:\sis)?[.,:]?\s\(?(?:"
    rf"{_NOT_A_NAME}{_CAPITALISED}[\s,]{{1,2}}{_NOT_A_NAME}(?:{_CAPITALISED}|{_INITIAL})"
    rf"|[A-Z]\.\s?[A-Z]\.)"
    rf"|\b(?:[Mm]y|[Oo]ur)\s(?:own\s)?patient,?\s{_NOT_A_NAME}(?:[A-Z][a-z]{{2,24}})\b"
)
_CALLED = re.compile(
    r"\b(?:[Pp]atient|[Pp]t|man|woman|lady|boy|girl|gentleman|child|guy|mother|father|nurse|colleague|client)\b[^\n.]{0,20}"
    rf"\b(?:named|called)\s{_CAPITALISED}"
    rf"|(?<![Bb]rand\s)(?<![Tt]rade\s)(?<![Gg]eneric\s)(?<![Dd]rug\s)(?<![Pp]roduct\s)\b[Nn]ame(?:'s|\sis|\swas|:)\s?"
    rf"{_CAPITALISED}"
)
_RELATIVE = re.compile(
    r"\b(?:[Hh]is|[Hh]er|[Tt]heir|[Mm]y|[Oo]ur|[Pp]atient's)\s(?:wife|husband|son|daughter|mother|father|brother|sister"
    r"|partner|carer|caregiver|neighbou?r|friend|colleague|nurse|secretary|pharmacist),?\s[A-Z][a-z]{2,24}\b"
)
_APPOSED = re.compile(
    r"(?:^|[.!?]\s)(?!(?:However|Overall|Recently|Yesterday|Still|Today|Again|Besides|Indeed|Sadly|Yes|Well|Now|Then)\b)"
    r"(?![A-Z][a-z]{1,20}ly\b)[A-Z][a-z]{2,24},\s(?:my|our|a|one\sof\smy)\s(?:[\w-]{1,20}\s){0,2}(?:patient|lady|man|woman"
    r"|boy|girl|gentleman|child)\b"
)
_AGE = r",?\s\(?\d{1,3}\s?(?:-?\s?years?\b|yrs?\b|y\b|y/?o\b|[MFmf]\b)"
_INITIALS = re.compile(
    rf"\b[A-Z]\.\s?[A-Z]\.?{_AGE}"
    # Two capitals may also be a disease, a way to give a drug or a ward.
    r"|(?<![\w/-])(?!(?:AD|AF|AS|BD|BP|CD|CF|CI|DM|ED|GP|HD|HF|HR|IM|IP|IV|LD|MI|MS|OA|OD|OP|PA|PD|PE|PO|RA|SC|TB|TX|UC"
    rf"|VT)\b)[A-Z][A-Z]{_AGE}"
)


def has_person_name(text: str) -> bool:
    """Whether there is a title with a name, a name next to a word for a patient or a relative, or initials with an age.

    A name that stands alone is not found: without a list of names it looks like a drug or a disease. Names of
    physicians are found as well, since they may name the author. Takes a text that `plain` has made plain.
    """
    return any(pattern.search(text) for pattern in (_TITLED, _PATIENT, _CALLED, _RELATIVE, _APPOSED, _INITIALS))
