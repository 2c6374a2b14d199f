#include "machine.h"

#include <linclass/common.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

extern void openblas_set_num_threads(int threads) __attribute__((weak));

int machine_threads(void)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return 1;
    return CPU_COUNT(&allowed);
}

static void read_cache_property(int index, const char *property, char *text, int capacity)
{
    char path[100];
    text[0] = '\0';
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", index, property);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return;
    if (fgets(text, capacity, file) == NULL)
        text[0] = '\0';
    fclose(file);
}

/* As the kernel tells it: sysconf multiplies the last level on some processors. */
int64_t machine_cache(int level)
{
    for (int index = 0; index < 8; index++) {
        char text[32];
        read_cache_property(index, "level", text, sizeof text);
        if (atoi(text) != level)
            continue;
        read_cache_property(index, "type", text, sizeof text);
        if (strncmp(text, "Instruction", 11) == 0)
            continue;
        read_cache_property(index, "size", text, sizeof text);
        return (int64_t)atoi(text) * 1024;
    }
    return 0;
}

const char *machine_level(int64_t bytes)
{
    return machine_level_of_threads(bytes, 1);
}

const char *machine_level_of_threads(int64_t bytes, int threads)
{
    static const char *const names[] = {"L1", "L2", "L3"};
    for (int level = 1; level <= 3; level++)
        if ((level < 3 ? bytes / threads : bytes) <= machine_cache(level))
            return names[level - 1];
    return "memory";
}

static void processor_name(char *name, size_t capacity)
{
    char line[256];
    snprintf(name, capacity, "unknown processor");
    FILE *file = fopen("/proc/cpuinfo", "r");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || colon == NULL)
            continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(name, capacity, "%s", colon + 1 + strspn(colon + 1, " "));
        break;
    }
    fclose(file);
}

/* Benchmark programs run with older libraries, too (scripts/bench --compare). */
#pragma weak linclass_blas_name
#pragma weak linclass_blas_warning

static const char *blas_name(void)
{
    return linclass_blas_name != NULL ? linclass_blas_name() : "unknown BLAS";
}

static const char *blas_warning(void)
{
    return linclass_blas_warning != NULL ? linclass_blas_warning() : "";
}

json_t *machine_describe(void)
{
    char name[256];
    struct utsname system_name;
    processor_name(name, sizeof name);
    uname(&system_name);
    return json_pack(
        "{s:s, s:i, s:{s:I, s:I, s:I, s:s}, s:I, s:s, s:s, s:{s:s, s:s, s:s, s:s}}", "processor",
        name, "threads", machine_threads(), "cache", "L1d", (json_int_t)machine_cache(1), "L2",
        (json_int_t)machine_cache(2), "L3", (json_int_t)machine_cache(3), "unit", "B", "memory",
        (json_int_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE), "kernel", system_name.release,
        "compiler", __VERSION__, "libraries", "linclass", linclass_version(), "blas", blas_name(),
        "blas_warning", blas_warning(), "jansson", jansson_version_str());
}

void machine_print(void)
{
    char name[256];
    processor_name(name, sizeof name);
    printf("%s, %d threads, L2 %lld KiB, L3 %lld MiB; linclass %s, %s\n", name, machine_threads(),
           (long long)machine_cache(2) / 1024, (long long)machine_cache(3) / 1048576,
           linclass_version(), blas_name());
    if (*blas_warning() != '\0')
        fprintf(stderr, "warning: %s\n", blas_warning());
}

void machine_set_blas_threads(int threads)
{
    if (openblas_set_num_threads != NULL)
        openblas_set_num_threads(threads);
}
