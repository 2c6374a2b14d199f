/* Save: the pieces of the file, written into a file that replaces the old one in one step. Nothing is
 * allocated. */
#include <linclass/model.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/replace_file.h"
#include "model_file/file_pieces.h"

linclass_status linclass_model_save(linclass_context *ctx, const linclass_model *model,
                                    const char *path)
{
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"path", path}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    file_pieces made;
    linclass_status status = file_pieces_compose(ctx, model, &made);
    if (status != LINCLASS_OK)
        return status;
    file_replacement file;
    status = file_replacement_begin(ctx, path, &file);
    if (status != LINCLASS_OK)
        return status;
    for (int i = 0; i < FILE_PIECES && status == LINCLASS_OK; i++)
        status = file_replacement_write(&file, made.pieces[i].bytes, made.pieces[i].count);
    if (status == LINCLASS_OK)
        return file_replacement_commit(&file);
    file_replacement_abandon(&file);
    return status;
}
