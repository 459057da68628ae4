#!/usr/bin/env python3
"""Finds names that files compiled as one (cartwheel_unity in src/CMakeLists.txt) would declare twice. Such files are put together in batches that change
with every new file, so a name that is taken must be told before it meets its other.

  python3 tests/tidy/unity.py ROOT

In the unnamed namespaces of a folder's sources a type, a constant or a function of the same parameters has a name of its own, which no type or constant of a
header of that folder, of base/ or of core/ has outside of classes. A source that opens an enumeration (`using enum`) outside of a function is compiled by itself.
"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
CMAKE = (ROOT / "src/CMakeLists.txt").read_text()
ALONE = set(re.search(r"set_source_files_properties\((.*?) PROPERTIES SKIP_UNITY", CMAKE).group(1).split())
FOLDERS = re.search(r'folder MATCHES "\^\((.*?)\)\$"', CMAKE).group(1).split("|") + ["cli"]


def bare(text):
    """The text without comments and what stands in quotes."""
    text = re.sub(r'R"(\w*)\(.*?\)\1"', '""', text, flags=re.S)
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r'"(\\.|[^"\\\n])*"', '""', text)
    text = re.sub(r"(?<![0-9a-fA-F])'(\\.|[^'\\])'", "0", text)
    return re.sub(r"^\s*#.*$", "", text, flags=re.M)


def statements(text, within):
    """What stands at the level of a namespace: each declaration up to its body. `within`: the namespaces that are looked into, of () or of names."""
    found, current, skipped, skip = [], "", [], 0
    for part in re.split(r"([{};])", text):
        if part == "{":
            if skip:
                skip += 1
            elif re.search(r"\bnamespace( [\w:]+)?\s*$", current):
                skipped.append(re.search(r"\bnamespace ?([\w:]*)\s*$", current).group(1))
                current = ""
            else:
                found.append((tuple(skipped), current))
                current, skip = "", 1
        elif part == "}":
            if skip:
                skip -= 1
            elif skipped:
                skipped.pop()
        elif part == ";":
            if not skip:
                found.append((tuple(skipped), current))
                current = ""
        elif not skip:
            current += part
    return [" ".join(text.split()) for spaces, text in found if within(spaces)]


def name_of(statement):
    """Its name; of a function with the types of its parameters; None where it declares nothing of the kind."""
    if match := re.match(r"using enum (\w+)", statement):
        return "using enum " + match.group(1)
    if match := re.match(r"(?:template ?<.*?> ?)?(?:using(?= \w+ =)|struct|class|enum class|enum) (\w+)", statement):
        return match.group(1)
    if match := re.match(r"[^=(]*?\b(k[A-Z]\w*)\b", statement):
        return match.group(1)
    if match := re.search(r"\b([A-Z]\w*) ?\((.*)\)", statement):
        types = [re.sub(r" ?\b\w+( = .*)?$", "", one.strip()) for one in match.group(2).split(",")]
        return f"{match.group(1)}({', '.join(types)})"
    return None


problems = []
in_headers = collections.defaultdict(set)
for header in sorted(ROOT.glob("src/**/*.h")):
    for statement in statements(bare(header.read_text()), lambda spaces: spaces and "" not in spaces):
        name = name_of(statement)
        if name and re.fullmatch(r"\w+", name) and not re.fullmatch(r"(?:struct|class|enum class) \w+", statement):
            in_headers[name].add(str(header.relative_to(ROOT)))
for folder in FOLDERS:
    declared = collections.defaultdict(list)
    for source in sorted(ROOT.glob(f"src/{folder}/**/*.cc")):
        place = str(source.relative_to(ROOT / "src"))
        for statement in statements(bare(source.read_text()), lambda spaces: "" in spaces):
            name = name_of(statement)
            if place in ALONE or name is None:
                continue
            if name.startswith("using enum"):
                problems.append(f"src/{place}: {name} stands outside of a function: expected it in one, or the file among those compiled alone")
            declared[name].append(f"src/{place}")
    for name, places in sorted(declared.items()):
        if len(set(places)) > 1:
            problems.append(f"{' and '.join(sorted(set(places)))} both declare {name}: expected names of their own")
        for place in sorted(set(places)):
            for header in sorted(h for h in in_headers.get(name, ()) if h.split("/")[1] in (folder, "base", "core")):
                problems.append(f"{place} declares {name}, as {header} does: expected a name of its own")
for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
