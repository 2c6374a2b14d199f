"""The program and its files: full disks, closed and broken pipes, limits of file sizes, one file in two
roles, names of all kinds, decimal commas. An input must be as it was, an old model whole, and success means that
everything was written."""

import contextlib
import json
import os
import resource
import subprocess

import attack
import program_data
from program_data import DATA, IO, OK, USAGE

REFUSALS = (USAGE, DATA, IO)
NAMES = (
    "a name",
    "new\nline",
    "%s%n%d",
    "ünï",
    "-dash",
    "q'uo\"te",
    "\x1b[31m",
    "x" * 250,
    "*",
    "a\\b",
    "\u202e",
    "=",
)


@contextlib.contextmanager
def small_disk(campaign, size):
    """A folder on a disk of so many bytes; None where none may be mounted."""
    folder = campaign.folder / "disk"
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=False)


def limit_files(size):
    """For a child: files of at most so many bytes, whether or not SIGXFSZ kills it."""

    def set_limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return set_limit


def roles(data):
    """{inputs of a command in the role of an output}: (arguments, the input that must stay)."""
    images, labels, model = data.images, data.labels, data.model
    other = data.folder / "other"
    base = ("train", "--images", images, "--labels", labels, "--iterations=2", "--threads=1")
    link = data.folder / "link"
    link.unlink(missing_ok=True)
    link.symlink_to(images)
    hard = data.folder / "hard"
    hard.unlink(missing_ok=True)
    os.link(labels, hard)
    predict = ("predict", "--model", model, "--images", images, "--output")
    return (
        ((*predict, model), model), ((*predict, images), images), ((*predict, link), images),
        ((*base, "--model", images), images), ((*base, "--model", labels), labels),
        ((*base, "--model", other, "--history", images), images), ((*base, "--model", other, "--history", hard), labels),
        ((*base, "--model", hard), labels), ((*base, "--model", link), images),
        ((*base, "--model", other, "--sample-weights", data.weights, "--history", data.weights), data.weights),
        ((*base, "--model", data.weights, "--sample-weights", data.weights), data.weights),
        ((*base, "--model", other, "--history", data.folder / "." / "other"), None),
    )  # fmt: skip


def one_file_in_two_roles(campaign, data, random):
    arguments, kept = random.choice(roles(data))
    before = kept.read_bytes() if kept else b""
    ended = campaign.linclass(*arguments)
    after = kept.read_bytes() if kept and kept.exists() else b""
    for path, content in data.contents.items():
        path.write_bytes(content)
    if ended is None:
        return
    if after != before:
        campaign.wrong(f"{' '.join(map(str, arguments))}: status {ended.status}, and an input is lost")
    else:
        campaign.judge(ended, REFUSALS, kept is not None, f"{' '.join(map(str, arguments))}")


def train_on_small_disk(campaign, data, random):
    with small_disk(campaign, random.choice((4096, 8192, 16384))) as folder:
        output = (folder or campaign.folder) / "model"
        limit = None if folder else limit_files(random.choice((0, 100, 700)))
        old = data.model_content
        if folder:
            output.write_bytes(old[:4096])
            old = output.read_bytes()
        else:
            output.write_bytes(old)
        history = (folder or campaign.folder) / "history"
        ended = campaign.linclass(*data.train(output, "--history", history, "--json"), preexec_fn=limit)
        if ended is None:
            return
        content = output.read_bytes()
        whole = program_data.is_model(content)
        killed = ended.status == -25 and limit is not None  # SIGXFSZ
        if content != old and not whole:
            campaign.wrong("full disk: the model is torn", content)
        elif killed:
            campaign.refused()
        elif ended.status == OK and content == old:
            campaign.wrong("full disk: status 0, and the old model")
        else:
            campaign.judge(ended, (IO,), whole, "full disk")


def closed_pipes(campaign, data, random):
    """Standard output closed, full, or read by nobody; standard error closed."""
    commands = data.commands("-")
    name = random.choice(("predict", "evaluate", "info", "verify"))
    kind = random.choice(
        (">&-", "> /dev/full", "| head -c 1 >/dev/null", "2>&-", "2>/dev/full", "<&-", ">&- 2>&- <&-")
    )
    script = f'"$@" {kind}'
    if "|" in kind:
        script += '; exit "${PIPESTATUS[0]}"'
    ended = campaign.run(["bash", "-c", script, "bash", campaign.program, *commands[name]])
    if ended is None:
        return
    loses_output = kind.startswith(">")
    if loses_output and ended.status != IO:
        campaign.wrong(f"{name} {kind}: status {ended.status}, though its output is lost")
    elif ended.status in (OK, -13, 128 + 13):
        campaign.accepted()
    elif ended.status == IO and (ended.stderr.strip() or "2>" in kind):
        campaign.refused()
    else:
        campaign.wrong(f"{name} {kind}: status {ended.status}, {ended.words}")


def odd_names(campaign, data, random):
    """A model of an odd name is written, described and used; messages print no control characters."""
    path = data.folder / "names" / random.choice(NAMES)
    path.parent.mkdir(exist_ok=True)
    ended = campaign.linclass(*data.train(path))
    if ended is None:
        return
    campaign.judge(
        ended, (), path.exists() and program_data.is_model(path.read_bytes()), f"train to {path.name!r}"
    )
    info = campaign.linclass("info", "--json", path)
    if info is not None and info.status == OK:
        campaign.check(isinstance(json.loads(info.stdout), dict), "info is not JSON")
    missing = campaign.linclass("info", f"{path}-missing")
    if missing is not None:
        told = missing.status == IO and missing.stderr.strip() and "\x1b" not in missing.stderr
        if told:
            campaign.refused()
        else:
            campaign.wrong(
                f"info of a missing {path.name!r}: status {missing.status}, {missing.stderr!r:.100}"
            )


def decimal_comma(campaign, data, random):
    """The same output in every locale."""
    command = data.commands("-")[random.choice(("predict", "evaluate", "info"))]
    locales = ("C", random.choice(("de_DE.UTF-8", "C.UTF-8", "xx_XX")))
    ended = [campaign.linclass(*command, env=campaign.environment(LC_ALL=name)) for name in locales]
    if None not in ended:
        campaign.judge(ended[1], (), ended[0].stdout == ended[1].stdout, f"another output in {locales[1]}")


ATTACKS = (one_file_in_two_roles, train_on_small_disk, closed_pipes, odd_names, decimal_comma)


def main():
    campaign = attack.Attack()
    data = program_data.Data(campaign)
    data.contents = {path: path.read_bytes() for path in (data.images, data.labels, data.weights, data.model)}
    for case, random in campaign.cases():
        ATTACKS[case % len(ATTACKS)](campaign, data, random)


main()
