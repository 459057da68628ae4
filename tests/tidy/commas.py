#!/usr/bin/env python3
"""Finds the comma operator in src/ and include/: `a = 1, b = 2;` and `return Fail(), 0;` are two statements each. Prints each breach on a line.

  python3 tests/tidy/commas.py ROOT

A comma is an operator in a statement that is no declaration, and in parentheses that stand for themselves. It may stand in the step of a `for`
(`++i, ++j`) and in a fold over a parameter pack. The tokens are read without knowledge of types: what begins with a type and a name declares.
"""
import os
import re
import sys

RAW_TEXT = re.compile(r'R"(\w*)\(.*?\)\1"', re.S)
NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.[0-9a-fA-F]*|[^\'\\\n])\'', re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.)*", re.M | re.S)
TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.']*|::|->|\+\+|--|<=>|<<=|>>=|<<|[-+*/%&|^=!<>]=|&&|\|\||\.\.\.|\S")
NAME = re.compile(r"[A-Za-z_]\w*$")
OPENS, CLOSES = "([{", ")]}"
CONTROL = {"if", "for", "while", "switch", "catch"}
EXPRESSES = {"return", "co_return", "throw", "delete"}
SCOPES = {"namespace", "struct", "class", "union", "extern"}
DECLARES = SCOPES | {"alignas", "auto", "bool", "char", "const", "consteval", "constexpr", "constinit", "double", "enum", "explicit", "float", "friend", "inline",
                     "int", "long", "mutable", "operator", "private", "protected", "public", "requires", "short", "signed", "static", "static_assert",
                     "template", "thread_local", "typedef", "typename", "unsigned", "using", "virtual", "void"}
BEFORE_BODY = {")", "]", "}", "{", ";", ":", "else", "do", "try", "const", "mutable", "noexcept", "override"}


def tokens_of(text):
    """Returns (token, line) of the code; comments and directives are left out, a text is the token ""."""
    def lines_of(found):
        return "\n" * found.group(0).count("\n")

    text = RAW_TEXT.sub(lambda found: '""' + lines_of(found), text)
    text = NOISE.sub(lambda found: lines_of(found) if found.group(0)[0] == "/" else '""', text)
    text = DIRECTIVE.sub(lines_of, text)
    tokens, line, end = [], 1, 0
    for found in re.finditer(r'""|' + TOKEN.pattern, text):
        line += text.count("\n", end, found.start())
        end = found.start()
        tokens.append((found.group(0), line))
    return tokens


def after_brackets(tokens, at, opens="(", closes=")"):
    """Returns the place after the bracket that closes the one at `at`."""
    depth = 0
    while at < len(tokens):
        depth += (tokens[at] == opens) - (tokens[at] == closes)
        at += 1
        if depth == 0:
            break
    return at


def after_template(tokens, at):
    """Returns the place of the > for the < at `at`; None where what stands between cannot be template arguments."""
    depth = 0
    for i in range(at, min(at + 120, len(tokens))):
        token = tokens[i][0]
        depth += (token == "<") - (token == ">")
        if depth == 0:
            return i
        if not (NAME.match(token) or token[0].isdigit() or token in {"<", ">", "::", ",", "*", "&", "&&", "(", ")", "...", "[", "]"}):
            return None
    return None


def without_control(statement):
    """Returns the statement after its control clauses and labels: `else if (a) b = c` is `b = c`."""
    at = 0
    while at < len(statement):
        if statement[at] in {"else", "do"}:
            at += 1
        elif statement[at] in CONTROL:
            at = after_brackets(statement, at + 2 if statement[at + 1:at + 2] == ["constexpr"] else at + 1)
        elif statement[at] == "case" or statement[at:at + 2] == ["default", ":"]:
            at = statement.index(":", at) + 1 if ":" in statement[at:] else len(statement)
        else:
            break
    return statement[at:]


