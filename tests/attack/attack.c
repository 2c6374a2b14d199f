#include "attack.h"

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct settings {
    double seconds;
    uint64_t seed;
    int64_t first;
    int64_t cases;
    const char *progress;
} settings;

static settings read_settings(int argc, char **argv)
{
    static const struct option options[] = {
        {"seconds", required_argument, NULL, 's'},
        {"seed", required_argument, NULL, 'n'},
        {"first", required_argument, NULL, 'f'},
        {"cases", required_argument, NULL, 'c'},
        {"progress", required_argument, NULL, 'p'},
        {"found", required_argument, NULL, 'd'},
        {NULL, 0, NULL, 0},
    };
    settings given = {.seconds = 5, .seed = 1, .cases = INT64_MAX};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) >= 0;) {
        switch (option) {
        case 's':
            given.seconds = strtod(optarg, NULL);
            break;
        case 'n':
            given.seed = strtoull(optarg, NULL, 10);
            break;
        case 'f':
            given.first = strtoll(optarg, NULL, 10);
            break;
        case 'c':
            given.cases = strtoll(optarg, NULL, 10);
            break;
        case 'p':
            given.progress = optarg;
            break;
        case 'd':
            break;
        default:
            exit(2);
        }
    }
    return given;
}

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static attack_counts *map_counts(const char *path)
{
    static attack_counts alone;
    if (path == NULL)
        return &alone;
    const int file = open(path, O_RDWR | O_CLOEXEC);
    void *map =
        file < 0 ? MAP_FAILED
                 : mmap(NULL, sizeof(attack_counts), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map == MAP_FAILED) {
        perror(path);
        exit(2);
    }
    (void)close(file);
    return map;
}

int attack_main(int argc, char **argv, attack_case try_one)
{
    const settings given = read_settings(argc, argv);
    attack self = {.counts = map_counts(given.progress)};
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    const double end = seconds_now() + given.seconds;
    int64_t done = 0;
    for (; done < given.cases && (done == 0 || seconds_now() < end); done++) {
        self.number = given.first + done;
        uint64_t mixed = given.seed;
        self.noise = noise_bits(&mixed) ^ (uint64_t)self.number * 0x9e3779b97f4a7c15u;
        self.counts->current = self.number;
        self.counts->beat++;
        try_one(&self);
    }
    const int64_t found =
        self.counts->crash + self.counts->hang + self.counts->leak + self.counts->wrong;
    if (given.progress == NULL)
        printf("%lld tried, %lld refused, %lld accepted, %lld found\n",
               (long long)self.counts->tried, (long long)self.counts->refused,
               (long long)self.counts->accepted, (long long)found);
    return given.progress == NULL && found > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void count(attack *self, volatile int64_t *which)
{
    self->counts->tried++;
    self->counts->beat++;
    ++*which;
}

void attack_refused(attack *self)
{
    count(self, &self->counts->refused);
}

void attack_accepted(attack *self)
{
    count(self, &self->counts->accepted);
}

void attack_beat(attack *self)
{
    self->counts->beat++;
}

static void print_finding(const attack *self, const char *kind, const char *format,
                          va_list arguments)
{
    printf("FOUND %s %lld ", kind, (long long)self->number);
    (void)vprintf(format, arguments);
    (void)putchar('\n');
}

#define FINDING(function, kind) \
    void function(attack *self, const char *format, ...) \
    { \
        count(self, &self->counts->kind); \
        va_list arguments; \
        va_start(arguments, format); \
        print_finding(self, #kind, format, arguments); \
        va_end(arguments); \
    }

FINDING(attack_wrong, wrong)
FINDING(attack_crashed, crash)
FINDING(attack_hung, hang)
FINDING(attack_leaked, leak)

void attack_refusal(attack *self, const linclass_context *ctx, linclass_status status,
                    const char *what)
{
    if (status >= 0)
        attack_wrong(self, "%s: status %d, and no error", what, (int)status);
    else if (status == LINCLASS_ERROR_INTERNAL)
        attack_wrong(self, "%s: INTERNAL: %s", what, linclass_context_message(ctx));
    else if (ctx != NULL && linclass_context_message(ctx)[0] == '\0')
        attack_wrong(self, "%s: status %d without a message", what, (int)status);
    else
        attack_refused(self);
}

linclass_context *attack_context(int32_t threads)
{
    linclass_context_options options;
    linclass_context *ctx;
    if (linclass_context_options_init(&options, sizeof options) != LINCLASS_OK)
        abort();
    options.threads = threads;
    if (linclass_context_create(&options, &ctx) != LINCLASS_OK)
        abort();
    return ctx;
}

int attack_wait(int child, int seconds)
{
    const double end = seconds_now() + seconds;
    int status;
    while (waitpid(child, &status, WNOHANG) != child) {
        if (seconds_now() > end) {
            (void)kill(child, SIGKILL);
            (void)waitpid(child, &status, 0);
            return -1;
        }
        const struct timespec moment = {0, 200000};
        (void)nanosleep(&moment, NULL);
    }
    return status;
}
