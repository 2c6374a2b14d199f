/* Bits to one number, FNV-1a, and a line that names where they are from. */
#ifndef GOLDEN_HASH_H
#define GOLDEN_HASH_H

#include <stdint.h>
#include <stdio.h>

#include <linclass/linclass.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* The hash of what was hashed before, then `bytes` bytes. NULL: nothing. */
static inline uint64_t hash_bytes(uint64_t hash, const void *data, size_t bytes)
{
    const unsigned char *const byte = data;
    for (size_t i = 0; byte != NULL && i < bytes; i++)
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Theta, bias, labels and class weights of a model; NULL: nothing. */
uint64_t hash_model(uint64_t hash, const linclass_model *model);

/* Report of a fit but for its time. */
uint64_t hash_report(uint64_t hash, linclass_fit_report report);

/* "name: status hash", on stdout. */
static inline void print_hash(const char *name, linclass_status status, uint64_t hash)
{
    printf("%s: %s %016llx\n", name, linclass_status_string(status), (unsigned long long)hash);
}

#endif
