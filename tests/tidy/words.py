#!/usr/bin/env python3
"""Checks the comments of src/, include/, tests/ and examples/, and their pages, for words that the project does not use. Prints each breach on a line.

  python3 tests/tidy/words.py ROOT
"""
import os
import re
import sys

# A word, and what is written instead. A name of the code or of JSON stands in backticks or quotes and is not a word.
WORDS = {
    "behind": "after",
    "somebody": "who it is: a caller, a customer, a worker",
    "nobody": "no caller, no customer, no worker",
    "everybody": "all callers, every customer",
    "anybody": "any caller, any customer",
    "whoever": "the caller that, the worker that",
    "for ever": "without end",
    "shelf": "playbook cache",
    "doorbell": "wake signal",
    "happening": "journey event",
}

COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|//[^\n]*|/\*.*?\*/', re.S)
NAME = re.compile(r'`[^`]*`|"[^"]*"|\w+::\w+')
BANNED = re.compile(r"\b(%s)\b" % "|".join(WORDS))


def comments(text):
    """Yields each comment with the number of its line; raw strings are left out."""
    text = re.sub(r'R"(\w*)\((.*?)\)\1"', lambda raw: "\n" * raw.group(0).count("\n"), text, flags=re.S)
    for found in COMMENT.finditer(text):
        if found.group(0).startswith("/"):
            for offset, line in enumerate(found.group(0).split("\n")):
                yield text.count("\n", 0, found.start()) + 1 + offset, line


def main():
    breaches = 0
    for top in ("src", "include", "tests", "examples"):
        for directory, _, names in os.walk(os.path.join(sys.argv[1], top)):
            for name in sorted(names):
                if not name.endswith((".h", ".cc", ".md")):
                    continue
                path = os.path.join(directory, name)
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                lines = enumerate(text.split("\n"), 1) if name.endswith(".md") else comments(text)
                for number, line in lines:
                    for word in BANNED.findall(NAME.sub("", line)):
                        print(f'{os.path.relpath(path, sys.argv[1])}:{number}: "{word}": write {WORDS[word]}')
                        breaches += 1
    sys.exit(1 if breaches else 0)


main()
