"""Model files that are truncated, have bits flipped or their header mutated, with the checksum as it is and
put right. What the library takes is held against model_format.py, written and read again, and predicts."""

import ctypes
import struct

import attack
import library
import model_format
from library import abi, lib

WORDS = (b"0", b"-1", b"1e999", b"nan", b"inf", b"18446744073709551616", b"9223372036854775807", b"[", b"]", b"{", b"}",
         b'"', b",", b":", b"\\u0000", b"\\", b"\xff", b"\xc3", b"null", b"true", b" ", b"\n", b"2147483648", b"0.1",
         b"F32", b"F64", b"I64", b"BF16", b"softmax", b"logistic", b"user.x")  # fmt: skip


def made_by(ctx, function, *arguments):
    """The model that a function makes of another, which is destroyed."""
    handle = ctypes.c_void_p()
    if function(ctx.handle, *arguments, handle) != library.OK:
        raise ValueError(ctx.message())
    lib.linclass_model_destroy(arguments[0])
    return handle


def standardized(ctx):
    """A model with means, factors and fitted intercepts."""
    model = library.make_model(ctx, 2, 3, [0.5, -1, 2, 3, 0, 0.25], [1, 2], dtype=abi.FLOAT64)
    mean, factor = (ctypes.c_double * 3)(0.5, -2, 0), (ctypes.c_double * 3)(1, -0.25, 8)
    return made_by(ctx, lib.linclass_model_with_standardization, model, mean, factor)


def calibrated(ctx):
    """A model with a temperature."""
    model = library.make_model(ctx, 2, 1, [0.5, -1], [1, 2])
    return made_by(ctx, lib.linclass_model_with_temperature, model, ctypes.c_double(1.5))


def base_models(ctx):
    """Files small enough to be attacked at every bit, with every kind of entry among them."""
    rows = [[float((3 * i + 2 * j) % 7) for j in range(2)] for i in range(12)]
    fitted = library.fit_model(
        ctx, rows, [i % 3 * 5 - 3 for i in range(12)], l2=0.125, class_weight_balanced=1
    )
    told = library.with_metadata(ctx, fitted, b"classes", '["é", "\u2028", "\\""]'.encode())
    models = [
        library.make_model(ctx, 2, 2, [0.5, -1, 2, 3], [1, 2], loss=2),
        library.make_model(ctx, 3, 1, [0.1, 0.2, -3], None, [-(2**63), 0, 2**63 - 1], dtype=abi.FLOAT64),
        told,
        standardized(ctx),
        calibrated(ctx),
    ]
    files = [library.serialize(ctx, model) for model in models]
    for model in models:
        lib.linclass_model_destroy(model)
    return files


def mutate_header(content, random):
    """Another header of the same file: a piece doubled, removed, moved or put in the place of another."""
    (length,) = struct.unpack_from("<Q", content)
    header, data = bytearray(content[8 : 8 + length]), content[8 + length :]
    for _ in range(random.randint(1, 3)):
        quotes = [i for i, byte in enumerate(header) if byte in b'",:{}[]'] or [0]
        a, b = sorted((random.choice(quotes), random.choice(quotes)))
        kind = random.randrange(6)
        if kind == 0:
            header[a:b] = b""
        elif kind == 1:
            header[a:a] = header[a:b]
        elif kind == 2:
            header[a:b] = random.choice(WORDS)
        elif kind == 3:
            at = random.randrange(len(header) + 1)
            header[at:at] = random.choice(WORDS)
        elif kind == 4 and header:
            header[random.randrange(len(header))] = random.randrange(256)
        elif digits := [i for i, byte in enumerate(header) if 48 <= byte < 58]:
            header[random.choice(digits)] = random.choice(b"0123456789-.e")
    if random.random() < 0.1:
        data = data[: random.randrange(len(data) + 1)] + random.randbytes(random.randrange(9))
    claimed = len(header) if random.random() < 0.95 else random.choice((0, 1 << 20, 1 << 62, (1 << 64) - 1))
    return struct.pack("<Q", claimed) + bytes(header) + data


