#!/usr/bin/env python3
"""Checks a custody log that Osmia exported, without Osmia and without anything but Python 3.

    python3 verify_custody.py LOG.jsonl [FILE ...]

Follows the chain of hashes through the log. Each FILE given with it is hashed and looked for in the log.
Ends with 0 when everything fits, 1 when something does not, 2 when the log cannot be read.
The format is described in docs/guide/custody.md.
"""

import hashlib
import json
import sys
from datetime import datetime, timezone

FIELDS = ("case", "position", "evidence", "sha256", "event", "name", "at", "zone", "actor", "osmia", "detail")


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def printable(text, limit=120):
    """Names come from hostile files: no control character reaches the terminal."""
    clean = "".join(c if c.isprintable() else "?" for c in str(text))
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def say(text):
    print(text.encode("utf-8", "replace").decode("utf-8"))


def read_log(path):
    with open(path, encoding="utf-8") as file:
        head = json.loads(file.readline())
        if not isinstance(head, dict) or head.get("format") != "osmia-custody/1":
            raise ValueError("this is not a custody log of the format osmia-custody/1")
        return head, [json.loads(line) for line in file if line.strip()]


def check_chain(lines):
    """Returns the entries that fit and, for the first that does not, its place and why."""
    entries, previous, case = [], "", None
    for place, line in enumerate(lines, start=1):
        text, told = line["entry"], line["hash"]
        if hashlib.sha256((previous + text).encode("utf-8", "surrogatepass")).hexdigest() != told:
            return entries, (place, "its hash does not follow from the entry before it and its own words")
        values = json.loads(text)
        if len(values) != len(FIELDS):
            return entries, (place, "it does not have the fields of the format")
        entry = dict(zip(FIELDS, values))
        if entry["position"] != place:
            return entries, (place, "it says that it is number %s" % printable(entry["position"]))
        case = case or entry["case"]
        if entry["case"] != case:
            return entries, (place, "it belongs to another case")
        entries.append(entry)
        previous = told
    return entries, None


def show(entry):
    when = datetime.fromtimestamp(entry["at"] / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    more = ", ".join("%s %s" % (printable(k, 20), printable(v)) for k, v in sorted(entry["detail"].items()))
    say(
        "%5d  %s  %-9s %s  %s  %s  %s"
        % (
            entry["position"],
            when,
            printable(entry["event"], 12),
            printable(entry["sha256"])[:16],
            printable(entry["name"], 60),
            printable(entry["actor"], 40),
            more,
        )
    )


def main(args):
    if not args or args[0] in ("-h", "--help"):
        say(__doc__.strip())
        return 0 if args else 2
    try:
        head, lines = read_log(args[0])
        entries, broken = check_chain(lines)
    except (OSError, ValueError, KeyError, TypeError) as error:
        say("Cannot read %s: %s" % (printable(args[0]), printable(error)))
        return 2
    for entry in entries:
        show(entry)
    problems = []
    if broken:
        problems.append("Entry %d: %s." % broken)
    elif len(entries) != head.get("entries"):
        problems.append("The log says that it has %s entries; %d are there." % (printable(head.get("entries")), len(entries)))
    elif (lines[-1]["hash"] if lines else "") != head.get("head"):
        problems.append("The last hash is not the one that the log's first line names.")
    known = {entry["sha256"]: entry for entry in entries}
    for path in args[1:]:
        try:
            digest = sha256_of(path)
        except OSError as error:
            problems.append("Cannot read %s: %s." % (printable(path), printable(error.strerror)))
            continue
        if digest in known:
            say("%s is in the log: %s" % (printable(path), printable(known[digest]["name"])))
        else:
            problems.append("%s (SHA-256 %s) is not in the log." % (printable(path), digest))
    for problem in problems:
        say("PROBLEM  " + problem)
    if problems:
        return 1
    say("OK  case #%s, %d entries, head %s" % (printable(head.get("case")), len(entries), head.get("head") or "(none)"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
