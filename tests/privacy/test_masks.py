"""Hidden values: recognisable to the owner, useless to anyone else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.privacy import masks


@pytest.mark.parametrize(
    ("item", "value", "shown"),
    [
        ("person.id_number", "220104197903020426", "尾号 0426"),
        ("person.bank_account", "6217000000000001234", "尾号 1234"),
        ("person.card_number", "A1234", "已隐去"),
        ("person.name", "何晓梅", "何*梅"),
        ("person.name", "何梅", "*梅"),
        ("person.name", "何", "*"),
        ("person.name", "欧阳晓梅", "欧**梅"),
        ("person.phone", "13800000000", "138 **** 0000"),
        ("person.phone", "+86 138-0000-0000", "138 **** 0000"),
        ("person.phone", "0431-88880000", "尾号 0000"),
        ("person.phone", "12345", "已隐去"),
        ("person.address", "虚构省宁溪市东环路 1 号", "已隐去"),
        ("person.email", "he@example.cn", "已隐去"),
        ("person.name", "  ", ""),
    ],
)
def test_forms_of_the_register(item: str, value: str, shown: str) -> None:
    assert masks.mask(item, value) == shown


def test_an_item_outside_the_register_is_refused() -> None:
    with pytest.raises(KeyError):
        masks.mask("person.blood", "A")


@given(st.text(st.characters(categories=("L", "N")), min_size=2, max_size=30))
def test_never_more_than_four_characters_of_a_number_show(value: str) -> None:
    shown = masks.tail(value)

    assert shown == masks.HIDDEN or (shown == f"尾号 {value[-4:]}" and len(value) >= 8)
