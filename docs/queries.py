"""queries.py [--check]: from queries.json, which says what every query takes and answers, the page queries.md and the types of the bindings.

With --check nothing is written; it fails when a file differs from what would be. tests/unit/engine/query_shapes_test.cc compares queries.json with the engine.
"""

import json
import sys
from pathlib import Path
from typing import Callable, Dict, List

root = Path(__file__).resolve().parent.parent
source = json.loads((root / "docs/queries.json").read_text(encoding="utf-8"))
NOTE = "Written by docs/queries.py from docs/queries.json: change that, and run it."


def spelled(written: str, plain: Dict[str, str], listed: Callable[[str], str], mapped: Callable[[str], str]) -> str:
    """A type of queries.json ("text", "[Decision]", "{{integer}}") as a language writes it."""
    if written[0] in "[{":
        inner = spelled(written[1:-1], plain, listed, mapped)
        return listed(inner) if written[0] == "[" else mapped(inner)
    return plain.get(written, written)


def fields_of(name: str) -> List[List[object]]:
    """[name, type, whether it is always there, what it is]."""
    return [[field, written.rstrip("?"), not written.endswith("?"), about] for field, (written, about) in source["types"][name]["fields"].items()]


# ---- TypeScript

TYPESCRIPT = {"text": "string", "integer": "number", "number": "number", "boolean": "boolean", "time": "Instant", "any": "any"}


def typescript() -> str:
    lines = [f"// What queries answer (docs/queries.md). {NOTE}", "", "/** ISO 8601 in UTC: '2026-06-01T00:00:00Z', with milliseconds where there are any. */",
             "export type Instant = string;", ""]
    for name, words in source["words"].items():
        lines += [f"/** {words['about']} */", f"export type {name} = " + " | ".join(f"'{word}'" for word in words["words"]) + ";", ""]
    for name, type_ in source["types"].items():
        lines += [f"/** {type_['about']} */", f"export interface {name} {{"]
        for field, written, always, about in fields_of(name):
            shown = spelled(written, TYPESCRIPT, lambda inner: f"{inner}[]", lambda inner: f"Record<string, {inner}>")
            lines += [f"  /** {about} */", f"  {field}{'' if always else '?'}: {shown};"]
        lines += ["}", ""]
    lines += ["/** By query; one that answers of a customer in another way has both. */", "export interface Answers {"]
    for name, query in source["queries"].items():
        answers = [spelled(query[key], TYPESCRIPT, lambda inner: f"{inner}[]", lambda inner: f"Record<string, {inner}>")
                   for key in ("answers", "answers_customer") if key in query]
        lines += [f"  {name}: {' | '.join(answers)};"]
    return "\n".join(lines + ["}", ""])


# ---- Python

PYTHON = {"text": "str", "integer": "int", "number": "float", "boolean": "bool", "time": "Instant", "any": "Any"}


def python_type(written: str) -> str:
    return spelled(written, PYTHON, lambda inner: f"List[{inner}]", lambda inner: f"Dict[str, {inner}]")


def by_use() -> List[str]:
    """The types, each after those that it is made of."""
    order: List[str] = []

    def take(name: str) -> None:
        if name not in source["types"] or name in order:
            return
        for _, written, _, _ in fields_of(name):
            take(str(written).strip("[]{}"))
        order.append(name)

    for name in source["types"]:
        take(name)
    return order


