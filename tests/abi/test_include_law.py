"""The dependency law, from the #include lines:

    core <- data, linalg, kernel <- sweep <- level1, objective <- solver, judge
    core <- metrics; sweep <- model; model, metrics <- predict; model <- diagnostics, model_file, exchange
    judge <- diagnostics; predict, diagnostics <- parts; solver, judge, model, parts <- fit; fit, diagnostics <- selection

An arrow means "may include headers of". kernel and linalg do not know each other and meet in
sweep/; a solver and the judge know nothing of each other; a solver sees objective/objective.h and its own headers, never a loss; BLAS and LAPACK are
named in linalg/ alone, and products are made in sweep/block_products_tmpl.c, but for two files whose factors
are centred copies of rows; programs outside the library see include/linclass and their own folder.

    test_include_law.py SOURCE_ROOT
"""

import pathlib
import re
import sys

CORE = {"core"}
ROWS = CORE | {"data", "linalg", "kernel"}
MAY_INCLUDE = {
    "core": CORE,
    "linalg": CORE | {"linalg"},
    "kernel": CORE | {"kernel"},
    "data": CORE | {"data"},
    "sweep": ROWS | {"sweep"},
    "level1": ROWS | {"sweep", "level1"},
    "objective": ROWS | {"sweep", "objective"},
    "solver": CORE | {"linalg", "objective", "solver"},
    "judge": CORE | {"data", "objective", "judge"},
    "metrics": CORE | {"metrics"},
    "model": ROWS | {"sweep", "model"},
    "predict": ROWS | {"sweep", "model", "metrics", "predict"},
    "diagnostics": ROWS | {"sweep", "objective", "judge", "model", "diagnostics"},
    "model_file": CORE | {"sweep", "model", "model_file"},
    "parts": ROWS | {"sweep", "objective", "model", "metrics", "predict", "diagnostics", "parts"},
    "fit": CORE | {"data", "sweep", "objective", "solver", "judge", "model", "parts", "fit"},
    "exchange": CORE | {"data", "sweep", "model", "exchange"},
    "selection": CORE | {"data", "sweep", "objective", "model", "parts", "diagnostics", "fit", "selection"},
}
PRODUCT = re.compile(r"\bgemm(_f32|_f64)?\(")
MAKE_PRODUCTS = {"sweep/block_products_tmpl.c", "objective/gram_tmpl.c", "objective/hessian_by_elements_tmpl.c",
                 "objective/hessian_tmpl.c", "diagnostics/information_matrix.c", "diagnostics/left_out.c"}
BLAS = re.compile(r"^(f77|open|mkl_)?c?(blas|lapack)\w*\.h$")


def includes(path):
    """(line number, name, whether in quotes) of each #include."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(2), match.group(1) == '"'


def library_problem(folder, name, quoted):
    if BLAS.match(name):
        return None if folder == "linalg" else "only lib/linalg includes BLAS or LAPACK"
    if not quoted:
        return None
    owner, _, header = name.partition("/")
    if not header:
        return "is not named from lib/, as in \"core/context.h\""
    if owner not in MAY_INCLUDE[folder]:
        return f"{folder} may include {', '.join(sorted(MAY_INCLUDE[folder]))}"
    if folder == "solver" and owner == "objective" and header != "objective.h":
        return "a solver sees objective/objective.h alone"
    return None


def public_problem(name, quoted):
    standard = name in {"stddef.h", "stdint.h"}
    return None if standard or not quoted and name.startswith("linclass/") else "not a public header"


def program_problem(path, name, quoted):
    if quoted and not (path.parent / name).is_file():
        return "a program includes its own folder and <linclass/...>"
    return None


def problems(root):
    for path in sorted(root.glob("lib/*/**/*.[ch]")):
        folder = path.relative_to(root / "lib").parts[0]
        if folder not in MAY_INCLUDE:
            yield f"{path}: the law does not know the folder lib/{folder}"
            continue
        for number, name, quoted in includes(path):
            problem = library_problem(folder, name, quoted)
            if problem:
                yield f"{path}:{number}: {name}: {problem}"
        if folder != "linalg" and str(path.relative_to(root / "lib")) not in MAKE_PRODUCTS:
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if PRODUCT.search(line):
                    yield f"{path}:{number}: a product; samples are multiplied in sweep/block_products_tmpl.c"
    for path in sorted(root.glob("include/linclass/*.h")):
        for number, name, quoted in includes(path):
            problem = public_problem(name, quoted)
            if problem:
                yield f"{path}:{number}: {name}: {problem}"
    for pattern in ("tools/**/*.[ch]", "bench/**/*.[ch]", "tests/abi/*.[ch]"):
        for path in sorted(root.glob(pattern)):
            for number, name, quoted in includes(path):
                problem = program_problem(path, name, quoted)
                if problem:
                    yield f"{path}:{number}: {name}: {problem}"


def main():
    found = list(problems(pathlib.Path(sys.argv[1])))
    for problem in found:
        print(problem)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
