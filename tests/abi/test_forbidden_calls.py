"""The library never ends the process, prints, changes the locale or the signals of the program, or
draws from its random numbers: none of these is among the symbols it needs from elsewhere.

    test_forbidden_calls.py LIBRARY NM
"""

import re
import subprocess
import sys

FORBIDDEN = {
    "ends the process": r"_?exit|_Exit|quick_exit|abort|__assert_fail|__assert|err|errx|verr|verrx|raise|kill",
    "prints": r"(__)?v?f?w?printf(_chk)?|puts|fputs|putchar|fputc|putc|fwrite_unlocked|perror|warn|warnx|psignal"
              r"|stdout|stderr|syslog",
    "changes the locale of the program": r"setlocale",
    "handles signals": r"signal|sigaction|bsd_signal|sysv_signal|__sysv_signal|sigset|alarm|setitimer",
    "draws random numbers from the program": r"s?rand|rand_r|s?random|random_r|[delmn]rand48|[ls]?rand48",
    "changes the environment of the program": r"setenv|putenv|unsetenv|chdir|umask",
    "changes the floating-point mode": r"fesetround|fesetenv|feenableexcept|feupdateenv",
}
# What a build with assertions adds; a release has none.
ASSERTIONS = {"__assert_fail", "__assert"}


def needed_symbols(nm, library):
    output = subprocess.run([nm, "-D", "--undefined-only", library], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1].partition("@")[0] for line in output.splitlines()}


def main():
    library, nm = sys.argv[1:]
    needed = needed_symbols(nm, library)
    assert needed, f"{nm} finds no symbol in {library}"
    problems = [f"{name} {what}" for what, names in FORBIDDEN.items() for name in sorted(needed - ASSERTIONS)
                if re.fullmatch(names, name)]
    for problem in problems:
        print(problem)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
