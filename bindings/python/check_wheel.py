"""check_wheel.py WHEEL: what its libraries need is in the wheel, or on every Linux that its manylinux tag promises it to run on."""

import re
import sys
import tempfile
import zipfile
from pathlib import Path

from elf_versions import OUTSIDE, glibc_needed, needed_libraries, search_paths


def faults(folder, tag):
    libraries = {each.name: each for each in folder.rglob("*.so*")}
    if not libraries:
        yield "the wheel carries no library"
    for name, path in sorted(libraries.items()):
        for needed in needed_libraries(path):
            if needed not in OUTSIDE and needed not in libraries:
                yield f"{name} needs {needed}, which the wheel does not carry"
        for place in search_paths(path):
            if not place.startswith("$ORIGIN"):
                yield f"{name} looks for libraries in {place}"
    promised = re.fullmatch(r"py3-none-manylinux_(\d+)_(\d+)_\w+", tag)
    if not promised:
        yield f"the tag is {tag}, expected one of manylinux"
    elif tuple(map(int, promised.groups())) < glibc_needed(libraries.values()):
        yield f"the tag is {tag}, and its libraries need glibc {'.'.join(map(str, glibc_needed(libraries.values())))}"


with tempfile.TemporaryDirectory() as place:
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        wheel.extractall(place)
    stated = re.search(r"^Tag: (.*)$", next(Path(place).glob("*.dist-info/WHEEL")).read_text(), re.M).group(1)
    found = list(faults(Path(place), stated))
    if not Path(sys.argv[1]).name.endswith(f"-{stated}.whl"):
        found.append(f"its name does not end with its tag, {stated}")
print("\n".join(found) or "the wheel carries what it needs")
sys.exit(1 if found else 0)