def python() -> str:
    lines = [f'"""What queries answer (docs/queries.md). {NOTE}"""', "", "from typing import Any, Dict, List, Literal, TypedDict", "",
             "Instant = str  # ISO 8601 in UTC: \"2026-06-01T00:00:00Z\", with milliseconds where there are any", ""]
    for name, words in source["words"].items():
        lines += [f"{name} = Literal[" + ", ".join(f'"{word}"' for word in words["words"]) + f"]  # {words['about']}"]
    for name in by_use():
        type_ = source["types"][name]
        fields = fields_of(name)
        always = [field for field in fields if field[2]]
        sometimes = [field for field in fields if not field[2]]
        base = f"_{name}" if sometimes else name
        if not sometimes or always:
            lines += ["", "", f"{base} = TypedDict(\"{base}\", {{  # {type_['about']}"]  # a call, since "class" is a field too
            lines += [f'    "{field}": {python_type(written)},  # {about}' for field, written, _, about in always]
            lines += ["})"]
        if sometimes:
            lines += ["", "", f"class {name}({base if always else 'TypedDict'}, total=False):", f'    """{type_["about"]}"""', ""]
            lines += [f"    {field}: {python_type(written)}  # {about}" for field, written, _, about in sometimes]
    return "\n".join(lines) + "\n"


# ---- The page

def linked(written: str) -> str:
    """For people: `[Decision]` is "list of Decision", `{integer}` is "integer by name"."""
    if written[0] == "[":
        return f"list of {linked(written[1:-1])}"
    if written == "{any}":
        return "object"
    if written[0] == "{":
        return f"object of {linked(written[1:-1])} by name"
    if written not in source["types"] and written not in source["words"]:
        return written
    anchor = written.lower()
    return f"[{written}](#{anchor}{'-1' if anchor in source['queries'] else ''})"  # the second heading of that name


def table(head: str, rows: List[List[str]]) -> List[str]:
    return [f"| {head} | type | |", "|---|---|---|"] + [f"| `{name}` | {shown} | {about} |" for name, shown, about in rows] + [""]


def shown_json(value: object) -> str:
    """A line, or where that is long a line a member."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= 150 or not isinstance(value, dict):
        return line
    return "{" + ",\n ".join(f"{json.dumps(key)}: {json.dumps(each, ensure_ascii=False)}" for key, each in value.items()) + "}"


def page() -> str:
    lines = (root / "docs/queries.head.txt").read_text(encoding="utf-8").replace("{NOTE}", NOTE).rstrip("\n").split("\n") + [""]
    for name, query in source["queries"].items():
        lines += [f"## {name}", "", query["about"], ""]
        if query["takes"]:
            lines += table("takes", [[field, linked(written.rstrip("?")), about if written.endswith("?") else f"{about} Needed."]
                                     for field, (written, about) in query["takes"].items()])
        answers = linked(query["answers"])
        with_customer = f"; with a customer {linked(query['answers_customer'])}" if "answers_customer" in query else ""
        lines += [f"Answers {answers}{with_customer}.", "", "```", json.dumps(query["ask"], ensure_ascii=False)]
        lines += [query["example"] if isinstance(query["example"], str) else shown_json(query["example"]), "```", ""]
        if name == "metrics":
            lines += ["| metric | |", "|---|---|"] + [f"| `{metric}` | {about} |" for metric, about in source["metrics"].items()] + [""]
    lines += ["# What answers are made of", ""]
    for name, type_ in source["types"].items():
        lines += [f"## {name}", "", type_["about"], ""]
        lines += table("field", [[field, linked(written) + ("" if always else ", or absent"), about] for field, written, always, about in fields_of(name)])
    for name, words in source["words"].items():
        lines += [f"## {name}", "", f"{words['about']} One of " + ", ".join(f"`{word}`" for word in words["words"]) + ".", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


wrong = 0
for path, text in (("docs/queries.md", page()), ("bindings/node/lib/answers.d.ts", typescript()), ("bindings/python/cartwheel/answers.py", python())):
    file = root / path
    if file.exists() and file.read_text(encoding="utf-8") == text:
        continue
    if "--check" in sys.argv[1:]:
        print(f"{path} is not what docs/queries.json says: run python3 docs/queries.py")
        wrong = 1
    else:
        file.write_text(text, encoding="utf-8")
        print(f"wrote {path}")
sys.exit(wrong)
