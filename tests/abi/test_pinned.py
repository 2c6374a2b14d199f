"""Every enumerator of the headers is pinned in test_values.c, with its value.

    test_pinned.py INCLUDE_DIRECTORY TEST_VALUES
"""

import pathlib
import re
import sys

import headers


def main():
    include, values = sys.argv[1:]
    pinned = dict(re.findall(r"assert_int_equal\((LINCLASS_\w+), (-?\d+)\)", pathlib.Path(values).read_text()))
    missing = [f"{name} = {value} is not pinned in {values}" for name, value in headers.enumerators(include).items()
               if pinned.get(name) != str(value)]
    for problem in missing:
        print(problem)
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
