"""Codes, numbers and addresses checked by their own rules.

Each `check_x` gives the normal form, or raises ValueError with a sentence for the person who typed it.
"""

import re
from urllib.parse import urlsplit

import phonenumbers
import pycountry
from email_validator import EmailNotValidError, validate_email
from stdnum import vatin
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

SPACES = re.compile(r"[\s.\u00a0\u202f-]+")
# Codes that people and programs use for a country, and that ISO 3166-1 does not have.
SAID_FOR = {"UK": "GB", "EL": "GR"}
# Prefixes of org-id.guide that stand for no country.
ORG_ID_REGIONS = frozenset({"XI", "XM", "XR", "XS", "XG"})
NUTS_VERSIONS = (2003, 2006, 2010, 2013, 2016, 2021, 2024)
NUTS_COUNTRIES = frozenset(
    "AL AT BE BG CH CY CZ DE DK EE EL ES FI FR HR HU IE IS IT LI LT LU LV ME MK MT NL NO PL PT RO RS SE SI SK TR UA UK "
    "XK".split()
)
# France was cut anew in 2016: Eurostat, "NUTS - history".
NUTS_FRANCE = {True: "1BCDEFGHIJKLMYZ", False: "123456789Z"}
# Since 1 January 1976 Corsica is 2A and 2B instead of 20: INSEE, "Code officiel géographique".
CORSICA_DIVIDED = 1976
# What an address never is: the first two lead to the program, the last to the folder above.
RESERVED_SLUGS = frozenset({"api", "graphql", ".."})
FREQUENCIES = "SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY"
# RFC 5545, section 3.3.10: the parts that a rule may have, each with what it may hold.
SLUG = re.compile(r"[a-z0-9-]{1,80}")
RECURRENCE_PARTS = {
    "FREQ": FREQUENCIES,
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "COUNT": r"[1-9]\d{0,5}",
    "INTERVAL": r"[1-9]\d{0,5}",
    "BYDAY": r"[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)",
    "WKST": "MO|TU|WE|TH|FR|SA|SU",
    **dict.fromkeys("BYSECOND BYMINUTE BYHOUR BYMONTHDAY BYYEARDAY BYWEEKNO BYMONTH BYSETPOS".split(), r"[+-]?\d{1,3}"),
}
LANGUAGE_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|\d{3}))?(?P<rest>(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*)"
)


def check_siren(text: str) -> str:
    """The nine digits of a SIREN.

    >>> check_siren("732 829 320")
    '732829320'
    """
    number = SPACES.sub("", text)
    if not re.fullmatch(r"[0-9]{9}", number):
        raise ValueError(f"{text!r} is not a SIREN: it has 9 digits")
    if not siren.is_valid(number):
        raise ValueError(f"{text!r} is not a SIREN: its check digit is wrong, so a digit was mistyped")
    return number


def check_siret(text: str) -> str:
    """The fourteen digits of a SIRET (La Poste has its own check), or the nine of the SIREN alone.

    >>> check_siret("732 829 320 00074"), check_siret("356 000 000 49837"), check_siret("732829320")
    ('73282932000074', '35600000049837', '732829320')
    """
    number = SPACES.sub("", text)
    if re.fullmatch(r"[0-9]{9}", number):
        return check_siren(number)
    if not re.fullmatch(r"[0-9]{14}", number):
        raise ValueError(f"{text!r} is not a SIRET: it has 14 digits, or 9 for the SIREN alone")
    if not siret.is_valid(number):
        raise ValueError(f"{text!r} is not a SIRET: its check digit is wrong, so a digit was mistyped")
    return number


def check_rna(text: str) -> str:
    """The number of an association in the French register: W and nine characters.

    >>> check_rna("w 751 000 001"), check_rna("W9R1000001")
    ('W751000001', 'W9R1000001')
    """
    number = SPACES.sub("", text).upper()
    if not re.fullmatch(r"W[0-9][0-9A-Z][0-9]{7}", number, re.ASCII):
        raise ValueError(f"{text!r} is not an RNA number: it is W and 9 digits, such as W751000001")
    return number


def check_vat(text: str) -> str:
    """A VAT number with the two letters of its country, checked by that country's rule.

    >>> check_vat("fr 40 303 265 045")
    'FR40303265045'
    """
    try:
        number: str = vatin.validate(SPACES.sub("", text))
    except ValidationError:
        raise ValueError(f"{text!r} is not a VAT number: two letters of the country, then its digits") from None
    return number.upper()


