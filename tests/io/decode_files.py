"""Decode the files named on standard input within hard limits; run by test_hostile.py.

Prints a line of JSON before and after each file. A file that takes too long ends the process by a
signal, as decoders that hang in C do not see an exception.
"""

import json
import resource
import signal
import sys
import time
from pathlib import Path

import imgmine as im

SECONDS, MEMORY = 2.0, 1 << 30


def limit_memory():
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    used = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


def peak_kib():
    """Return the most memory this process has held; getrusage would begin with its parent's."""
    (line,) = (x for x in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in x)
    return int(line.split()[1])


def outcome(path):
    try:
        image = im.io.imread(path)
    except im.DecodeError as error:
        return f"DecodeError: {error}"
    except BaseException as error:  # noqa: BLE001 (which one is what is asked)
        return f"wrong error: {error!r}"
    return f"{image.dtype} {image.shape}"


def report(**record):
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


def main():
    limit_memory()
    for line in sys.stdin:
        path = line.rstrip("\n")
        report(path=path)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # processor time: others may be busy here
        start = time.process_time()
        text = outcome(path)
        seconds = time.process_time() - start
        signal.setitimer(signal.ITIMER_PROF, 0)
        report(path=path, outcome=text, seconds=seconds, peak_kib=peak_kib())


main()
