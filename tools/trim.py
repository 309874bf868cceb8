"""Trims expanded Rust source to what types are inferred from: signatures, impls, constants and exported macros.

`trim` reads what `rustc -Zunpretty=expanded` prints. Bodies, private functions, comments and most attributes go;
everything else stays as it was written, without indentation.
"""

import re

TOKEN = re.compile(r"""
    (?P<space>\s+)
  | (?P<comment>//[^\n]*)
  | (?P<block>/\*)
  | (?P<raw>(?:b|c)?r(?P<hashes>\#*)"(?:.*?)"(?P=hashes))
  | (?P<text>(?:b|c)?"(?:[^"\\]|\\.)*")
  | (?P<char>b?'(?:[^'\\\n]|\\(?:x[0-9a-fA-F]{2}|u\{[^}]*\}|.))')
  | (?P<lifetime>'(?:r\#)?\w+)
  | (?P<word>(?:r\#)?\w+)
  | (?P<mark>->|=>|::|[^\w\s])
""", re.VERBOSE | re.DOTALL)

OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = set(OPENING.values())

# What rust-analyzer reads of an item: the rest of an attribute's words are for rustc, its users or its documentation.
ATTRIBUTES = {
    "lang", "fundamental", "macro_export", "macro_use", "non_exhaustive", "no_core", "no_std", "feature", "prelude_import",
    "marker", "repr", "unstable", "cfg", "cfg_attr", "path", "derive", "proc_macro", "proc_macro_derive", "recursion_limit",
    "rustc_allow_incoherent_impl", "rustc_builtin_macro", "rustc_coherence_is_core", "rustc_coinductive",
    "rustc_has_incoherent_inherent_impls", "rustc_intrinsic", "rustc_legacy_const_generics", "rustc_macro_transparency",
    "rustc_paren_sugar", "rustc_reservation_impl", "rustc_skip_array_during_method_dispatch",
    "rustc_skip_during_method_dispatch", "rustc_specialization_trait", "rustc_unsafe_specialization_marker",
    "rustc_layout_scalar_valid_range_start", "rustc_layout_scalar_valid_range_end", "rustc_nonnull_optimization_guaranteed",
}
# Modules of instructions of processors, and what only tests and benchmarks use.
LEFT_OUT = {"core_arch", "core_simd", "tests", "benches", "mir", "gpu", "autodiff"}
MODIFIERS = {"pub", "default", "unsafe", "async", "auto", "safe", "extern", "gen"}
# A constant may be the length of an array; longer values than this are tables of numbers.
LONGEST_VALUE = 240


class Unreadable(Exception):
    """Source that is not what rustc prints."""


class Source:
    """The text's tokens without spaces and comments, and where each bracket closes."""

    def __init__(self, text):
        self.text = text
        self.words, self.starts, self.ends = [], [], []
        position, length = 0, len(text)
        match = TOKEN.match
        while position < length:
            found = match(text, position)
            if not found:
                raise Unreadable(f"cannot read {text[position:position + 40]!r}")
            kind, end = found.lastgroup, found.end()
            if found.group("block"):
                end = self.after_comment(position)
            elif kind not in ("space", "comment"):
                self.words.append(found.group())
                self.starts.append(position)
                self.ends.append(end)
            position = end
        self.closing = self.pair()

    def after_comment(self, position):
        depth = 0
        for found in re.compile(r"/\*|\*/").finditer(self.text, position):
            depth += 1 if found.group() == "/*" else -1
            if depth == 0:
                return found.end()
        raise Unreadable("a comment does not end")

    def pair(self):
        closing, waiting = {}, []
        for index, word in enumerate(self.words):
            if word in OPENING:
                waiting.append(index)
            elif word in CLOSING:
                if not waiting or OPENING[self.words[waiting[-1]]] != word:
                    raise Unreadable(f"`{word}` closes nothing at {self.text[self.starts[index] - 60:self.starts[index]]!r}")
                closing[waiting.pop()] = index
        if waiting:
            raise Unreadable(f"`{self.words[waiting[-1]]}` does not close")
        return closing

    def slice(self, start, end):
        """The text of tokens start..end, without comments and indentation."""
        pieces, before = [], None
        for index in range(start, end):
            if before is not None and self.starts[index] != before:
                pieces.append(" ")
            pieces.append(self.words[index])
            before = self.ends[index]
        return "".join(pieces)


