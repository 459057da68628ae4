#!/usr/bin/env python3
"""Checks that a switch over an enumeration of src/ handles every enumerator and has no default:, so that the compiler names
the places where a new enumerator must be handled. Prints each breach on a line.

  python3 tests/tidy/switches.py ROOT
"""
import os
import re
import sys

# Enumerations of which a switch may pick a few: default: is "all the others", also those to come.
OPEN = {
    "EventType": "most events do nothing at most places",
    "Kind": "a value that is not of the kind that is asked for",
    "TypeKind": "the same, of a type",
    "StatusCode": "Abseil's",
}
CASE = re.compile(r"case (?:\w+::)*?(\w+)::k\w+:")


def switches(text):
    """Yields the number of the line and the body, without the switches inside it, of each switch statement."""
    for found in re.finditer(r"\bswitch \(", text):
        start = text.index("{", found.end())
        depth, at = 0, start
        while True:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
            if depth == 0:
                break
        body = text[start + 1:at - 1]
        while "switch (" in body:
            inner = body.rindex("switch (")
            close, depth = body.index("{", inner), 0
            while True:
                depth += {"{": 1, "}": -1}.get(body[close], 0)
                close += 1
                if depth == 0:
                    break
            body = body[:inner] + body[close:]
        yield text.count("\n", 0, found.start()) + 1, body


def main():
    root, breaches = sys.argv[1], 0
    for directory, _, names in os.walk(os.path.join(root, "src")):
        for name in sorted(names):
            if not name.endswith((".h", ".cc")):
                continue
            path = os.path.join(directory, name)
            with open(path, encoding="utf-8") as file:
                text = re.sub(r"//[^\n]*", "", file.read())
            text = re.sub(r"'(\\.|[^'\\])'", "' '", re.sub(r'"(\\.|[^"\\\n])*"', '""', text))
            for line, body in switches(text):
                kinds = set(CASE.findall(body)) - set(OPEN)
                if "default:" in body and kinds:
                    print(f"{os.path.relpath(path, root)}:{line}: default: in a switch over {', '.join(sorted(kinds))}")
                    breaches += 1
    sys.exit(1 if breaches else 0)


main()
