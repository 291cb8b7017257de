import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import identifiers as ids

DATA = Path(__file__).parents[2] / "directory/data"
Check = Callable[[str], str]

GOOD = [
    (ids.check_siren, "732 829 320", "732829320"),
    (ids.check_siret, "732.829.320.00074", "73282932000074"),
    (ids.check_siret, "732829320 00074", "73282932000074"),
    (ids.check_siret, "35600000000048", "35600000000048"),  # La Poste, seat: by Luhn
    (ids.check_siret, "35600000049837", "35600000049837"),  # La Poste, a branch: sum of digits by five
    (ids.check_siret, "732829320", "732829320"),
    (ids.check_rna, "W 751 123 456", "W751123456"),
    (ids.check_rna, "w2a1000123", "W2A1000123"),
    (ids.check_vat, "FR 40 303265045", "FR40303265045"),
    (ids.check_vat, "be 0428 759 497", "BE0428759497"),
    (ids.check_vat, "CHE-107.787.577 IVA", "CHE107787577IVA"),
    (ids.check_org_id, "GB-COH-01234567", "GB-COH-01234567"),
    (ids.check_org_id, "be-bce_kbo-0428759497", "BE-BCE_KBO-0428759497"),
    (ids.check_cog, "59350", "59350"),
    (ids.check_cog, "2b033", "2B033"),
    (ids.check_cog, "59", "59"),
    (ids.check_cog, "974", "974"),
    (ids.check_nuts, "FR", "FR"),
    (ids.check_nuts, "itc4c", "ITC4C"),
    (ids.check_epci, "200 046 977", "200046977"),
    (ids.check_phone, "+33 (0)6 50 72 37 18", "+33650723718"),
    (ids.check_phone, "0033 1 40 05 85 65", "+33140058565"),
    (ids.check_phone, "01.40.05.85.65", "+33140058565"),
    (ids.check_phone, "+39 06 698 12345", "+390669812345"),  # in Italy the zero belongs to the number
    (ids.check_url, "www.osezlemix.fr", "https://www.osezlemix.fr"),
    (ids.check_url, "http://example.org:8080/é?q=1#x", "http://example.org:8080/é?q=1#x"),
    (ids.check_url, "HTTPS://CitésDesMétiers.FR/", "https://citésdesmétiers.fr/"),
    (ids.check_email, "a.b@Example.com", "a.b@example.com"),
    (ids.check_language_tag, "EN", "en"),
    (ids.check_language_tag, "fr_FR", "fr-FR"),
    (ids.check_language_tag, "zh-HANT-tw", "zh-Hant-TW"),
    (ids.check_language_tag, "es-419", "es-419"),
    (ids.check_language_tag, "ca-valencia", "ca-valencia"),
    (ids.check_country, " fr ", "FR"),
    (ids.check_country, "MUS", "MU"),
    (ids.check_currency, "chf", "CHF"),
]


@pytest.mark.parametrize(("check", "text", "normal"), GOOD)
def test_a_good_one_gets_its_normal_form(check: Check, text: str, normal: str) -> None:
    assert check(text) == normal
    assert check(normal) == normal


