"""check_wheel.py WHEEL: what its libraries need is in the wheel, or on every Linux that a wheel may assume.

The rule of PEP 600 and its policies: only these libraries may come from outside, and no symbol of glibc or libstdc++ is newer than the newest policy
knows. Uses readelf (binutils).
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

OUTSIDE = {"libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0", "libutil.so.1", "libnsl.so.1", "libgcc_s.so.1", "libstdc++.so.6",
           "libatomic.so.1", "libz.so.1", "libexpat.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
NEWEST = {"GLIBC": (2, 36), "GLIBCXX": (3, 4, 30), "CXXABI": (1, 3, 13)}  # Debian 12's


def readelf(option, path):
    return subprocess.run(["readelf", option, "--wide", path], check=True, capture_output=True, text=True).stdout


def faults(folder):
    libraries = {each.name: each for each in folder.rglob("*.so*")}
    if not libraries:
        yield "the wheel carries no library"
    for name, path in sorted(libraries.items()):
        dynamic = readelf("--dynamic", path)
        for needed in re.findall(r"\(NEEDED\).*\[(.*?)\]", dynamic):
            if needed not in OUTSIDE and needed not in libraries:
                yield f"{name} needs {needed}, which the wheel does not carry"
        for place in re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*?)\]", dynamic):
            if not all(each.startswith("$ORIGIN") for each in place.split(":")):
                yield f"{name} looks for libraries in {place}"
        for kind, version in re.findall(r"Name: (GLIBC|GLIBCXX|CXXABI)_([0-9.]+)", readelf("--version-info", path)):
            if tuple(map(int, version.split("."))) > NEWEST[kind]:
                yield f"{name} needs {kind}_{version}"


with tempfile.TemporaryDirectory() as place:
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        wheel.extractall(place)
    found = list(faults(Path(place)))
print("\n".join(found) or "the wheel carries what it needs")
sys.exit(1 if found else 0)
