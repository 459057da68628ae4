"""commas.py ROOT: finds the comma operator in src/ and include/, and prints each use on a line.

A comma is an operator where it stands in a statement that is no declaration, or inside of parentheses that are neither those of a call, a
declaration or a control statement. The step of a `for` may have it: `for (…; ++i, ++j)`.
"""

import re
import sys
from pathlib import Path

TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.']*|::|->|\+\+|--|<=>|<<=|>>=|<<|[-+*/%&|^=!<>]=|&&|\|\||\.\.\.|\S")
RAW = re.compile(r'R"([^()\\ ]{0,16})\((?:.|\n)*?\)\1"')
NOISE = re.compile(r'//[^\n]*|/\*(?:.|\n)*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|\'\\[0-7x][0-9a-fA-F]*\'')
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", re.M)
DECLARES = {"const", "constexpr", "static", "auto", "using", "typedef", "template", "inline", "extern", "thread_local", "mutable", "friend", "struct",
            "class", "union", "enum", "namespace", "unsigned", "signed", "int", "char", "bool", "double", "float", "long", "short", "void", "explicit",
            "virtual", "typename", "operator", "alignas", "concept", "requires", "static_assert", "consteval", "constinit", "public", "private", "protected"}
CONTROL = {"if", "for", "while", "switch", "catch"}
EXPRESSES = {"return", "co_return", "throw", "delete"}
NAME = re.compile(r"[A-Za-z_]\w*$")


def tokens_of(text):
    """(token, line), without comments, texts and directives."""
    blank = lambda found: '""' + "\n" * found.group().count("\n") if found.group()[0] in "R\"" else " " + "\n" * found.group().count("\n")
    text = RAW.sub(blank, text)
    text = NOISE.sub(lambda found: blank(found) if found.group()[0] != "'" else "0", text)
    text = DIRECTIVE.sub(lambda found: "\n" * found.group().count("\n"), text)
    line, end, tokens = 1, 0, []
    for found in TOKEN.finditer(text):
        line += text.count("\n", end, found.start())
        end = found.start()
        tokens.append((found.group(), line))
    return tokens


def angle_end(tokens, at):
    """The place of the > that closes the < at `at`, when what stands between can be template arguments; else None."""
    depth = 0
    for i in range(at, min(at + 120, len(tokens))):
        token = tokens[i][0]
        if token == "<":
            depth += 1
        elif token == ">":
            depth -= 1
            if depth == 0:
                return i
        elif not (NAME.match(token) or token[0].isdigit() or token in {"::", ",", "*", "&", "&&", "(", ")", "...", "[", "]"}):
            return None
    return None


def declares(statement):
    """Whether the tokens begin a declaration: a type, then a name."""
    i = 0
    while i < len(statement) and statement[i] == "[":  # an attribute
        while i < len(statement) and statement[i] != "]":
            i += 1
        while i < len(statement) and statement[i] == "]":
            i += 1
    if i >= len(statement) or statement[i] in DECLARES or statement[i] == "~":
        return True
    if statement[i] in EXPRESSES or not (NAME.match(statement[i]) or statement[i] == "::"):
        return False
    if statement[i].isupper() and len(statement[i]) > 3:  # a macro
        return True
    while i < len(statement) and (NAME.match(statement[i]) or statement[i] == "::"):
        if i and NAME.match(statement[i]) and NAME.match(statement[i - 1]):
            return True
        i += 1
        if i < len(statement) and statement[i] == "<":
            depth = 0
            while i < len(statement):
                depth += {"<": 1, ">": -1}.get(statement[i], 0)
                i += 1
                if depth == 0:
                    break
            if i < len(statement) and NAME.match(statement[i]):
                return True
    while i < len(statement) and statement[i] in {"*", "&", "&&", "const"}:
        i += 1
        if i < len(statement) and NAME.match(statement[i]):
            return True
    return i < len(statement) and NAME.match(statement[i]) is not None


