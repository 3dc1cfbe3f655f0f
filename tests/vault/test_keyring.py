"""Encryption, blind indexes and their keys."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from reception.models import Petitioner
from tests import factories
from vault import keyring

KEY_TWO = "d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3c="


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_was_encrypted_comes_back(plain, place):
    assert keyring.decrypt(keyring.encrypt(plain, place), place) == plain


def test_a_value_cannot_be_moved_to_another_place():
    stored = keyring.encrypt(b"110105", "table.column.1")
    with pytest.raises(keyring.Unreadable):
        keyring.decrypt(stored, "table.column.2")


@pytest.mark.parametrize("position", [0, 1, 5, 20, -1])
def test_a_changed_byte_is_noticed(position):
    stored = bytearray(keyring.encrypt(b"110105", "here"))
    stored[position] ^= 1
    with pytest.raises(keyring.Unreadable):
        keyring.decrypt(bytes(stored), "here")


def test_the_newest_key_writes_and_older_ones_still_read(settings):
    old = keyring.encrypt(b"old", "here")
    settings.VAULT_KEYS = {"2": KEY_TWO, **settings.VAULT_KEYS}
    new = keyring.encrypt(b"new", "here")
    assert (old[1], new[1]) == (1, 2)
    assert (keyring.decrypt(old, "here"), keyring.decrypt(new, "here")) == (b"old", b"new")


def test_a_blind_index_differs_per_column_and_never_shows_the_value():
    identity, phone = keyring.blind_index("identity", "13812345678"), keyring.blind_index("phone", "13812345678")
    assert identity != phone
    assert len(identity) == 64
    assert "138" not in identity[:3]
    assert keyring.blind_index("phone", "") == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [("AUDIT_KEY", ""), ("VAULT_INDEX_KEY", "c2hvcnQ="), ("AUDIT_KEY", "dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnY=")],
)
def test_the_check_refuses_missing_short_and_repeated_keys(settings, name, value):
    setattr(settings, name, value)
    with pytest.raises(SystemCheckError):
        call_command("check")


@pytest.mark.django_db
def test_the_database_never_holds_a_plain_number():
    factories.visit(person={"id_type": "111", "id_number": "11010519491231002X", "phone": "13812345678"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone, address, id_index, phone_index FROM reception_petitioner")
        row = cursor.fetchone()
    stored = b"|".join(part.encode() if isinstance(part, str) else bytes(part) for part in row)
    assert b"11010519491231002X" not in stored
    assert b"13812345678" not in stored
    assert "和平街道".encode() not in stored
    assert Petitioner.objects.with_identity("11010519491231002X").get().phone == "13812345678"


@pytest.mark.django_db
def test_an_update_past_the_model_cannot_store_clear_text():
    factories.visit()
    with pytest.raises(TypeError):
        Petitioner.objects.update(phone="13812345678")
