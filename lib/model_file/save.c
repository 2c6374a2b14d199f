/* Save: the pieces of the file, written into a file that replaces the old one in one step. The file is begun only
 * when no more memory is needed. */
#include <linclass/model.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/replace_file.h"
#include "model_file/file_pieces.h"

static linclass_status write_pieces(linclass_context *ctx, const file_pieces *made,
                                    const char *path)
{
    file_replacement file;
    linclass_status status = file_replacement_begin(ctx, path, &file);
    if (status != LINCLASS_OK)
        return status;
    for (int i = 0; i < FILE_PIECES && status == LINCLASS_OK; i++)
        status = file_replacement_write(&file, made->pieces[i].bytes, made->pieces[i].count);
    if (status == LINCLASS_OK)
        return file_replacement_commit(&file);
    file_replacement_abandon(&file);
    return status;
}

linclass_status linclass_model_save(linclass_context *ctx, const linclass_model *model,
                                    const char *path)
{
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"path", path}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    file_pieces made;
    linclass_status status = file_pieces_begin(ctx, model, &made);
    if (status == LINCLASS_OK)
        status = write_pieces(ctx, &made, path);
    file_pieces_end(ctx, &made);
    return status;
}