def stripped(statement):
    """The statement after its control clauses and labels: `if (…) a = b` is `a = b`."""
    i = 0
    while i < len(statement):
        if statement[i] in {"else", "do", "default", "constexpr"} and (statement[i] != "constexpr" or statement[i + 1:i + 2] == ["("]):
            i += 1
        elif statement[i] == ":" and i < 2:
            i += 1
        elif statement[i] == "case":
            while i < len(statement) and statement[i] != ":":
                i += 1
            i += 1
        elif statement[i] in CONTROL:
            i += 1
            if i < len(statement) and statement[i] == "constexpr":
                i += 1
            depth = 0
            while i < len(statement):
                depth += {"(": 1, ")": -1}.get(statement[i], 0)
                i += 1
                if depth == 0:
                    break
        else:
            break
    return statement[i:]


def breaches(path):
    tokens = tokens_of(path.read_text(encoding="utf-8"))
    stack = []  # of brackets: [kind, tokens of the statement in it so far, commas of it]; kinds: block, list, call, group, for, index
    found = []
    here = ["block", [], []]

    def end_statement():
        kind, statement, commas = here
        if commas and kind in {"block", "for"} and not declares(stripped(statement)):
            found.extend(commas)
        here[1], here[2] = [], []

    skip_to = -1
    for i, (token, line) in enumerate(tokens):
        if i <= skip_to:
            here[1].append(token)
            continue
        before = tokens[i - 1][0] if i else ";"
        statement = here[1]
        if token == "<" and NAME.match(before) and (end := angle_end(tokens, i)) is not None:
            skip_to = end
            statement.append(token)
        elif token in "([{":
            if token == "(":
                if before == "for":
                    kind = "for"
                elif before in CONTROL or NAME.match(before) and before not in EXPRESSES | {"case", "else", "do"} or before in {")", "]", ">", "}", "\"\"", "..."} or "operator" in statement[-3:]:
                    kind = "call"
                else:
                    kind = "group"
            elif token == "[":
                kind = "index"
            else:
                plain = stripped(statement)
                opened = plain[0] if plain else ""
                body = not plain or before in {")", "else", "do", "try", ";", "{", "}", "const", "noexcept", "override", "mutable", ":"}
                # a lambda's body, after its parentheses, its captures or its return type
                arrow = "->" in statement and ")" in statement and statement.index("->") > statement.index(")") and "[" in statement
                body = body or before == "]" and opened != "" or arrow and before not in {"=", ",", "("}
                scope = opened in {"namespace", "struct", "class", "union", "extern", "template", "static", "inline", "constexpr"} and "=" not in plain
                body = body or scope and "enum" not in plain and any(word in plain for word in ("namespace", "struct", "class", "union", "extern"))
                lambda_body = before in {"]", ")", "mutable", "noexcept"} and "[" in statement or arrow
                if before in {"=", "return", ",", "("} or "enum" in plain[:3] or here[0] != "block" and not lambda_body:
                    body = False
                if before == ")" and here[0] in {"call", "group"} and "[" not in statement:
                    body = False
                kind = "block" if body else "list"
            statement.append(token)
            stack.append(here)
            here = [kind, [], []]
        elif token in ")]}":
            if here[0] == "block":
                end_statement()
            elif here[0] == "group" and here[2]:
                found.extend(here[2])
            closed = here[0]
            here = stack.pop() if stack else ["block", [], []]
            here[1].append(token)
            if token == "}" and closed == "block" and here[0] == "block":
                following = tokens[i + 1][0] if i + 1 < len(tokens) else ""
                if following not in {",", ")", "(", ";", "."}:
                    here[1], here[2] = [], []
        elif token == ";":
            end_statement()
        elif token == ",":
            if (tokens[i + 1][0] if i + 1 < len(tokens) else "") != "...":  # a fold over a parameter pack
                here[2].append(line)
            statement.append(token)
        else:
            statement.append(token)
    return found


def main():
    root = Path(sys.argv[1])
    for folder in ("src", "include"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in {".h", ".cc"} and path.name not in {"cartwheel.h", "cartwheel_channel.h"}:
                continue
            for line in sorted(set(breaches(path))):
                print(f"{path.relative_to(root)}:{line}: the comma operator; write two statements")


main()
