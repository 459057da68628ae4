"""What a wheel's libraries need of a Linux, as auditwheel's policies count it. Uses readelf (binutils)."""

import re
import subprocess

# From outside of a wheel only these may come (PEP 599 and PEP 600).
OUTSIDE = {"libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0", "libutil.so.1", "libnsl.so.1", "libgcc_s.so.1", "libstdc++.so.6",
           "libatomic.so.1", "libz.so.1", "libexpat.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
# The newest symbols of libstdc++ that a distribution with this glibc has: auditwheel's table of manylinux policies.
LIBSTDCXX = [((2, 17), (3, 4, 19)), ((2, 24), (3, 4, 22)), ((2, 27), (3, 4, 24)), ((2, 28), (3, 4, 25)), ((2, 31), (3, 4, 28)), ((2, 34), (3, 4, 29)),
             ((2, 35), (3, 4, 30)), ((2, 38), (3, 4, 32)), ((2, 39), (3, 4, 33))]


def readelf(option, path):
    return subprocess.run(["readelf", option, "--wide", path], check=True, capture_output=True, text=True).stdout


def needed_libraries(path):
    return re.findall(r"\(NEEDED\).*\[(.*?)\]", readelf("--dynamic", path))


def search_paths(path):
    return [each for place in re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*?)\]", readelf("--dynamic", path)) for each in place.split(":")]


def glibc_needed(paths):
    """(2, 36): the oldest glibc whose distributions have every symbol that these libraries need."""
    newest = {"GLIBC": (2, 17), "GLIBCXX": (0,)}
    for path in paths:
        for kind, version in re.findall(r"Name: (GLIBC|GLIBCXX)_([0-9.]+)", readelf("--version-info", path)):
            newest[kind] = max(newest[kind], tuple(map(int, version.split("."))))
    for glibc, libstdcxx in LIBSTDCXX:
        if newest["GLIBCXX"] <= libstdcxx:
            return max(glibc, newest["GLIBC"][:2])
    raise ValueError(f"GLIBCXX {newest['GLIBCXX']} is newer than any policy knows")