def check_org_id(text: str) -> str:
    """An identifier of org-id.guide: country, list, number in that list.

    >>> check_org_id("fr-rcs-303265045"), check_org_id("XI-GRID-grid.434257.3")
    ('FR-RCS-303265045', 'XI-GRID-grid.434257.3')
    """
    written = re.fullmatch(r"([A-Za-z]{2})-([A-Za-z0-9_]+)-(\S+)", text.strip(), re.ASCII)
    if written is None:
        raise ValueError(f"{text!r} is not an org-id: country, list and number, such as GB-COH-01234567")
    region = written[1].upper()
    if region not in ORG_ID_REGIONS:
        check_country(region)
    return f"{region}-{written[2].upper()}-{written[3]}"


def check_cog(text: str, year: int | None = None) -> str:
    """An INSEE code of a French commune, county or region, as it could be in that year.

    >>> check_cog("59350"), check_cog("2a004"), check_cog("974"), check_cog("20004", 1970)
    ('59350', '2A004', '974', '20004')
    """
    code = SPACES.sub("", text).upper()
    if not re.fullmatch(r"([0-9]{2}|2[AB])([0-9]{3})?|9[78][0-9]", code, re.ASCII):
        lost = "; a leading zero may be lost" if re.fullmatch(r"[0-9]|[0-9]{4}", code, re.ASCII) else ""
        raise ValueError(f"{text!r} is not an INSEE code: 5 characters for a commune, 2 or 3 for a county{lost}")
    divided = code.startswith(("2A", "2B"))
    if year is not None and divided and year < CORSICA_DIVIDED:
        raise ValueError(f"{text!r} was not an INSEE code in {year}: Corsica was 20 before 1976")
    if year is not None and len(code) == 5 and code.startswith("20") and year >= CORSICA_DIVIDED:
        raise ValueError(f"{text!r} was no longer an INSEE code in {year}: Corsica is 2A and 2B since 1976")
    return code


def check_nuts(text: str, year: int | None = None) -> str:
    """A NUTS code (country and up to three characters), as it could be in the version of that year.

    >>> check_nuts("fre11"), check_nuts("FR301", 2013), check_nuts("EL30", 2021)
    ('FRE11', 'FR301', 'EL30')
    """
    code = SPACES.sub("", text).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{0,3}", code, re.ASCII):
        raise ValueError(f"{text!r} is not a NUTS code: two letters and up to three characters, such as FRE11")
    if code[:2] not in NUTS_COUNTRIES:
        hint = next((f"; use {nuts}" for nuts, iso in SAID_FOR.items() if iso == code[:2]), "")
        raise ValueError(f"{text!r} is not a NUTS code: {code[:2]} is none of its countries{hint}")
    if year is not None and year not in NUTS_VERSIONS:
        versions = ", ".join(map(str, NUTS_VERSIONS))
        raise ValueError(f"NUTS has no version of {year}: its versions are {versions}")
    if year is not None and code[:2] == "FR" and len(code) > 2 and code[2] not in NUTS_FRANCE[year >= 2016]:
        raise ValueError(f"{text!r} was not a NUTS code in {year}: France was cut anew in 2016")
    return code


def check_epci(text: str) -> str:
    """The SIREN of a French grouping of municipalities.

    >>> check_epci("200 046 977")
    '200046977'
    """
    number = check_siren(text)
    if not number.startswith(("20", "24")):
        raise ValueError(f"{text!r} is not a grouping of municipalities: its SIREN begins with 20 or 24")
    return number


