#include "data/formats/csv_cells.h"

bool csv_is_missing(const char *begin, const char *end)
{
    static const char *const WORDS[] = {"NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"};
    const size_t length = (size_t)(end - begin);
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strlen(WORDS[i]) == length && memcmp(WORDS[i], begin, length) == 0)
            return true;
    return length == 0;
}
