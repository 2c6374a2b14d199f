"""Check a built site: check.py HTML. Every link leads somewhere, every public name can be found."""

import html.parser
import pathlib
import re
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Page(html.parser.HTMLParser):
    """The links, pictures and anchors of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        """Note its links and its anchor."""
        given = dict(attributes)
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        self.links += [given[name] for name in ("href", "src") if given.get(name)]


def broken(site):
    """Links that lead nowhere, with the page they stand on."""
    known = {path: Page(path) for path in site.rglob("*.html")}
    for path, page in known.items():
        for link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            place = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            anchors = known[place].anchors if place in known else None
            anchor = urllib.parse.unquote(parts.fragment)
            if not place.exists() or (anchor and anchors is not None and anchor not in anchors):
                yield path, link


def missing(site):
    """Public functions without an entry in the interface pages or in the index of the search."""
    entries = set()
    for path in (site / "api").glob("*.html"):
        entries |= Page(path).anchors
    search = (site / "searchindex.js").read_text()
    exported = re.findall(r"^    (linclass_\w+);", (ROOT / "lib" / "linclass.map").read_text(), re.MULTILINE)
    package = (ROOT / "python" / "linclass" / "__init__.py").read_text()
    names = re.findall(r'^    "(\w+)",$', package, re.MULTILINE)
    for name in exported:
        if f"c.{name}" not in entries or name not in search:
            yield name
    constants = {"LOSSES", "SCHEDULES", "SOLVERS", "library_path"}
    yield from (f"linclass.{name}" for name in set(names) - constants if f"linclass.{name}" not in entries)


def main():
    """Print what is wrong; 1 when something is."""
    site = pathlib.Path(sys.argv[1]).resolve()
    wrong = [f"{path.relative_to(site)}: {link} leads nowhere" for path, link in broken(site)]
    wrong += [f"{name} is not described" for name in missing(site)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    pages = len(list(site.rglob("*.html")))
    print(f"{pages} pages, {len(wrong)} defects")
    return 1 if wrong or pages < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
