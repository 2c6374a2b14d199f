/* OpenBLAS chooses kernels by the number of the processor's family and model, when it is loaded. A
 * release that is older than the processor may not know it, and take those of an older one: with
 * vectors half as wide, half of the speed.
 *
 * The texts are composed once, by the first call. The symbols are weak: another CBLAS lacks them. */
#include "linalg/blas_name.h"

#include <linclass/common.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

extern char *openblas_get_config(void) __attribute__((weak));
extern char *openblas_get_corename(void) __attribute__((weak));
extern char *bli_info_get_version_str(void) __attribute__((weak));
extern void MKL_Get_Version_String(char *text, int capacity) __attribute__((weak));

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char name[256];
static char warning[384];

void blas_openblas_name(const char *config, const char *core, char *text, size_t capacity)
{
    static const char title[] = "OpenBLAS ";
    const size_t length = strlen(title);
    const int has_release = strncmp(config, title, length) == 0;
    const int release = has_release ? (int)strcspn(config + length, " ") : 0;
    (void)snprintf(text, capacity, "OpenBLAS%s%.*s%s%s%s", release > 0 ? " " : "", release,
                   has_release ? config + length : "", *core != '\0' ? " (" : "", core,
                   *core != '\0' ? ")" : "");
}

int blas_core_bits(const char *core)
{
    static const struct {
        const char *core;
        int bits;
    } known[] = {
        {"SapphireRapids", 512}, {"Cooperlake", 512}, {"SkylakeX", 512},
        {"Haswell", 256},        {"Zen", 256},        {"Excavator", 256},
        {"Steamroller", 256},    {"Piledriver", 256}, {"Bulldozer", 256},
        {"Sandybridge", 256},    {"Nehalem", 128},    {"Dunnington", 128},
        {"Penryn", 128},         {"Core2", 128},      {"Prescott", 128},
        {"Atom", 128},           {"Barcelona", 128},  {"Bobcat", 128},
        {"Opteron_SSE3", 128},   {"Opteron", 128},    {"Nano", 128},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(core, known[i].core) == 0)
            return known[i].bits;
    return 0;
}

void blas_core_warning(const char *core, int processor_bits, char *text, size_t capacity)
{
    const int bits = blas_core_bits(core);
    text[0] = '\0';
    if (bits == 0 || bits >= processor_bits)
        return;
    (void)snprintf(
        text, capacity,
        "OpenBLAS uses its kernels for %s, with vectors of %d bits, on a processor that has "
        "%d: what it multiplies may take %d times as long. A newer "
        "OpenBLAS, or OPENBLAS_CORETYPE=%s in the environment, may help",
        core, bits, processor_bits, processor_bits / bits,
        processor_bits == 512 ? "SkylakeX" : "Haswell");
}

/* 0: not known to matter. */
static int processor_bits(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        return 512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return 256;
#endif
    return 0;
}

static void compose(void)
{
    if (openblas_get_config != 0) {
        const char *core = openblas_get_corename != 0 ? openblas_get_corename() : "";
        blas_openblas_name(openblas_get_config(), core, name, sizeof name);
        blas_core_warning(core, processor_bits(), warning, sizeof warning);
    } else if (bli_info_get_version_str != 0) {
        (void)snprintf(name, sizeof name, "BLIS %s", bli_info_get_version_str());
    } else if (MKL_Get_Version_String != 0) {
        MKL_Get_Version_String(name, sizeof name);
        name[strcspn(name, "\n")] = '\0';
    } else {
        (void)snprintf(name, sizeof name, "a CBLAS that does not say its name");
    }
}

int blas_bits(void)
{
    return openblas_get_corename != 0 ? blas_core_bits(openblas_get_corename()) : 0;
}

const char *linclass_blas_name(void)
{
    (void)pthread_once(&once, compose);
    return name;
}

const char *linclass_blas_warning(void)
{
    (void)pthread_once(&once, compose);
    return warning;
}