def check_phone(text: str, region: str | None = "FR") -> str:
    """A telephone number in E.164; `region` is the country it is dialled from when it has no `+`.

    >>> check_phone("+33 (0)6 50 72 37 18"), check_phone("01 40 05 85 65"), check_phone("02 515 05 11", "BE")
    ('+33650723718', '+33140058565', '+3225150511')
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise ValueError(f"{text!r} is not a telephone number: write it with + and the country's code") from None
    if number.extension:
        raise ValueError(f"{text!r} has an extension, which has no place here: give the direct number")
    if not phonenumbers.is_valid_number(number):
        raise ValueError(f"{text!r} is not a telephone number that can be in use: a digit may be missing")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_url(text: str) -> str:
    """An address on the web; https:// is added when there is no scheme.

    >>> check_url("www.osezlemix.fr"), check_url(" HTTP://Example.org/a?b=c#d ")
    ('https://www.osezlemix.fr', 'http://example.org/a?b=c#d')
    """
    address = text.strip()
    complete = address if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", address) else f"https://{address}"
    try:
        parts = urlsplit(complete)
        host = check_host(parts.hostname or "")
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        raise ValueError(f"{text!r} is not an address on the web, such as https://www.example.org") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{text!r} is not an address on the web: it begins with http:// or https://")
    if "@" in parts.netloc or re.search(r"[\s<>\"\\\x00-\x1f\x7f]", complete):
        raise ValueError(f"{text!r} is not an address on the web: it has a user, a space or a sign that is not allowed")
    return parts._replace(netloc=f"{host}{port}").geturl()


def check_host(host: str) -> str:
    """A host that the web can reach: names with a dot, in lower case; accents stay as they are read.

    >>> check_host("Cité-des-métiers.FR")
    'cité-des-métiers.fr'
    """
    labels = host.lower().removesuffix(".").split(".")
    if len(host) > 253 or len(labels) < 2 or not all(re.fullmatch(r"(?!-)[\w-]{1,63}(?<!-)", each) for each in labels):
        raise ValueError(f"{host!r} is not the name of a host")
    return ".".join(labels)


def check_email(text: str) -> str:
    """An e-mail address, its domain in lower case.

    >>> check_email(" Accueil.Lille@Example-Network.ORG ")
    'Accueil.Lille@example-network.org'
    """
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(f"{text!r} is not an e-mail address: {error}") from None


def check_language_tag(text: str) -> str:
    """A language by BCP 47, in its usual case; the language and the region exist.

    >>> [check_language_tag(each) for each in ("FR", "pt_br", "zh-hant-tw", "und")]
    ['fr', 'pt-BR', 'zh-Hant-TW', 'und']
    """
    written = LANGUAGE_TAG.fullmatch(text.strip().replace("_", "-").lower())
    if written is None:
        raise ValueError(f"{text!r} is not a language: write its code, such as fr, or pt-BR with a region")
    language, script, region = written["language"], written["script"], written["region"]
    known = pycountry.languages.get(alpha_2=language) or pycountry.languages.get(alpha_3=language)
    if language != "und" and known is None:
        raise ValueError(f"{text!r} is not a language: ISO 639 has no {language!r}")
    if region and region.isalpha():
        check_country(region)
    parts = [language, script and script.title(), region and region.upper()]
    return "-".join(part for part in parts if part) + written["rest"]


def check_country(text: str) -> str:
    """A country by its two letters of ISO 3166-1; three letters are understood.

    >>> check_country("fr"), check_country("BEL")
    ('FR', 'BE')
    """
    code = text.strip().upper()
    known = pycountry.countries.get(alpha_3=code) if len(code) == 3 else pycountry.countries.get(alpha_2=code)
    if known is None:
        hint = f"; use {SAID_FOR[code]}" if code in SAID_FOR else ", such as FR"
        raise ValueError(f"{text!r} is not a country: write its two letters of ISO 3166-1{hint}")
    return str(known.alpha_2)


def check_currency(text: str) -> str:
    """A currency by its three letters of ISO 4217.

    >>> check_currency("eur")
    'EUR'
    """
    code = text.strip().upper()
    if pycountry.currencies.get(alpha_3=code) is None:
        hint = "EUR" if code in ("€", "EURO", "EUROS") else "EUR or CHF"
        raise ValueError(f"{text!r} is not a currency: write its three letters of ISO 4217, such as {hint}")
    return code


def check_key(text: str) -> str:
    """Where something came from: the scheme in small letters, then its value there.

    >>> check_key(" network:cdm-sqy ")
    'network:cdm-sqy'
    """
    key = text.strip()
    if not re.fullmatch(r"[a-z][a-z0-9_.+-]{0,39}:\S(.{0,398}\S)?", key):
        raise ValueError(f"{text!r} is not a key: a scheme, a colon and a value, such as network:cdm-sqy")
    return key


def check_slug(text: str) -> str:
    """One step of an address: small letters, digits and hyphens, 80 at most, and no word kept for the program.

    >>> check_slug("pays-d-artois")
    'pays-d-artois'
    """
    if text in RESERVED_SLUGS:
        raise ValueError(f"{text!r} is kept for the program: choose another slug")
    if not SLUG.fullmatch(text):
        raise ValueError(f"{text!r} is not a slug: 1 to 80 small letters, digits and hyphens")
    return text


def check_recurrence(text: str) -> str:
    """A rule of repetition by RFC 5545.

    >>> check_recurrence("rrule:freq=weekly;byday=mo,we;count=10")
    'FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10'
    """
    rule = text.strip().upper().removeprefix("RRULE:")
    parts = {name: value for name, _, value in (part.partition("=") for part in rule.split(";"))}
    sound = len(parts) == rule.count(";") + 1 and all(
        re.fullmatch(RECURRENCE_PARTS.get(name, "(?!)"), each, re.ASCII)
        for name, value in parts.items()
        for each in (value.split(",") if name.startswith("BY") else [value])
    )
    if not sound or "FREQ" not in parts or {"UNTIL", "COUNT"} <= set(parts):
        raise ValueError(f"{text!r} is not a rule of repetition, such as FREQ=WEEKLY;BYDAY=MO")
    return rule
