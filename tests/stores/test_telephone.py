"""Numbers as people write them: read by the plan of their land, or refused by cause."""

from __future__ import annotations

import pytest

from stores import telephone
from stores.telephone import (
    CostlyNumber,
    HasExtension,
    NoSuchNumber,
    NotANumber,
    NumberRefused,
)


@pytest.mark.parametrize(
    ("written", "kept", "region", "texts"),
    [
        ("0692 12 34 56", "+262692123456", "RE", True),
        ("+33692123456", "+262692123456", "RE", True),
        ("00 33 693 40 12 34", "+262693401234", "RE", True),
        ("0639 39 12 34", "+262639391234", "YT", True),
        ("0690 12 34 56", "+590690123456", "GP", True),
        ("0691 29 12 34", "+590691291234", "GP", True),
        ("0694 20 12 34", "+594694201234", "GF", True),
        ("0696 12 34 56", "+596696123456", "MQ", True),
        ("0697 12 34 56", "+596697123456", "MQ", True),
        ("0709 30 12 34", "+594709301234", "GF", True),
        ("0708 40 12 34", "+508708401234", "PM", True),
        ("0262 12 34 56", "+262262123456", "RE", False),
        ("0263 12 34 56", "+262263123456", "RE", False),
        ("0269 61 23 45", "+262269612345", "YT", False),
        ("0590 20 12 34", "+590590201234", "GP", False),
        ("0594 10 12 34", "+594594101234", "GF", False),
        ("0596 12 34 56", "+596596123456", "MQ", False),
        ("0508 41 12 34", "+508411234", "PM", False),
        ("0976 01 23 45", "+590976012345", "GP", False),
        ("+262 612 34 56 78", "+33612345678", "FR", True),
        ("06 39 98 00 10", "+33639980010", "FR", True),
        ("01 23 45 67 89", "+33123456789", "FR", False),
        ("09 48 12 34 56", "+33948123456", "FR", False),
        ("+33 (0)6.12.34.56.78", "+33612345678", "FR", True),
        ("06,12,34,56,78", "+33612345678", "FR", True),
        ("06\u00a012\u202f34\u300056\u200b78", "+33612345678", "FR", True),
        ("+32 470 12 34 56", "+32470123456", "BE", True),
        ("+377 6 12 34 56 78", "+377612345678", "MC", True),
    ],
)
def test_what_france_writes(written: str, kept: str, region: str, texts: bool) -> None:
    assert telephone.read(written, "FR") == kept
    assert telephone.region_of(kept) == region
    assert telephone.takes_texts(kept) is texts


@pytest.mark.parametrize(
    ("region", "written", "kept"),
    [
        ("RE", "0692 12 34 56", "+262692123456"),
        ("RE", "06 12 34 56 78", "+33612345678"),
        ("YT", "0692 12 34 56", "+262692123456"),
        ("GP", "0690 12 34 56", "+590690123456"),
        ("PM", "41 12 34", "+508411234"),
        ("BE", "0470 12 34 56", "+32470123456"),
        ("CH", "079 123 45 67", "+41791234567"),
        ("LU", "621 123 456", "+352621123456"),
        ("LU", "+33692123456", "+262692123456"),
    ],
)
def test_what_other_lands_write(region: str, written: str, kept: str) -> None:
    assert telephone.read(written, region) == kept


@pytest.mark.parametrize(
    ("region", "written", "cause"),
    [
        ("FR", "0800 12 34 56", CostlyNumber),
        ("FR", "0825 12 34 56", CostlyNumber),
        ("FR", "0899 12 34 56", CostlyNumber),
        ("FR", "+33 890 12 34 56", CostlyNumber),
        ("FR", "36 39", CostlyNumber),
        ("RE", "3639", CostlyNumber),
        ("FR", "118 218", CostlyNumber),
        ("FR", "112", CostlyNumber),
        ("FR", "+44 70 1234 5678", CostlyNumber),
        ("FR", "+881 6 123 45678", CostlyNumber),
        ("BE", "0900 12345", CostlyNumber),
        ("CH", "0900 123 456", CostlyNumber),
        ("FR", "0700 12 34 56", NoSuchNumber),
        ("FR", "0712 34 56 78", NoSuchNumber),
        ("FR", "06 12 34 56 78 poste 12", HasExtension),
        ("FR", "06 12 34 56 78 (poste n° 12)", HasExtension),
        ("FR", "0123456789 p. 3", HasExtension),
        ("FR", "0123456789 ext. 12", HasExtension),
        ("FR", "0123456789x4", HasExtension),
        ("FR", "0123456789,4", HasExtension),
        ("FR", "tel:+33-1-23-45-67-89;ext=12", HasExtension),
        ("FR", "06 12 34 56 78 / 07 12 34 56 78", NotANumber),
        ("FR", "0612ABCDEF", NotANumber),
        ("FR", "12", NotANumber),
        ("FR", "", NotANumber),
    ],
)
def test_a_refusal_says_its_cause(
    region: str, written: str, cause: type[NumberRefused]
) -> None:
    with pytest.raises(NumberRefused) as refused:
        telephone.read(written, region)
    assert type(refused.value) is cause


@pytest.mark.parametrize("phone", ["+33692123456", "+33825123456", "no number", ""])
def test_no_text_goes_where_there_is_no_mobile(phone: str) -> None:
    assert not telephone.takes_texts(phone)
    assert telephone.region_of("no number") == ""


def test_the_french_example_is_a_number_and_nobody_has_it() -> None:
    assert telephone.read(telephone.example("FR"), "FR") == "+33639980010"
    for region in ("RE", "GP", "BE", "CH", "LU"):
        assert telephone.takes_texts(telephone.read(telephone.example(region), region))
