"""The program under limits of address space, from too little for the loader to enough: it works, or ends
with a message in a time in which it would have been done. Below what the loader and BLAS need at their start,
their own words count."""

import resource

import attack
import program_data
from program_data import INTERNAL, OK

LOADER = 127
MEGABYTES = tuple(range(30, 420, 13))


def main():
    campaign = attack.Attack()
    data = program_data.Data(campaign)
    output = campaign.folder / "limited"
    commands = [
        data.train(output),
        data.train(output, "--solver=sgd", "--dtype=float64"),
        *data.commands(output).values(),
    ]
    for _, random in campaign.cases():
        limit = random.choice(MEGABYTES) << 20
        output.write_bytes(data.model_content)
        command = random.choice(commands)
        blas = random.choice(("1", "2"))
        ended = campaign.linclass(
            *command, env=campaign.environment(OPENBLAS_NUM_THREADS=blas),
            preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        )  # fmt: skip
        if ended is None:
            continue
        at_start = (
            "error while loading" in ended.stderr
            or "OpenBLAS" in ended.stderr
            or "cannot allocate" in ended.stderr
        )
        text = f"{command[0]} within {limit >> 20} MB, {blas} threads of BLAS"
        torn = command[0] == "train" and not program_data.is_model(output.read_bytes())
        if torn:
            campaign.wrong(f"{text}: the model is torn")
            continue
        if ended.status not in (OK, INTERNAL) and at_start:
            campaign.refused()
        else:
            campaign.judge(ended, (INTERNAL, LOADER), text=text)


main()
