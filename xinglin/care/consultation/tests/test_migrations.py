"""The way back from a migration of words is gone once, with words in it, and comes forward again."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from xinglin.care.consultation.messages import queries, services
from xinglin.care.consultation.tests.threads import edit, post_batch, said, thread, words
from xinglin.kernel import ids


def migrate(*targets):
    executor = MigrationExecutor(connection)
    executor.migrate([*targets] or executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_going_back_before_edits_and_forward_again_keeps_every_message():
    holder, doctor = ids.new(), ids.new()
    visit = thread(holder, doctor)
    post_batch(words(visit, holder, "一"), words(visit, doctor, "二"))
    post_batch(edit(visit, holder, 1, "三"))
    post_batch((visit, holder, ids.new(), "voice", {"voice_id": str(ids.new()), "ms": 900}))
    before = queries.read(visit)
    try:
        migrate(("consultation", "0003_guards"))
        assert services.post(visit, holder, "text", {"text": "四"}) == 5
    finally:
        migrate()
    assert queries.read(visit)[:4] == before
    assert said(post_batch(words(visit, holder), edit(visit, holder, 5))) == [6, 7]
