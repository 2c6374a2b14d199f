"""Files for campaigns that attack the program: samples, labels, a model, and its commands on them."""

import idx_format
import model_format

OK, INTERNAL, USAGE, DATA, IO, NOT_CONVERGED, DIFFERS, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130
SAMPLES = 60


class Data:
    """Three classes of 2 x 2 bytes in a folder, and a model trained on them."""

    def __init__(self, campaign, folder=None):
        self.campaign = campaign
        self.folder = folder or campaign.folder
        self.images, self.labels = self.folder / "images", self.folder / "labels"
        self.weights, self.model = self.folder / "weights", self.folder / "model"
        pixels = [(17 * i * (j + 1) + 40 * (i % 3 == j)) % 251 for i in range(SAMPLES) for j in range(4)]
        self.images.write_bytes(idx_format.build(0x08, (SAMPLES, 2, 2), pixels))
        self.labels.write_bytes(idx_format.build(0x08, (SAMPLES,), [i % 3 for i in range(SAMPLES)]))
        self.weights.write_text("".join(f"{1 + i % 4}\n" for i in range(SAMPLES)))
        # Of another penalty than those trained later, whose files may be equal to the byte.
        ended = campaign.linclass(*self.train(self.model, l2=0.5), timeout=120)
        if ended is None or ended.status != OK:
            raise RuntimeError(f"no model to begin with: {ended and ended.words}")
        self.model_content = self.model.read_bytes()

    def train(self, model, *more, l2=0.01):
        return ("train", "--images", self.images, "--labels", self.labels, "--model", model, f"--l2={l2}",
                "--threads=2", "--iterations=5", *more)  # fmt: skip

    def commands(self, output):
        """{name: arguments}; those that write files write to the path."""
        on_data = ("--images", self.images, "--labels", self.labels, "--threads=2")
        return {
            "train": self.train(output, "--sample-weights", self.weights),
            "history": self.train(output, "--history", f"{output}.csv"),  # status 4 without a line of it
            "predict": ("predict", "--model", self.model, "--images", self.images, "--output", output),
            "evaluate": ("evaluate", "--model", self.model, *on_data),
            "info": ("info", "--json", self.model),
            "verify": ("verify", self.model, *on_data),
        }


def is_model(content):
    """Whether the bytes are a whole model file."""
    try:
        model_format.parse(content)
    except model_format.Invalid:
        return False
    return True
