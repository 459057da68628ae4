#!/usr/bin/env python3
"""Checks which file includes which: the arrows between folders of src/, and that no files include one another in a circle.

A unit is a header and the source of the same name. Prints each breach on a line.
  python3 tests/tidy/arrows.py ROOT
"""
import collections
import os
import re
import sys

# folder: folders that its files may include besides their own. "core/*" stands for core and all folders in it.
# include/cartwheel is open to all.
ARROWS = {
    "base": "",
    "core/model": "base",
    "core/policy": "base core/model",
    "core/message": "base core/model core/policy",
    "core/journey": "base core/model core/policy core/message",
    "cel": "base",
    "liquid": "base",
    "formats": "base core/model",
    "providers": "base",
    "playbook": "base core/* cel liquid",
    "store": "base core/model",
    "engine/common": "base core/* formats playbook store",
    "engine/fold": "base core/* formats playbook store engine/common",
    "engine/outbox": "base core/* formats playbook providers store engine/common",
    "engine/query": "base core/* formats playbook store engine/common engine/fold",
    "engine": "base core/* formats playbook providers store engine/common engine/fold engine/outbox engine/query",
    "engine/run": "base core/* formats playbook store engine/common engine",
    "channels": "base",
    "adapters": "base providers",
    "transport": "base providers adapters",
    "cli": "base core/* cel liquid formats playbook providers store engine/* channels adapters transport",
    "capi": "base engine/*",
    "adapters_capi": "base providers adapters",
}

INCLUDE = re.compile(r'^#include "([a-z_]+/[a-z_/0-9]+)\.h"', re.M)


def folder_of(unit):
    """The row of ARROWS that a unit belongs to."""
    folder = os.path.dirname(unit)
    while folder and folder not in ARROWS:
        folder = os.path.dirname(folder)
    return folder


def may_include(allowed, folder):
    """Whether a folder is among the allowed ones."""
    return any(folder == a or (a.endswith("/*") and (folder + "/").startswith(a[:-1])) for a in allowed)


def read_units(src):
    """Maps each unit to the units it includes, and each to the suffixes of its files."""
    includes, suffixes = collections.defaultdict(set), collections.defaultdict(set)
    for directory, _, names in os.walk(src):
        for name in names:
            stem, suffix = os.path.splitext(name)
            if suffix not in (".h", ".cc"):
                continue
            unit = os.path.relpath(os.path.join(directory, stem), src)
            suffixes[unit].add(suffix)
            with open(os.path.join(directory, name), encoding="utf-8") as file:
                includes[unit].update(INCLUDE.findall(file.read()))
    for unit in includes:
        includes[unit] = {target for target in includes[unit] if target in suffixes and target != unit}
    return includes, suffixes


def find_circles(includes):
    """Yields the strongly connected components of more than one unit (Tarjan, without recursion)."""
    order, low, on_stack, stack = {}, {}, set(), []
    for root in sorted(includes):
        if root in order:
            continue
        work = [(root, iter(sorted(includes[root])))]
        order[root] = low[root] = len(order)
        stack.append(root)
        on_stack.add(root)
        while work:
            unit, targets = work[-1]
            for target in targets:
                if target not in order:
                    order[target] = low[target] = len(order)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(sorted(includes[target]))))
                    break
                if target in on_stack:
                    low[unit] = min(low[unit], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[unit])
                if low[unit] == order[unit]:
                    circle = []
                    while not circle or circle[-1] != unit:
                        circle.append(stack.pop())
                        on_stack.discard(circle[-1])
                    if len(circle) > 1:
                        yield sorted(circle)


def main():
    src = os.path.join(sys.argv[1], "src")
    includes, suffixes = read_units(src)
    breaches = []
    for unit, targets in sorted(includes.items()):
        folder = folder_of(unit)
        allowed = ARROWS.get(folder, "").split()
        for target in sorted(targets):
            to = folder_of(target)
            if folder and to != folder and not may_include(allowed, to):
                breaches.append(f"src/{unit}: src/{folder} must not include {target}.h")
    for circle in find_circles(includes):
        breaches.append(f"these include one another in a circle: {' '.join(circle)}")
    for unit, found in sorted(suffixes.items()):
        if unit.startswith("core/") and ".h" not in found:
            breaches.append(f"src/{unit}.cc: no header of its name declares what it defines")
    print("\n".join(breaches), end="\n" if breaches else "")
    sys.exit(1 if breaches else 0)


main()
