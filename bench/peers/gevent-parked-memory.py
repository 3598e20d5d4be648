"""COUNT greenlets of gevent that wait for an event; KB of resident memory each."""

import gc
import os
import sys

import gevent
from gevent.event import Event

from rounds import serve

count = int(sys.argv[1])
PAGE_KB = os.sysconf("SC_PAGE_SIZE") / 1024


def resident():
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * PAGE_KB


def parked():
    gevent.spawn(gevent.sleep, 0).join()
    never = Event()
    waiting = 0

    def body():
        nonlocal waiting
        waiting += 1
        never.wait()

    before = resident()
    greenlets = [gevent.spawn(body) for _ in range(count)]
    while waiting < count:
        gevent.sleep(0.001)
    return (resident() - before) / len(greenlets)


serve(parked)
