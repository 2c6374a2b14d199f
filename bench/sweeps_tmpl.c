/* Sweeps with vectors of VECTOR_BYTES bytes in 1, 2, 4 or 8 streams: the array in so many parts that
 * are gone through side by side, as a core can have more lines on their way from several places than
 * the prefetcher fetches for one. What is read is not added up where a register can be named: the
 * loads of a core are more than its additions. */

typedef uint64_t NAME(vector) __attribute__((vector_size(VECTOR_BYTES), aligned(16), may_alias));

enum { NAME(ROWS) = 8, NAME(AHEAD) = 2048 };

#if defined(__x86_64__)
#define CONSUME(v) __asm__ volatile("" : : "x"(v))
#elif defined(__aarch64__)
#define CONSUME(v) __asm__ volatile("" : : "w"(v))
#else
#define CONSUME(v) sum ^= (v)
#endif

#define DEFINE_READ(name, streams, prefetched) \
    TARGET static uint64_t NAME(name)(char *a, int64_t bytes) \
    { \
        enum { STEP = NAME(ROWS) / (streams)*VECTOR_BYTES }; \
        NAME(vector) sum = {0}; \
        const int64_t part = bytes / (streams); \
        for (int64_t i = 0; i < part; i += STEP) { \
            _Pragma("GCC unroll 8") for (int s = 0; s < (streams); s++) \
            { \
                const char *const p = a + s * part + i; \
                if ((prefetched) && i % 64 == 0) \
                    _Pragma("GCC unroll 8") for (int line = 0; line < STEP; line += 64) \
                        __builtin_prefetch(p + NAME(AHEAD) + line, 0, 3); \
                _Pragma("GCC unroll 8") for (int row = 0; row < NAME(ROWS) / (streams); row++) \
                    CONSUME(*(const NAME(vector) *)(p + row * VECTOR_BYTES)); \
            } \
        } \
        return sum[0]; \
    }

#define STORE(p, v) *(NAME(vector) *)(p) = (v)
#if defined(__x86_64__)
#define STORE_PAST_CACHES(p, v) __asm__(STREAM_STORE : "=m"(*(NAME(vector) *)(p)) : "x"(v))
#else
#define STORE_PAST_CACHES STORE
#endif

#define DEFINE_WRITE(name, streams, store) \
    TARGET static uint64_t NAME(name)(char *a, int64_t bytes) \
    { \
        enum { STEP = NAME(ROWS) / (streams)*VECTOR_BYTES }; \
        const NAME(vector) v = {(uint64_t)bytes}; \
        const int64_t part = bytes / (streams); \
        for (int64_t i = 0; i < part; i += STEP) { \
            _Pragma("GCC unroll 8") for (int s = 0; s < (streams); s++) \
                _Pragma("GCC unroll 8") for (int row = 0; row < NAME(ROWS) / (streams); row++) \
                    store(a + s * part + i + row * VECTOR_BYTES, v); \
        } \
        return 0; \
    }

#define DEFINE_UPDATE(name, streams) \
    TARGET static uint64_t NAME(name)(char *a, int64_t bytes) \
    { \
        enum { STEP = NAME(ROWS) / (streams)*VECTOR_BYTES }; \
        const NAME(vector) v = {(uint64_t)bytes}; \
        const int64_t part = bytes / (streams); \
        for (int64_t i = 0; i < part; i += STEP) { \
            _Pragma("GCC unroll 8") for (int s = 0; s < (streams); s++) _Pragma( \
                "GCC unroll 8") for (int row = 0; row < NAME(ROWS) / (streams); row++) * \
                (NAME(vector) *)(a + s * part + i + row * VECTOR_BYTES) ^= v; \
        } \
        return 0; \
    }

DEFINE_READ(read_1, 1, 0)
DEFINE_READ(read_2, 2, 0)
DEFINE_READ(read_4, 4, 0)
DEFINE_READ(read_8, 8, 0)
DEFINE_READ(read_1_prefetched, 1, 1)
DEFINE_READ(read_4_prefetched, 4, 1)
DEFINE_WRITE(write_1, 1, STORE)
DEFINE_WRITE(write_4, 4, STORE)
DEFINE_WRITE(write_1_past_caches, 1, STORE_PAST_CACHES)
DEFINE_WRITE(write_4_past_caches, 4, STORE_PAST_CACHES)
DEFINE_UPDATE(update_1, 1)
DEFINE_UPDATE(update_4, 4)

static const sweep_function NAME(reading)[] = {
    NAME(read_1),           NAME(read_2), NAME(read_4), NAME(read_8), NAME(read_1_prefetched),
    NAME(read_4_prefetched)};
static const sweep_function NAME(writing)[] = {NAME(write_1), NAME(write_4),
                                               NAME(write_1_past_caches), NAME(write_4_past_caches),
                                               write_by_memset};
static const sweep_function NAME(updating)[] = {NAME(update_1), NAME(update_4)};

#undef CONSUME
#undef DEFINE_READ
#undef DEFINE_WRITE
#undef DEFINE_UPDATE
#undef STORE
#undef STORE_PAST_CACHES
