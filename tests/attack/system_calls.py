"""The k-th call of each kind that a command of the program makes to the system fails (strace -e inject). The
command ends with a documented status and a message, or as if nothing had happened; an old model file is whole,
a new one is whole or not there, and no temporary file stays."""

import re
import shutil

import attack
import program_data
from program_data import DATA, INTERNAL, IO, OK

#: system call: errors it may end with
FAILURES = {
    "openat": ("EMFILE", "ENOENT", "EACCES"), "read": ("EIO", "EINTR"), "pread64": ("EIO",), "write": ("ENOSPC", "EIO"),
    "close": ("EIO",), "fsync": ("EIO",), "fdatasync": ("EIO",), "rename": ("ENOSPC", "EXDEV"),
    "renameat": ("ENOSPC", "EXDEV"), "unlinkat": ("EACCES",), "renameat2": ("EXDEV",),
    "lseek": ("ESPIPE",), "fstat": ("EIO",), "newfstatat": ("EIO",), "mmap": ("ENOMEM",), "mprotect": ("ENOMEM",),
    "munmap": ("EINVAL",), "clone3": ("EAGAIN",), "getrandom": ("ENOSYS",), "sched_getaffinity": ("EINVAL",),
    "fchmod": ("EPERM",), "unlink": ("EACCES",), "ftruncate": ("EINVAL",), "madvise": ("EINVAL",),
    "readlink": ("EACCES",), "link": ("EMLINK",), "rt_sigaction": ("EINVAL",), "ioctl": ("ENOTTY",),
}  # fmt: skip
DOCUMENTED = (INTERNAL, DATA, IO)
#: Where the loader or the C library itself gives up: statuses and signals that are not the program's.
LOADER = 127


def program_calls(campaign, arguments):
    """{system call: (number of the first one the program itself makes, number of the last)}.

    The loader's come first; it ends with the call that makes its relocated data read-only.
    """
    trace = campaign.folder / "trace"
    command = ["strace", "-f", "-o", trace, "-e", "signal=none", campaign.program, *arguments]
    ended = campaign.run(command, timeout=120)
    if ended is None or ended.status != OK:
        return {}
    lines = trace.read_text(errors="replace").splitlines()
    begin = max((i for i, line in enumerate(lines) if "munmap(" in line and i < 400), default=0)
    first_open = next((i for i, line in enumerate(lines) if "attack-" in line and "openat(" in line), begin)
    seen, calls = {}, {}
    for i, line in enumerate(lines):
        name = re.match(r"\d+ +(\w+)\(", line)
        if name is None or name[1] not in FAILURES:
            continue
        seen[name[1]] = seen.get(name[1], 0) + 1
        if i >= first_open:
            calls.setdefault(name[1], [seen[name[1]], 0])[1] = seen[name[1]]
    return calls


def list_cases(campaign, data, output):
    """(command, system call, error, number) in a fixed order, over all of them."""
    cases = []
    for name, arguments in data.commands(output).items():
        for call, (first, last) in sorted(program_calls(campaign, arguments).items()):
            campaign.beat()
            cases += [
                (name, call, error, k)
                for error in FAILURES[call]
                for k in range(first, min(last, first + 60) + 1)
            ]
    return cases


def outcome(campaign, data, case, output, old):
    """What came of a case: '' when it is as it should be."""
    name, call, error, k = case
    command = [
        "strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={k}",
        campaign.program, *data.commands(output)[name],
    ]  # fmt: skip
    ended = campaign.run(command)
    if ended is None:
        return None
    if name in ("train", "history"):
        if not output.exists() or not program_data.is_model(output.read_bytes()):
            return "the model file is torn or gone"
        if (
            ended.status in DOCUMENTED
            and name == "train"
            and call != "fsync"
            and "standard output" not in ended.stderr
            and output.read_bytes() != old
        ):
            return f"status {ended.status}, and the old model is replaced"
    if any(item.name.startswith(".linclass-") for item in output.parent.iterdir()) and call not in (
        "unlink",
        "unlinkat",
    ):
        return "a temporary file stays"
    if ended.status == OK or ended.status == LOADER:
        return ""
    if ended.status in DOCUMENTED and (ended.stderr.strip() or call == "write"):
        return ""
    return f"status {ended.status}, {ended.words}"


def main():
    if shutil.which("strace") is None:
        attack.skip("strace is not installed (scripts/setup attack)")
    campaign = attack.Attack()
    probe = campaign.run(["strace", "-o", "/dev/null", "-e", "trace=none", "true"])
    if probe is None or probe.status != 0:
        attack.skip(f"strace may not trace here: {probe and probe.words}")
    data = program_data.Data(campaign)
    place = campaign.folder / "output"
    place.mkdir()
    output = place / "model"
    cases = list_cases(campaign, data, output)
    if not cases:
        attack.skip("strace shows no calls of the program")
    stride = 7919  # a prime: the first cases are of every command and call
    for number, _ in campaign.cases(len(cases)):
        case = cases[number * stride % len(cases)]
        for item in place.iterdir():
            item.unlink()
        old = data.model_content
        output.write_bytes(old)
        defect = outcome(campaign, data, case, output, old)
        if defect is None:
            continue
        if defect:
            campaign.wrong(f"{' '.join(map(str, case))}: {defect}")
        elif output.exists() and output.read_bytes() == old and case[0] == "train":
            campaign.refused()
        else:
            campaign.accepted()


main()
