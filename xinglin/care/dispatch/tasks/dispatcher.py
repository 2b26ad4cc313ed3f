"""The live dispatcher: a leader for each shard by a fenced lease, rebuilt from the database."""

import os
import socket
import time
from contextlib import suppress
from threading import Event
from zlib import crc32

import structlog
from django.db import Error, connection

from xinglin.care.dispatch.services import lease as leases
from xinglin.care.dispatch.services.lease import FencedError
from xinglin.care.dispatch.shards import Shard, shards
from xinglin.care.dispatch.tasks.bell import wait_for_any
from xinglin.care.dispatch.tasks.leading import Post, take_post
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids

log = structlog.get_logger(__name__)

_IDLE_S = 1.0
_STANDBY_S = 0.25
_BEAT_S = 2.0
# Who leads looks for another shard less often than who stands by, so that each finds its leader.
_MORE_S = 1.0
# Under load every step of every visit pokes; one turn takes up all that happened meanwhile. A rest as
# long as the turn keeps leader and database at half a core, however often they poke; the shortest
# makes one turn of an offer and of what its doctor and patient do at once.
_SHORTEST_REST_S, _LONGEST_REST_S = 0.03, 0.1


def run(stop: Event) -> None:
    """Lead or stand by until `stop`; the leases that we hold are given back at the end."""
    crew = _Crew(stop)
    while not stop.is_set():
        try:
            crew.work()
        except Error as error:
            log.warning("database failed", error=type(error).__name__)
            crew.leave_all()
            connection.close()
            stop.wait(_STANDBY_S)
    with suppress(Error):
        crew.give_back()


class _Crew:
    """The shards that this process leads; none: it stands by for all of them."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{ids.new().hex[-8:]}"
        self._posts: dict[Shard, Post] = {}
        self._stands_by = False
        self._looked_s = self._beaten_s = float("-inf")
        self._first = crc32(self._holder.encode())

    def work(self) -> None:
        began = time.monotonic()
        if not self._posts or began - self._looked_s >= _MORE_S:
            self._look_for_one(began)
        if not self._posts:
            if not self._stands_by:
                log.info("stands by", holder=self._holder)
            self._stands_by = True
            self._stop.wait(_STANDBY_S)
            return
        self._stands_by = False
        if began - self._beaten_s >= _BEAT_S:
            outbox.beat("dispatcher")
            self._beaten_s = began
        for post in list(self._posts.values()):
            try:
                post.work()
            except FencedError:
                log.warning("leads no more", shard=post.shard.name, holder=self._holder)
                self._leave(post)
        self._rest(time.monotonic() - began)

    def _look_for_one(self, now_s: float) -> None:
        """Take the first that is free; processes begin at different ones."""
        self._looked_s = now_s
        all_shards = shards()
        for nth in range(len(all_shards)):
            shard = all_shards[(self._first + nth) % len(all_shards)]
            if shard not in self._posts and (post := take_post(shard, self._holder)):
                self._posts[shard] = post
                return

    def _rest(self, turn_s: float) -> None:
        self._stop.wait(min(max(turn_s, _SHORTEST_REST_S), _LONGEST_REST_S))
        posts = self._posts.values()
        if posts and not self._stop.is_set():
            wait_for_any([post.bell for post in posts], min(p.idle_s(_IDLE_S) for p in posts))

    def _leave(self, post: Post) -> None:
        post.bell.close()
        del self._posts[post.shard]

    def leave_all(self) -> None:
        for post in list(self._posts.values()):
            self._leave(post)

    def give_back(self) -> None:
        """Let others lead at once."""
        for post in list(self._posts.values()):
            self._leave(post)
            leases.release(post.lease)


__all__ = ["run"]
