"""A contestant's process: for every line on stdin one round, its figure on stdout."""

import sys


def serve(round_):
    for _line in iter(sys.stdin.readline, ""):
        print(round_(), flush=True)
