#include "loading.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "support/failing_allocator.h"
#include "support/temporary_directory.h"

static temporary_directory directory;

int loading_begin(void **state)
{
    (void)state;
    directory = temporary_directory_begin();
    return 0;
}

int loading_end(void **state)
{
    (void)state;
    temporary_directory_end(&directory);
    return 0;
}

linclass_status loading(const model_bytes *file, char message[512])
{
    char path[TEMPORARY_PATH_BYTES];
    temporary_directory_write(&directory, "model", file->bytes, file->size, path);
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    linclass_model *model = (linclass_model *)&model;
    const linclass_status status = linclass_model_load(ctx, path, &model);
    assert_int_equal(model != NULL, status == LINCLASS_OK);
    assert_true(memory.peak_bytes < 4096 + 4 * file->size);
    (void)snprintf(message, 512, "%s", linclass_context_message(ctx));
    if (status != LINCLASS_OK)
        assert_non_null(strstr(message, path));
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
    return status;
}
