"""make_wheel.py LIBRARIES DIST VERSION: the wheel, py3-none-manylinux_<glibc>_<machine>, with the folder's libraries inside of the package.

A wheel is a zip with a list of what is in it (https://packaging.python.org/en/latest/specifications/binary-distribution-format/), so this
needs nothing but Python.
"""

import base64
import hashlib
import platform as machine
import sys
import zipfile
from pathlib import Path

from elf_versions import glibc_needed

libraries, dist, version = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
major, minor = glibc_needed(libraries.glob("*.so*"))
platform = f"manylinux_{major}_{minor}_{machine.machine()}"
info = f"cartwheel-{version}.dist-info"
files = {f"cartwheel/{each.name}": each.read_bytes() for each in sorted((Path(__file__).parent / "cartwheel").iterdir()) if each.is_file()}
files.update({f"cartwheel/{each.name}": each.read_bytes() for each in sorted(libraries.iterdir())})
bindings = Path(__file__).parent.parent
files.update({f"cartwheel/examples/{each.name}": each.read_bytes() for each in sorted((Path(__file__).parent / "examples").glob("*.py"))})
files[f"{info}/LICENSE"] = (bindings.parent / "LICENSE").read_bytes()
files[f"{info}/METADATA"] = (f"Metadata-Version: 2.1\nName: cartwheel\nVersion: {version}\nLicense: MIT\nRequires-Python: >=3.9\n"
                             "Summary: Cart reminders and lifecycle messages as a library: events go in, the right messages come out.\n"
                             "Description-Content-Type: text/markdown\n\n" + (bindings / "README.md").read_text(encoding="utf-8")).encode()
files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: cartwheel\nRoot-Is-Purelib: false\nTag: py3-none-{platform}\n".encode()

record = ""
for name, data in files.items():
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    record += f"{name},sha256={digest},{len(data)}\n"
files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()

with zipfile.ZipFile(dist / f"cartwheel-{version}-py3-none-{platform}.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
    for name, data in files.items():
        wheel.writestr(zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
