/* The program around a fuzz target where there is no libFuzzer:
 *
 *     replay FILE...                    try each file
 *     replay --runs N [--random S]      try N mutations of the target's seeds, from random seed S
 *     replay --seconds T [--random S]   as many as T seconds allow
 *     replay --write-seeds DIRECTORY    write the seeds as files, a first corpus
 *
 * A crash leaves the input in ./fuzz-crash. */
#include "fuzz.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint8_t input[FUZZ_MAX_BYTES];
static size_t input_size;

static void keep_input(int signal_number)
{
    const int file = open("fuzz-crash", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file >= 0 && write(file, input, input_size) == (ssize_t)input_size)
        (void)close(file);
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

static uint64_t next_random(uint64_t *random)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t mixed = (*random >> 33 ^ *random) * UINT64_C(0xff51afd7ed558ccd);
    mixed ^= mixed >> 33;
    return mixed;
}

static size_t below(uint64_t *random, size_t bound)
{
    return bound == 0 ? 0 : (size_t)(next_random(random) % bound);
}

/* Numbers that programs stumble over, as 32-bit words. */
static const uint32_t WORDS[] = {0,          1,          0x7f,       0x80,       0xff,
                                 0x100,      0x7fff,     0x8000,     0xffff,     0x10000,
                                 0xffffff,   0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
                                 0x01000000, 0xffff0000};

static void put_word(uint64_t *random)
{
    const size_t at = below(random, input_size);
    const uint32_t word = WORDS[below(random, sizeof WORDS / sizeof WORDS[0])];
    for (size_t byte = 0; byte < 4 && at + byte < input_size; byte++)
        input[at + byte] = (uint8_t)(word >> (24 - 8 * byte));
}

/* Remove up to 16 bytes, or double them in place. */
static void change_length(uint64_t *random, int longer)
{
    const size_t at = below(random, input_size);
    size_t count = 1 + below(random, 16);
    if (count > input_size - at)
        count = input_size - at;
    if (longer && input_size + count <= FUZZ_MAX_BYTES) {
        memmove(input + at + count, input + at, input_size - at);
        input_size += count;
    } else if (!longer) {
        memmove(input + at, input + at + count, input_size - at - count);
        input_size -= count;
    }
}

static void mutate(uint64_t *random)
{
    for (size_t changes = 1 + below(random, 6); changes > 0 && input_size > 0; changes--) {
        const size_t at = below(random, input_size);
        switch (below(random, 7)) {
        case 0:
            input[at] ^= (uint8_t)(1U << below(random, 8));
            break;
        case 1:
            input[at] = (uint8_t)next_random(random);
            break;
        case 2:
            put_word(random);
            break;
        case 3:
            input_size = at;
            break;
        case 4:
            input[at]++;
            break;
        case 5:
            change_length(random, 0);
            break;
        default:
            change_length(random, 1);
            break;
        }
    }
}

static size_t count_seeds(void)
{
    size_t count = 0;
    while (fuzz_seed(count, input) > 0)
        count++;
    return count;
}

/* Until `runs` runs are done, or `seconds` have passed when runs is 0. */
static int try_mutations(long runs, long seconds, uint64_t random)
{
    const size_t seeds = count_seeds();
    const time_t end = time(NULL) + seconds;
    long run = 0;
    for (; runs > 0 ? run < runs : time(NULL) < end; run++) {
        input_size = fuzz_seed((size_t)run % seeds, input);
        if ((size_t)run >= seeds) /* each seed as it is, first */
            mutate(&random);
        (void)LLVMFuzzerTestOneInput(input, input_size);
    }
    printf("%ld inputs from %zu seeds\n", run, seeds);
    return EXIT_SUCCESS;
}

static int try_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return EXIT_FAILURE;
    }
    input_size = fread(input, 1, sizeof input, file);
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(input, input_size);
    return EXIT_SUCCESS;
}

static int write_seeds(const char *directory)
{
    for (size_t index = 0; (input_size = fuzz_seed(index, input)) > 0; index++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/seed-%zu", directory, index);
        FILE *file = fopen(path, "wb");
        if (file == NULL || fwrite(input, 1, input_size, file) != input_size || fclose(file) != 0) {
            perror(path);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    (void)signal(SIGABRT, keep_input);
    (void)signal(SIGSEGV, keep_input);
    if (argc == 3 && strcmp(argv[1], "--write-seeds") == 0)
        return write_seeds(argv[2]);
    if (argc == 3 || (argc == 5 && strcmp(argv[3], "--random") == 0)) {
        const uint64_t random = argc == 5 ? strtoull(argv[4], NULL, 10) : 1;
        if (strcmp(argv[1], "--runs") == 0)
            return try_mutations(strtol(argv[2], NULL, 10), 0, random);
        if (strcmp(argv[1], "--seconds") == 0)
            return try_mutations(0, strtol(argv[2], NULL, 10), random);
    }
    int status = EXIT_SUCCESS;
    for (int i = 1; i < argc && status == EXIT_SUCCESS; i++)
        status = try_file(argv[i]);
    return status;
}