def attacked(files, case, random):
    """The bytes of a case: those of even number are systematic, in an order that visits all of them."""
    content = files[case // 4 % len(files)]
    repaired = case // 2 % 2 == 0
    if case % 2 == 0:
        step = case // (4 * len(files)) * 7919  # a prime longer than no file has bits
        place = step % (9 * len(content))
        if place < len(content):
            content = content[:place]
        else:
            bit = place - len(content)
            flipped = content[bit // 8] ^ 1 << bit % 8
            content = content[: bit // 8] + bytes([flipped]) + content[bit // 8 + 1 :]
    else:
        content = mutate_header(content, random)
    return model_format.sign(content) if repaired else content


def same_numbers(model, told):
    """Whether the handle says what the file says."""
    metadata, tensors, n, k = told
    real = ctypes.c_float if metadata["dtype"] == "F32" else ctypes.c_double
    parts = (
        (lib.linclass_model_theta(model), real, n * k, "theta"),
        (lib.linclass_model_bias(model), real, k, "bias"),
        (lib.linclass_model_labels(model), ctypes.c_int64, k, "labels"),
        (lib.linclass_model_class_weights(model), ctypes.c_double, k, "class_weights"),
        (lib.linclass_model_column_means(model), ctypes.c_double, n, "column_mean"),
        (lib.linclass_model_column_factors(model), ctypes.c_double, n, "column_factor"),
    )
    for pointer, kind, count, name in parts:
        if library.array(pointer, kind, count) != list(tensors.get(name, (0, 0, ()))[2]):
            return f"{name} differs"
    numbers = (
        ("scale", lib.linclass_model_scale),
        ("l1", lib.linclass_model_l1),
        ("l2", lib.linclass_model_l2),
    )
    for name, function in numbers:
        if function(model) != float(metadata[name]):
            return f"{name} is {function(model)!r}, in the file {metadata[name]!r}"
    if model_format.LOSSES[lib.linclass_model_loss(model) - 1] != metadata["loss"]:
        return "the loss differs"
    for key, value in metadata.items():
        if key.startswith("user.") and lib.linclass_model_metadata(model, key[5:].encode()) != value.encode():
            return f"{key} differs"
    return ""


def predicts(ctx, model, told):
    """Whether a row of zeros gets the label of the largest intercept."""
    _, tensors, n, k = told
    bias = tensors.get("bias", (0, 0, (0.0,) * k))[2]
    row = (ctypes.c_float * max(1, n))()
    label = ctypes.c_int64()
    status = lib.linclass_model_predict(
        ctx.handle, model, library.matrix(row, abi.FLOAT32, 1, n), ctypes.addressof(label)
    )
    want = tensors["labels"][2][bias.index(max(bias))]
    return (
        ""
        if status == library.OK and label.value == want
        else f"predicts {label.value}, not {want} ({status})"
    )


def round_trip(ctx, model, told):
    """Whether the model, written, read and written again, is the same."""
    once = library.serialize(ctx, model)
    if once is None:
        return f"cannot be written: {ctx.message()}"
    status, again = library.deserialize(ctx, once)
    if status != library.OK:
        return f"cannot be read again: {ctx.message()}"
    twice = library.serialize(ctx, again)
    lib.linclass_model_destroy(again)
    if once != twice:
        return "is not the same when read again"
    return "" if model_format.parse(once)[1] == told[1] else "is written with other numbers"


def defect_of(ctx, content, model):
    """What is wrong with a model that was accepted; '' when nothing is."""
    try:
        told = model_format.parse(content)
    except model_format.Invalid as error:
        return f"accepted, but {error}"
    try:
        return same_numbers(model, told) or predicts(ctx, model, told) or round_trip(ctx, model, told)
    except model_format.Invalid as error:
        return f"what is written is no model file: {error}"


def main():
    campaign = attack.Attack()
    ctx = library.Context()
    files = base_models(ctx)
    for case, random in campaign.cases():
        content = attacked(files, case, random)
        status, model = library.deserialize(ctx, content)
        if status == library.OK:
            defect = defect_of(ctx, content, model)
            campaign.check(not defect, defect, content)
            lib.linclass_model_destroy(model)
        elif status == library.FORMAT and ctx.message() and not model:
            campaign.refused()
        else:
            campaign.wrong(f"status {status}, message {ctx.message()!r}, model {model}", content)


main()
