"""attack_forks with every build of OpenBLAS that is installed: pthread, openmp, serial."""

import os
import pathlib

import attack

BUILDS = pathlib.Path("/usr/lib").glob("*/openblas-*")


def main():
    campaign = attack.Attack()
    folders = sorted(path for path in BUILDS if (path / "libopenblas.so.0").exists())
    if not folders:
        attack.skip("no builds of OpenBLAS are installed beside each other (scripts/setup attack)")
    program = pathlib.Path(os.environ["ATTACK_TOOLS"]) / "attack_forks"
    for case, _ in campaign.cases():
        folder = folders[case % len(folders)]
        paths = f"{folder}:{os.environ.get('LD_LIBRARY_PATH', '')}"
        command = [
            program,
            "--cases=4",
            f"--first={4 * case}",
            f"--seed={campaign.options.seed}",
            "--seconds=60",
        ]
        ended = campaign.run(command, timeout=180, env=campaign.environment(LD_LIBRARY_PATH=paths))
        if ended is None:
            continue
        for line in ended.stdout.decode().splitlines():
            if line.startswith("FOUND "):
                getattr(campaign, line.split()[1])(f"{folder.name}: {line}")
            elif " tried, " in line:
                for _ in range(int(line.split(" refused, ")[1].split()[0])):
                    campaign.accepted()


main()