class Trimmer:
    """Writes the signatures of a source, item by item."""

    def __init__(self, source, kept_bodies=frozenset(), documented=False):
        self.source, self.kept_bodies = source, kept_bodies
        self.out = []

    def items(self, start, end, inside):
        """Writes the items between two tokens; `inside` is `module`, `impl` (inherent), `trait` (or impl of one)."""
        words = self.source.words
        position = start
        while position < end:
            attributes = []
            while position < end and words[position] == "#":
                first = position + 1 + (words[position + 1] == "!")
                last = self.source.closing[first]
                attributes.append((position, first + 1, last))
                position = last + 1
            if position >= end:
                self.attributes(attributes)
                break
            if words[position] == ";":
                position += 1
                continue
            position = self.item(position, end, attributes, inside)

    def attributes(self, attributes):
        for start, first, last in attributes:
            name = self.source.words[first]
            hidden = name == "doc" and self.source.words[first + 1:last] == ["(", "hidden", ")"]
            if name in ATTRIBUTES or hidden:
                self.out.append(self.source.slice(start, last + 1))

    def item(self, start, end, attributes, inside):
        """Writes one item and says where the next begins."""
        words, closing = self.source.words, self.source.closing
        position, public = start, False
        while True:
            word = words[position]
            if word == "pub":
                public = words[position + 1] != "(" or inside == "trait"
                position = closing[position + 1] + 1 if words[position + 1] == "(" else position + 1
            elif word == "extern" and words[position + 1].startswith(('"', "r")) and words[position + 1][-1] in '"#':
                position += 2
            elif word == "const" and words[position + 1] in ("fn", "unsafe", "extern", "async", "trait", "impl", "auto"):
                position += 1
            elif word in MODIFIERS and words[position + 1] not in ("crate", "{", "!", "::", "="):
                position += 1
            else:
                break
        keyword, name = words[position], words[position + 1]
        stop = self.end_of_head(position, end)
        if keyword == "fn":
            return self.function(start, stop, attributes, name, public or inside == "trait")
        if keyword == "mod":
            return self.module(start, stop, attributes, name)
        if keyword in ("impl", "trait"):
            return self.block(start, stop, attributes, keyword, inside)
        if keyword in ("const", "static"):
            return self.constant(start, position, end, attributes)
        if keyword == "macro_rules":
            return self.macro(start, position + 3, attributes)
        if keyword == "macro":
            return self.macro(start, position + 2, attributes, True)
        if keyword in ("struct", "union", "enum"):
            return self.data(start, stop, attributes)
        if words[stop] == "{" and keyword not in ("use", "extern", "type"):
            # A macro called in place of an item: `global_asm! { .. }`.
            return closing[stop] + 1
        if keyword in ("use", "extern", "type"):
            if words[stop] == "{":
                # `extern "C" { .. }`
                return closing[stop] + 1
            self.attributes(attributes)
            self.out.append(self.source.slice(start, stop + 1))
            return stop + 1
        return stop + 1

    def end_of_head(self, position, end):
        """The `{` or `;` that ends an item's head."""
        words, closing = self.source.words, self.source.closing
        angle = 0
        braces_are_names = words[position] == "use"
        while position < end:
            word = words[position]
            if word == ";":
                return position
            if word == "{" and angle <= 0 and not braces_are_names:
                return position
            if word in OPENING:
                position = closing[position]
            elif word == "<":
                angle += 1
            elif word == ">":
                angle -= 1
            position += 1
        raise Unreadable(f"an item does not end: {self.source.slice(max(0, end - 20), end)}")

    def function(self, start, stop, attributes, name, kept):
        after = self.source.closing[stop] + 1 if self.source.words[stop] == "{" else stop + 1
        if kept:
            self.attributes(attributes)
            head = self.source.slice(start, stop)
            if self.source.words[stop] == ";":
                self.out.append(head + ";")
            elif name in self.kept_bodies:
                self.out.append(self.source.slice(start, after))
            else:
                self.out.append(head + "{}")
        return after

    def module(self, start, stop, attributes, name):
        if self.source.words[stop] == ";":
            raise Unreadable(f"`mod {name};` was not expanded")
        after = self.source.closing[stop]
        if name not in LEFT_OUT:
            self.attributes(attributes)
            self.out.append(self.source.slice(start, stop + 1))
            self.items(stop + 1, after, "module")
            self.out.append("}")
        return after + 1

    def block(self, start, stop, attributes, keyword, inside):
        if self.source.words[stop] == ";":
            self.attributes(attributes)
            self.out.append(self.source.slice(start, stop + 1))
            return stop + 1
        after = self.source.closing[stop]
        of_trait = keyword == "trait" or self.names_trait(start, stop)
        mark = len(self.out)
        self.attributes(attributes)
        self.out.append(self.source.slice(start, stop + 1))
        length = len(self.out)
        self.items(stop + 1, after, "trait" if of_trait else "impl")
        if len(self.out) == length and not of_trait:
            del self.out[mark:]
        else:
            self.out.append("}")
        return after + 1

    def names_trait(self, start, stop):
        """Whether the head of an impl has a `for` that is not of a `for<'a>`."""
        words = self.source.words
        return any(words[index] == "for" and words[index + 1] != "<" for index in range(start, stop))

    def constant(self, start, position, end, attributes):
        words, closing = self.source.words, self.source.closing
        equals, index = None, position
        while words[index] != ";":
            if words[index] == "=" and equals is None and words[index - 1] not in ("<", ">", "=", "!"):
                equals = index
            index = closing[index] + 1 if words[index] in OPENING else index + 1
        name = words[position + 1]
        if name != "_":
            self.attributes(attributes)
            value = self.source.ends[index - 1] - self.source.starts[equals] if equals else 0
            if value > LONGEST_VALUE or words[position] == "static":
                self.out.append(self.source.slice(start, equals or index) + ";")
            else:
                self.out.append(self.source.slice(start, index + 1))
        return index + 1

    def macro(self, start, position, attributes, always=False):
        words, closing = self.source.words, self.source.closing
        while words[position] not in ("{",) and not (words[position] in OPENING and not always):
            position = closing[position] + 1 if words[position] in OPENING else position + 1
        after = closing[position] + 1
        exported = any(words[first] in ("macro_export", "rustc_builtin_macro") for _, first, _ in attributes)
        if always or exported:
            self.attributes(attributes)
            self.out.append(self.source.slice(start, after))
        return after

    def data(self, start, stop, attributes):
        """A struct, union or enum. Private fields become hidden ones of the parameters' types.

        rust-analyzer neither offers hidden fields nor needs to know what the private ones are made of; but a parameter
        that no field has would bind nothing.
        """
        words = self.source.words
        self.attributes(attributes)
        after = self.source.closing[stop] + 1 if words[stop] == "{" else stop + 1
        keyword = next(index for index in range(start, stop) if words[index] in ("struct", "union", "enum"))
        name_end = keyword + 2
        generics = self.after_angles(name_end) if words[name_end] == "<" else name_end
        fields = generics if words[generics] == "(" else stop
        if words[keyword] == "enum" or words[fields] == ";":
            self.out.append(self.without_attributes(start, after))
            return after
        listed = list(self.parts(fields + 1, self.source.closing[fields]))
        shown = [part for part in listed if self.is_public(*part)]
        if len(shown) == len(listed) or (shown and words[fields] == "("):
            self.out.append(self.without_attributes(start, after))
            return after
        hidden = [f"#[doc(hidden)] pub __{index}: {kind}" for index, kind in enumerate(self.parameters(name_end, generics))]
        listed = [self.without_attributes(*part) for part in shown] + hidden
        head = self.without_attributes(start, stop if words[fields] == "{" else generics)
        if words[fields] == "(" and words[stop] == ";":
            head += " " + self.source.slice(self.source.closing[fields] + 1, stop)
        self.out.append(f"{head} {{ {', '.join(listed)} }}")
        return after

    def after_angles(self, position):
        words, depth = self.source.words, 0
        while True:
            depth += {"<": 1, ">": -1}.get(words[position], 0)
            position = self.source.closing[position] + 1 if words[position] in OPENING else position + 1
            if depth == 0:
                return position

    def parts(self, start, end):
        """What commas separate between two tokens."""
        words, depth, begun, position = self.source.words, 0, start, start
        while position < end:
            depth += {"<": 1, ">": -1}.get(words[position], 0)
            if words[position] == "," and depth == 0:
                yield begun, position
                begun = position + 1
            position = self.source.closing[position] + 1 if words[position] in OPENING else position + 1
        if begun < end:
            yield begun, end

    def is_public(self, start, end):
        words, position = self.source.words, start
        while words[position] == "#":
            position = self.source.closing[position + 1] + 1
        return words[position] == "pub" and (words[position + 1] != "(" or words[position + 2] not in ("crate", "super", "in", "self"))

    def parameters(self, start, end):
        """A type for each parameter of `<...>` that has it as its part."""
        words = self.source.words
        for first, _ in self.parts(start + 1, end - 1):
            while words[first] == "#":
                first = self.source.closing[first + 1] + 1
            if words[first].startswith("'"):
                yield f"&{words[first]} ()"
            elif words[first] == "const":
                yield f"[(); {words[first + 1]}]"
            else:
                yield words[first]

    def without_attributes(self, start, end):
        words, pieces, position, begun = self.source.words, [], start, start
        while position < end:
            if words[position:position + 2] == ["#", "["] and words[position + 2] != "lang":
                pieces.append(self.source.slice(begun, position))
                position = begun = self.source.closing[position + 1] + 1
            else:
                position += 1
        pieces.append(self.source.slice(begun, end))
        return " ".join(pieces)


def trim(text, kept_bodies=frozenset()):
    """The signatures in an expanded crate."""
    source = Source(text)
    trimmer = Trimmer(source, kept_bodies)
    trimmer.items(0, len(source.words), "module")
    return "\n".join(trimmer.out) + "\n"
