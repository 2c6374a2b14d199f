"""scripts/sections makes a data set of index entries: what it writes for entries written here.

    test_sections.py SCRIPT
"""

import pathlib
import subprocess
import sys
import tempfile

ENTRIES = """\
Package: zoo
Section: contrib/net
Depends: libc6 (>= 2.34), alpha | beta
Tag: role::program,
 use::chatting
Description: Chat over a network
Installed-Size: 12
Priority: optional
Architecture: amd64
Maintainer: A Person <person@example.org>

Package: alpha-doc
Section: doc
Description: Documentation, of chat over the network
Depends: libc6
Architecture: all

Package: no-section
Description: not a row

"""

EXPECTED = {
    "sections.libsvm": "0 1:1 2:1 3:1 4:1 5:1\n1 1:1 2:1 3:1 4:1 5:1\n",
    "sections.features": "depends libc6\t2\npair chat over\t2\nword chat\t2\nword network\t2\nword over\t2\n",
    "sections.csv": (
        "section,prefix,suffix,priority,architecture,maintainer,installed_size,size,dependencies,tags,words,homepage\n"
        "doc,alpha,doc,,all,,,,1,0,6,0\n"
        "net,,,optional,amd64,example.org,12,,3,2,3,0\n"
    ),
}


def main():
    script = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        (directory / "Packages").write_text(ENTRIES, encoding="utf-8")
        subprocess.run([sys.executable, script, directory / "out", directory / "Packages"], check=True)
        for file, text in EXPECTED.items():
            found = (directory / "out" / file).read_text(encoding="utf-8")
            assert found == text, f"{file} is\n{found}"
        (directory / "Packages").write_text("", encoding="utf-8")
        status = subprocess.run([sys.executable, script, directory / "none", directory / "Packages"]).returncode
        assert status == 77, f"without entries the status is {status}"
        assert not (directory / "none").exists(), "a directory is left though there are no entries"


main()
