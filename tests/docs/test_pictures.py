"""Every picture that a page shows is there, is a whole SVG or PNG, and is shown by some page."""

import pathlib
import re
import sys
import unittest
import xml.etree.ElementTree

ROOT = pathlib.Path(sys.argv.pop(1))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def shown():
    """The pictures of all pages, with the page of each."""
    for page in PAGES:
        for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                yield page, (page.parent / target).resolve()


class Pictures(unittest.TestCase):
    def test_those_shown_are_there(self):
        for page, picture in shown():
            with self.subTest(page=page.name, picture=picture.name):
                self.assertTrue(picture.is_file())
                if picture.suffix == ".svg":
                    xml.etree.ElementTree.parse(picture)

    def test_those_there_are_shown(self):
        pictures = {path.resolve() for path in (ROOT / "docs" / "images").iterdir()}
        self.assertEqual(pictures - {picture for _, picture in shown()}, set())


unittest.main()
