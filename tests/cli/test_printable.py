"""Texts and names of files that would play tricks on a terminal: messages and `info` show them as escapes."""

import json
import os
import random
import unicodedata
import unittest

from support import DATA, IO, USAGE, ProgramTest, run
from test_info import with_metadata

# Format characters (category Cf) that show: joiners within words and emoji, signs that stand before numbers
# and verses, controls of hieroglyphs and of shorthand, which only arrange.
SHOWN_FORMATS = {
    0x200C, 0x200D, *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD,
    *range(0x13430, 0x13440), *range(0x1BCA0, 0x1BCA4),
}  # fmt: skip


def hidden(point):
    noncharacter = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    category = unicodedata.category(chr(point))
    reserved = point == 0x2065 or 0xE0000 <= point <= 0xE007F
    formats = category == "Cf" and point not in SHOWN_FORMATS
    return category in {"Cc", "Zl", "Zp"} or formats or noncharacter or reserved


def shown(content):
    """What is to be shown of bytes: decoded by Python, what is hidden escaped."""
    text = content.decode("utf-8", "surrogateescape")
    return "".join(escape(ord(c)) for c in text)


def escape(point):
    if 0xDC80 <= point <= 0xDCFF:
        return f"\\x{point - 0xDC00:02X}"
    if not hidden(point):
        return chr(point)
    return f"\\x{point:02X}" if point < 0x80 else f"\\u{{{point:04X}}}"


class Metadata(ProgramTest):
    def info(self, text, *options):
        path = self.folder / "with-text"
        path.write_bytes(with_metadata(self.model.read_bytes(), {"text": text}))
        output = self.succeed("info", *options, path, text=False)
        return output if options else output.split(b"text: ", 1)[1].split(b"\n", 1)[0].decode()

    def test_every_character_of_the_first_plane_and_the_hidden_ones_beyond(self):
        points = [*range(1, 0xD800), *range(0xE000, 0x10000)]
        points += [*range(0x1D100, 0x1D200), *range(0x13400, 0x13460), *range(0xE0000, 0xE0200)]
        points += [plane << 16 | end for plane in range(1, 17) for end in (0, 0xFFFD, 0xFFFE, 0xFFFF)]
        text = "".join(map(chr, points))
        expected = "".join(map(escape, points))
        self.assertEqual(self.info(text), expected)
        as_json = self.info(text, "--json")
        self.assertTrue(as_json.isascii())
        self.assertFalse(any(byte < 0x20 or byte == 0x7F for byte in as_json[:-1]))
        self.assertEqual(json.loads(as_json)["metadata"]["text"], text)

    def test_escape_sequences_and_overrides(self):
        self.assertEqual(self.info("a\x1b[2J\x9b31m\u202eb\u2066c\u061c"), r"a\x1B[2J\u{009B}31m\u{202E}b\u{2066}c\u{061C}")


class Names(ProgramTest):
    def names(self):
        """Names of files of random bytes, UTF-8 cut short, and characters that hide."""
        generator = random.Random(7)
        pieces = [chr(p).encode() for p in (0x1B, 0x7F, 0x9B, 0x202E, 0x2069, 0x2028, 0xE9, 0x4E2D, 0x1F600)]
        pieces += [b"\xff", b"\xc3", b"\xe2\x80", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"a", b"%s", b"\n"]
        for _ in range(12):
            yield b"".join(generator.choices(pieces, k=generator.randrange(1, 12)))
        for _ in range(12):
            yield bytes(generator.choice([b for b in range(1, 256) if b != 0x2F]) for _ in range(20))

    def test_names_in_messages(self):
        folder = os.fsencode(self.folder)
        for name in self.names():
            with self.subTest(name=name):
                path = folder + b"/absent-" + name
                for status, command in (
                    (IO, ["info", path]),
                    (IO, ["predict", "--model", path, "--images", self.images]),
                    (IO, ["train", "--images", path, "--labels", self.labels, "--model", self.folder / "no"]),
                    (USAGE, ["train", "--images=" + os.fsdecode(name)]),
                    (USAGE, ["info", self.model, b"x" + name]),
                    (USAGE, ["predict", "--model", path, "--images", self.images, "--output", path]),
                    (DATA, ["info", self.damaged(name)]),
                ):
                    result = run_bytes(*command)
                    self.assertEqual(result.returncode, status, result.stderr)
                    text = result.stderr.decode()
                    self.assertFalse([c for c in text if c != "\n" and hidden(ord(c))], text)
                    if status != USAGE:
                        self.assertIn(shown(name), text)
                        self.assertEqual(text.count("\n"), 1)

    def damaged(self, name):
        path = os.fsencode(self.folder) + b"/damaged-" + name
        with open(path, "wb") as file:
            file.write(b"no model, and no text\0")
        return path

    def test_contents_of_files_in_messages(self):
        content = self.model.read_bytes()
        for word in (b"soft\x9bmx", b"\xe2\x80\xaemax", b"soft\x7fax", b"softm\xff\xfe"):
            damaged = self.folder / "damaged-word"
            damaged.write_bytes(content.replace(b'"loss":"softmax"', b'"loss":"' + word + b'"', 1))
            result = run_bytes("info", damaged)
            self.assertEqual(result.returncode, DATA)
            self.assertFalse([c for c in result.stderr.decode()[:-1] if hidden(ord(c))])


def run_bytes(*arguments):
    return run(*(os.fsdecode(a) if isinstance(a, bytes) else a for a in arguments), text=False)


if __name__ == "__main__":
    unittest.main()
