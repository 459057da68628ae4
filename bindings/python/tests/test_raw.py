"""The declarations agree with cartwheel.h, as its own text says it."""

import ctypes
import os
import re
from pathlib import Path
from typing import get_args

from cartwheel import raw
from cartwheel.records import HoldAction

HEADER = (Path(__file__).parents[3] / "include" / "cartwheel.h").read_text()
CODE = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.S).replace("void* ", "void *").replace("char* ", "char *")
TYPES = {"uint32_t": ctypes.c_uint32, "int32_t": ctypes.c_int32, "int64_t": ctypes.c_int64, "const char *": ctypes.c_char_p,
         "size_t": ctypes.c_size_t,
         "cartwheel_log": ctypes.c_void_p, "void *": ctypes.c_void_p}


def test_constants():
    stated = {name: int(value) for name, value in re.findall(r"CARTWHEEL_([A-Z_]+) = (-?\d+)", CODE)}
    assert len(stated) == 14
    assert stated == {name: getattr(raw, name) for name in stated}


def test_actions_of_a_hold():
    stated = re.search(r'"action" is one of\n(.*?)\n \*\n \* It counts', HEADER, flags=re.S).group(1)
    assert re.findall(r"^ \*   (\w+)  ", stated, flags=re.M) == list(get_args(HoldAction))


def test_functions():
    stated = {}
    for result, name, arguments in re.findall(r"^(\w[\w ]*?[ *]+)(cartwheel_\w+)\(([^)]*)\);", CODE, flags=re.M):
        stated[name] = 0 if arguments == "void" else arguments.count(",") + 1
    assert stated == {name: len(arguments) for name, (_, arguments) in raw.FUNCTIONS.items()}


def test_structs():
    structs = {"cartwheel_error": raw.Error, "cartwheel_options": raw.Options, "cartwheel_ingest_options": raw.IngestOptions,
               "cartwheel_ingested": raw.Ingested, "cartwheel_advance_options": raw.AdvanceOptions, "cartwheel_advanced": raw.Advanced,
               "cartwheel_claim_options": raw.ClaimOptions, "cartwheel_settled": raw.Settled}
    found = dict(re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", CODE, flags=re.S) and
                 [(name, body) for body, name in re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", CODE, flags=re.S)])
    assert found.keys() == structs.keys()
    for name, body in found.items():
        fields = re.findall(r"(const char \*|void \*|\w+) ?(\w+)(?:\[(\d+)\])?;", body)
        assert [field for _, field, _ in fields] == [field[0] for field in structs[name]._fields_], name
        for (type_name, field, length), (_, declared) in zip(fields, structs[name]._fields_):
            expected = ctypes.c_char * int(length) if length else TYPES[type_name]
            assert declared is expected or (length and declared._length_ == int(length)), f"{name}.{field}"