def is_declaration(statement):
    """Whether it begins with a type and a name, or with a word that only declarations have."""
    at = 0
    while statement[at:at + 1] == ["["]:  # attributes
        at = after_brackets(statement, at, "[", "]")
    if at >= len(statement) or statement[at] in DECLARES or statement[at] == "~":
        return True
    if statement[at] in EXPRESSES or not (NAME.match(statement[at]) or statement[at] == "::"):
        return False
    if re.fullmatch(r"[A-Z_]{4,}", statement[at]):  # a macro that declares
        return True
    began = at
    while at < len(statement) and (NAME.match(statement[at]) or statement[at] in {"::", "<"}):
        if at > began and NAME.match(statement[at]) and statement[at - 1] != "::":
            return True
        at = after_brackets(statement, at, "<", ">") if statement[at] == "<" else at + 1
    while at < len(statement) and statement[at] in {"*", "&", "&&", "const"}:
        at += 1
        if at < len(statement) and NAME.match(statement[at]):
            return True
    return False


class Level:
    """What stands inside of one pair of brackets, up to the next semicolon."""

    def __init__(self, kind):
        self.kind = kind  # block, list (braces), call, group, for (parentheses), index
        self.statement = []
        self.commas = []

    def end(self):
        """Ends a statement; returns the lines of its operators."""
        found = self.commas if self.kind in {"block", "for"} and not is_declaration(without_control(self.statement)) else []
        self.statement, self.commas = [], []
        return found


def kind_of(token, before, level):
    """Returns what a bracket opens after the token `before`."""
    statement = level.statement
    if token == "[":
        return "index"
    if token == "(":
        if before == "for":
            return "for"
        named = NAME.match(before) and before not in EXPRESSES | {"case", "else", "do"}
        return "call" if named or before in {")", "]", ">", "}", '""', "..."} or "operator" in statement[-3:] else "group"
    plain = without_control(statement)
    arrow = "->" in statement and "[" in statement
    if level.kind != "block" or before in {"=", "return", ",", "("}:
        is_lambda = "[" in statement and before in {"]", ")", "mutable", "noexcept"} or arrow and before not in {"=", ",", "("}
        return "block" if is_lambda else "list"
    if "enum" in plain[:3]:
        return "list"
    scope = any(word in plain for word in SCOPES) and "=" not in plain
    return "block" if not plain or before in BEFORE_BODY or arrow or scope else "list"


def operators(text):
    """Returns the lines of the comma operators."""
    tokens = tokens_of(text)
    found, outer, level, skip_to = [], [], Level("block"), -1
    for i, (token, line) in enumerate(tokens):
        before = tokens[i - 1][0] if i else ";"
        following = tokens[i + 1][0] if i + 1 < len(tokens) else ""
        if i <= skip_to:
            level.statement.append(token)
        elif token == "<" and NAME.match(before) and after_template(tokens, i) is not None:
            skip_to = after_template(tokens, i)
            level.statement.append(token)
        elif token in OPENS:
            kind = kind_of(token, before, level)
            level.statement.append(token)
            outer.append(level)
            level = Level(kind)
        elif token in CLOSES:
            closed = level
            found += closed.end() if closed.kind == "block" else closed.commas if closed.kind == "group" else []
            level = outer.pop() if outer else Level("block")
            level.statement.append(token)
            if closed.kind == level.kind == "block" and following not in {",", ")", "(", ";", "."}:
                level.statement, level.commas = [], []
        elif token == ";":
            found += level.end()
        else:
            if token == "," and following != "...":
                level.commas.append(line)
            level.statement.append(token)
    return sorted(set(found))


def main():
    breaches = 0
    for top in ("src", "include"):
        for directory, _, names in os.walk(os.path.join(sys.argv[1], top)):
            for name in sorted(names):
                if not name.endswith((".h", ".cc")):
                    continue
                path = os.path.join(directory, name)
                with open(path, encoding="utf-8") as file:
                    for line in operators(file.read()):
                        print(f"{os.path.relpath(path, sys.argv[1])}:{line}: the comma operator: write two statements")
                        breaches += 1
    sys.exit(1 if breaches else 0)


if __name__ == "__main__":
    main()
