"""What is left of a personal number where the full one has no business."""

import pytest

from vault import masking


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("11010519491231002X", "110105********002X"),
        ("110105491231002", "110105*****1002"),
        ("E12345678", "*******78"),
        ("7", "7"),
        ("", ""),
    ],
)
def test_identity(number, masked):
    assert masking.mask_identity(number) == masked


@pytest.mark.parametrize(
    ("phone", "masked"), [("13812345678", "138****5678"), ("0731-1234567", "********4567"), ("", "")]
)
def test_phone(phone, masked):
    assert masking.mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [("示范市和平街道幸福里 3 号楼", "示范市和平街道***"), ("某某市某某区", "某某市某某区***"), ("", "")],
)
def test_address(address, masked):
    assert masking.mask_address(address) == masked


def test_numbers_inside_text():
    text = "身份证11010519491231002X,电话 13812345678,编号 XF2026000412,金额 123456789012"
    assert masking.mask_text(text) == ("身份证110105********002X,电话 138****5678,编号 XF2026000412,金额 123456789012")


def test_a_log_line_is_masked_and_cannot_forge_a_second_one():
    assert masking.mask_line("id 11010519491231002X\nERROR forged") == "id 110105********002X\\nERROR forged"
