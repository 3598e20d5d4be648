"""COUNT greenlets of gevent, spawned and joined; greenlets a second."""

import sys
from time import perf_counter

import gevent

from rounds import serve

count, parks = int(sys.argv[1]), sys.argv[2] == "parks"


def nothing():
    pass


def park():
    gevent.sleep(0)


def spawn_join():
    body = park if parks else nothing
    started = perf_counter()
    gevent.joinall([gevent.spawn(body) for _ in range(count)])
    return count / (perf_counter() - started)


serve(spawn_join)
