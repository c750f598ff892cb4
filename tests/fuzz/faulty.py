"""Target: what goes wrong itself, by which the harness is tested."""

from __future__ import annotations

import os
import random
import signal
import time

from tests.fuzz.sample import Sample, require


def draw(rng: random.Random) -> Sample:
    return Sample("txt", b"%d" % rng.randrange(1000))


def check(sample: Sample) -> None:
    match sample.data:
        case b"crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case b"hang":
            time.sleep(600)
        case b"memory":
            require(len(bytearray(2**27)), "no memory")
        case b"fault":
            require(False, "the sample is wrong")
