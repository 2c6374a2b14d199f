"""Lay out the sources of the site: assemble.py TARGET.

The Markdown files keep their places, so that their links to each other hold. A link to a header leads to
its page; one to a file or a folder that is no page becomes plain text. The pages of the interfaces are made
of the headers and of the package.
"""

import pathlib
import re
import shutil
import sys

import headers

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "lib/README.md", "mpi/README.md"]
PAGES += ["data/digits/README.md", "data/iris/README.md"]
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")

INDEX = """\
# liblinclass

{introduction}

```{{toctree}}
:caption: Use
:maxdepth: 1

README
docs/which-function
docs/guide
docs/python
docs/formats
docs/model-format
CHANGELOG
```

```{{toctree}}
:caption: Reference
:maxdepth: 1

api/index
api/python
```

```{{toctree}}
:caption: Background
:maxdepth: 1

docs/mathematics
docs/benchmarks
docs/limits
docs/same-bits
docs/scale
CONTRIBUTING
lib/README
mpi/README
data/digits/README
data/iris/README
```
"""


def rewritten(text, folder):
    """Markdown whose links lead to pages."""

    def link(match):
        image, label, address = match.groups()
        path = address.partition("#")[0]
        if not path or "://" in address:
            return match[0]
        place = (folder / path).resolve()
        inside = place.relative_to(ROOT)
        if inside.parts[:2] == ("include", "linclass"):
            name = inside.stem if place.is_file() else "index"
            up = "../" * len(folder.relative_to(ROOT).parts)
            return f"[{label}]({up}api/{name}.{'rst' if name != 'index' else 'md'})"
        if str(inside) in pages() or (image and place.is_file()):
            return match[0]
        return label

    return LINK.sub(link, text)


def pages():
    """The Markdown files of the site, by their places."""
    return [*PAGES, *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]


def write(path, text):
    """Write a file, and its folders where there are none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def interfaces(target):
    """The pages of the headers, in the order of linclass.h, and that of the package."""
    folder = ROOT / "include" / "linclass"
    overview = (folder / "linclass.h").read_text()
    names = re.findall(r"^ \*     (\w+)\.h ", overview, re.MULTILINE)
    names += sorted({path.stem for path in folder.glob("*.h")} - set(names) - {"linclass"})
    for name in ["linclass", *names]:
        text = (folder / f"{name}.h").read_text()
        write(target / "api" / f"{name}.rst", headers.page(f"{name}.h", text))
    tree = "\n".join(["linclass", *names])
    text = (
        "# The C interface\n\nEach header, its functions with their comments; the first has the overview.\n\n"
    )
    write(target / "api" / "index.md", f"{text}```{{toctree}}\n:maxdepth: 1\n\n{tree}\n```\n")


def package(target):
    """The page of the Python package: what it exports, in groups."""
    import linclass

    def entries(kind, names):
        return "".join(f".. auto{kind}:: linclass.{name}\n\n" for name in names)

    everything = {name: getattr(linclass, name) for name in linclass.__all__}
    classes = [name for name, thing in everything.items() if isinstance(thing, type)]
    errors = [name for name in classes if issubclass(everything[name], Exception)]
    estimators = sorted(linclass._ESTIMATORS)
    results = [name for name in classes if name not in errors and name not in estimators]
    functions = [name for name, thing in everything.items() if name not in classes and callable(thing)]
    drawn = vars(linclass.plot).items()
    plots = [n for n, f in drawn if getattr(f, "__module__", "") == "linclass.plot" and not n.startswith("_")]
    parts = [
        "# The Python package\n\n[The page on the package](../docs/python.md) has examples of all of this.\n"
    ]
    for title, kind, names in (
        ("Estimators", "class", estimators),
        ("Functions", "function", functions),
        ("Pictures", "function", [f"plot.{name}" for name in plots]),
        ("Models, data sets and results", "class", results),
        ("Errors", "exception", errors),
    ):
        parts.append(f"## {title}\n\n```{{eval-rst}}\n{entries(kind, names)}```\n")
    write(target / "api" / "python.md", "\n".join(parts))


def main():
    """Copy, rewrite, generate."""
    target = pathlib.Path(sys.argv[1]).resolve()
    for name in pages():
        source = ROOT / name
        write(target / name, rewritten(source.read_text(), source.parent))
    shutil.copytree(ROOT / "docs" / "images", target / "docs" / "images", dirs_exist_ok=True)
    readme = (ROOT / "README.md").read_text()
    introduction = re.search(r"^# .*?\n\n(.*?)(?=^## )", readme, re.MULTILINE | re.DOTALL)[1]
    write(target / "index.md", INDEX.format(introduction=rewritten(introduction, ROOT)))
    interfaces(target)
    import linclass.plot  # noqa: F401

    package(target)


if __name__ == "__main__":
    main()
