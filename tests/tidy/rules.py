#!/usr/bin/env python3
"""Checks the list of the policy's rules (src/core/policy/rules.cc) against code and tests: each rule that code names is in the list, and each rule that
the engine enforces, by itself or as configured, stands in the title of a test case under tests/unit. Prints each breach on a line.

  python3 tests/tidy/rules.py ROOT
"""
import os
import re
import sys

ID = r"(?:KR|US|CA|EU|KAKAO|CLASS|SHOP)-(?:[A-Z]{2}-)?\d\d"
LIST = "src/core/policy/rules.cc"


def sources(folder):
    for path, _, names in os.walk(folder):
        for name in sorted(names):
            if name.endswith((".cc", ".h")):
                yield os.path.join(path, name)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def titles(text):
    """The titles of test cases; one may be written as several literals."""
    for case in re.finditer(r'TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', text):
        yield "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', case.group(1)))


def main(root):
    os.chdir(root)
    kinds = dict(re.findall(r'\{"(%s)",.*?RuleKind::k(\w+)' % ID, read(LIST), re.S))
    breaches = []
    if len(kinds) < 50:
        breaches.append(f"{LIST}: {len(kinds)} rules were found, expected more")
    for path in sources("src"):
        for rule in sorted(set(re.findall(r'"(%s)[":]' % ID, read(path)))):
            if rule not in kinds:
                breaches.append(f"{path}: {rule} is not in {LIST}")
    tested = set()
    for path in sources("tests/unit"):
        for title in titles(read(path)):
            tested.update(re.findall(ID, title))
    for rule, kind in kinds.items():
        if kind != "Outside" and rule not in tested:
            breaches.append(f"{LIST}: {rule} is {kind.lower()}, and no title of a test case names it")
    for breach in breaches:
        print(breach)
    return 1 if breaches else print(f"{len(kinds)} rules, each enforced one with its tests") or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
