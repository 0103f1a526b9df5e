"""Damage a file of one kind again and again, and use it; run by test_damaged_files.

Writes down the case that is being tried, so that it is known when the process ends by a signal:
what reads out of bounds or never comes to an end does not raise an exception.
"""

import json
import random
import resource
import signal
import sys
import warnings
import zlib
from pathlib import Path

from file_kinds import KINDS
from imgmine import FormatError
from peak_memory import CLEAR, status

SECONDS, MEMORY = 5.0, 1 << 29
MAGIC = b"\x89IMGMINE"
HEADER, ROW = 64, 128


def head_size(data):
    """Return how many bytes precede what a file holds."""
    if data.startswith(MAGIC):
        return HEADER + ROW * int.from_bytes(data[12:16], "little")
    return min(len(data), 500)


def sealed(data):
    """Make a container's checksums right, so that what else is wrong gets further."""
    data = bytearray(data)
    end = head_size(data)
    if end > len(data):
        return data
    data[16:24] = len(data).to_bytes(8, "little")
    for row in range(HEADER, end, ROW):
        offset, size = (int.from_bytes(data[row + i : row + i + 8], "little") for i in (88, 96))
        if offset + size <= len(data):
            crc = zlib.crc32(data[offset : offset + size])
            data[row + 104 : row + 108] = crc.to_bytes(4, "little")
    data[48:52] = bytes(4)
    data[48:52] = zlib.crc32(data[:end]).to_bytes(4, "little")
    return data


def flipped(data, rng):
    """Flip a bit, or a few."""
    data = bytearray(data)
    limit = len(data) if rng.random() < 0.7 else head_size(data)
    for _ in range(1 if rng.random() < 0.5 else rng.randint(2, 12)):
        data[rng.randrange(limit)] ^= 1 << rng.randrange(8)
    return data


def rewritten(data, rng):
    """Write other numbers, or digits, where some stand."""
    data = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(data))
        if not data.startswith(MAGIC) or rng.random() < 0.5:
            data[place] = rng.choice(b'0123456789eE-+.,:[]{}"\\ \x00\xff')
        else:
            width = rng.choice((1, 2, 4, 8))
            number = rng.choice((0, 1, 2, 255, 2**15, 2**31, 2**32, 2**40, 2**63, 2**64 - 1))
            number = (number + rng.randint(-1, 1)) % 2 ** (8 * width)
            data[place : place + width] = number.to_bytes(width, "little")
    return data


def cases(whole, cuts, flips, seed):
    """Yield the name of each case, what the file then holds, and whether checksums tell."""
    rng = random.Random(seed)
    sizes = [
        *range(min(head_size(whole), len(whole))),
        *(rng.randrange(len(whole)) for _ in range(cuts)),
    ]
    for size in sizes:
        yield f"cut to {size} bytes", whole[:size], True
    for i in range(flips):
        data = flipped(whole, random.Random(f"{seed} {i}"))
        yield f"bits flipped, {seed} {i}", data, data != whole
    change = sealed if whole.startswith(MAGIC) else bytearray
    for i in range(flips):
        make = rewritten if i % 2 else flipped
        data = change(make(whole, random.Random(f"{seed} {i}")))
        yield f"{make.__name__} and sealed, {seed} {i}", data, False


def limit_memory():
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    used = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


def main(name, folder, cuts, flips, seed):
    warnings.simplefilter("ignore")  # numbers in damaged files may overflow
    kind = KINDS[name]
    path = Path(folder, "sound")
    kind.make(path)
    for use, _ in kind.uses.values():
        use(path)
    whole = path.read_bytes()
    limit_memory()
    CLEAR.write_text("5")
    before, counts, problems = status("VmRSS"), {"refused": 0, "answered": 0}, []
    damaged, trying = path.with_name("damaged"), path.with_name("trying")
    for case, data, is_wrong in cases(whole, int(cuts), int(flips), seed):
        damaged.unlink(missing_ok=True)
        damaged.write_bytes(data)
        for how, (use, sees_all) in kind.uses.items():
            trying.write_text(f"{how}: {case}")
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                use(damaged)
                outcome = "answered"
            except FormatError:
                outcome = "refused"
            except BaseException as error:  # noqa: BLE001 - which one is what is asked
                problems.append(f"{how}: {case}: {error!r}")
                continue
            signal.setitimer(signal.ITIMER_PROF, 0)
            counts[outcome] += 1
            if outcome == "answered" and is_wrong and sees_all:
                problems.append(f"{how}: {case}: not noticed")
    peak = status("VmHWM") - before
    outcome = {**counts, "peak": peak, "problems": problems[:20], "n": len(problems)}
    sys.stdout.write(json.dumps(outcome) + "\n")


main(*sys.argv[1:])
