import pytest
from django.db import transaction
from notifications import log
def test_it_a(database):
    with transaction.atomic():
        log.append("inbox.read", ["user.7"], {"read_to": 4})
    assert log.head().cursor.seq == 1
def test_it_b(database, alice):
    assert log.head().cursor.seq == 0
    assert alice.pk