@pytest.mark.parametrize(
    ("check", "text", "says"),
    [
        (ids.check_siren, "732829321", "check digit"),
        (ids.check_siren, "73282932", "9 digits"),
        (ids.check_siren, "٧٣٢٨٢٩٣٢٠", "9 digits"),
        (ids.check_siret, "73282932000075", "check digit"),
        (ids.check_siret, "35600000049838", "check digit"),
        (ids.check_siret, "7328293200007", "14 digits, or 9"),
        (ids.check_siret, "", "14 digits"),
        (ids.check_rna, "751123456", "W and 9 digits"),
        (ids.check_vat, "FR41303265045", "letters of the country"),
        (ids.check_vat, "303265045", "letters of the country"),
        (ids.check_org_id, "QQ-COH-1", "is not a country"),
        (ids.check_org_id, "GBCOH1", "country, list and number"),
        (ids.check_cog, "1004", "leading zero"),
        (ids.check_cog, "2C004", "5 characters"),
        (ids.check_nuts, "GR30", "use EL"),
        (ids.check_nuts, "US1", "none of its countries$"),
        (ids.check_nuts, "FRE111", "up to three"),
        (ids.check_epci, "732829320", "begins with 20 or 24"),
        (ids.check_phone, "01 40 05 85", "a digit may be missing"),
        (ids.check_phone, "hello", r"with \+"),
        (ids.check_phone, "3949", "can be in use"),
        (ids.check_phone, "+33140058565 ext. 12", "extension"),
        (ids.check_url, "javascript:alert(1)", "address on the web"),
        (ids.check_url, "mailto:info@example.org", "address on the web"),
        (ids.check_url, "ftp://example.org", "begins with http"),
        (ids.check_url, "http://user:pw@example.org", "user"),
        (ids.check_url, "two words.fr", "address on the web"),
        (ids.check_url, "http://example.org/a b", "space"),
        (ids.check_url, "localhost", "address on the web"),
        (ids.check_url, "http://[::1", "address on the web"),
        (ids.check_url, "example.org:99999", "address on the web"),
        (ids.check_url, "", "address on the web"),
        (ids.check_email, "info@", "not an e-mail address"),
        (ids.check_email, "info at example.org", "not an e-mail address"),
        (ids.check_language_tag, "french", "write its code"),
        (ids.check_language_tag, "xx", "ISO 639 has no"),
        (ids.check_language_tag, "fr-XX", "not a country"),
        (ids.check_country, "UK", "use GB"),
        (ids.check_country, "France", "two letters"),
        (ids.check_currency, "€", "such as EUR"),
        (ids.check_currency, "EURO", "such as EUR"),
    ],
)
def test_a_bad_one_is_refused_with_a_sentence(check: Check, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(text)


@pytest.mark.parametrize(
    ("check", "code", "year", "good"),
    [
        (ids.check_cog, "2A004", 2024, True),
        (ids.check_cog, "2A004", 1975, False),
        (ids.check_cog, "20004", 1975, True),
        (ids.check_cog, "20004", 1976, False),
        (ids.check_nuts, "FR30", 2013, True),
        (ids.check_nuts, "FR30", 2016, False),
        (ids.check_nuts, "FRE1", 2021, True),
        (ids.check_nuts, "FRE1", 2013, False),
        (ids.check_nuts, "FR10", 2013, True),
        (ids.check_nuts, "FR10", 2024, True),
        (ids.check_nuts, "ITC4", 2022, False),
    ],
)
def test_a_code_is_checked_in_its_year(check: Callable[[str, int], str], code: str, year: int, good: bool) -> None:
    if good:
        assert check(code, year) == code
    else:
        with pytest.raises(ValueError, match=str(year)):
            check(code, year)


ALL = [getattr(ids, name) for name in sorted(vars(ids)) if name.startswith("check_")]


@pytest.mark.parametrize("check", ALL)
@given(text=st.text() | st.from_regex(r"[A-Z0-9+. /:@-]{1,16}", fullmatch=True))
def test_any_text_is_either_normal_for_good_or_refused(check: Check, text: str) -> None:
    try:
        normal = check(text)
    except ValueError:
        return

    assert check(normal) == normal


def test_every_code_and_address_of_the_published_data_passes() -> None:
    checks: dict[str, Check] = {
        "country": ids.check_country,
        "countries": ids.check_country,
        "email": ids.check_email,
        "website": ids.check_url,
        "phone": ids.check_phone,
        "language": ids.check_language_tag,
    }
    cells = [
        (column, value)
        for path in DATA.glob("*.csv")
        for row in csv.DictReader(StringIO(path.read_text("utf-8")))
        for column in checks.keys() & row.keys()
        for value in filter(None, row[column].split(";"))
    ]

    normal = [checks[column](value) for column, value in cells]

    assert len(normal) > 100
    assert "+33650723718" in normal
