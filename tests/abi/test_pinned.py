"""Every enumerator of the headers is pinned with its value: in test_values.c, losses in the table of the tests.

    test_pinned.py INCLUDE_DIRECTORY TEST_VALUES LOSSES
"""

import pathlib
import re
import sys

import headers


def main():
    include, values, losses = sys.argv[1:]
    pinned = dict(re.findall(r"assert_int_equal\((LINCLASS_\w+), (-?\d+)\)", pathlib.Path(values).read_text()))
    table = re.findall(r"\[(\d+)\] = \{\.facts = \{(LINCLASS_LOSS_\w+),", pathlib.Path(losses).read_text())
    pinned |= {name: number for number, name in table}
    missing = [f"{name} = {value} is not pinned" for name, value in headers.enumerators(include).items()
               if pinned.get(name) != str(value)]
    for problem in missing:
        print(problem)
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
