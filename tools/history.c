#include "history.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "exit_status.h"
#include "message.h"
#include "output.h"

int history_open(history *record, const char *path)
{
    *record = (history){.path = path};
    if (path == NULL)
        return EXIT_OK;
    record->file = output_open(path);
    if (record->file == NULL)
        return EXIT_IO;
    setvbuf(record->file, NULL, _IOLBF, BUFSIZ);
    fputs("epoch,objective,loss,error,gradient_norm,learning_rate,validation_loss,"
          "validation_error,seconds,dual_objective,gap\n",
          record->file);
    return EXIT_OK;
}

/* 17 digits give a double back; what was not measured is left empty. */
static void write_field(FILE *file, double value)
{
    if (isnan(value))
        fputc(',', file);
    else
        fprintf(file, ",%.17g", value);
}

void history_write(history *record, const linclass_progress *progress)
{
    if (record->file == NULL || record->failed)
        return;
    FILE *file = record->file;
    fprintf(file, "%" PRId64, progress->iteration);
    write_field(file, progress->objective);
    write_field(file, progress->loss);
    write_field(file, progress->error);
    write_field(file, progress->gradient_norm);
    write_field(file, progress->learning_rate);
    write_field(file, progress->validation_loss);
    write_field(file, progress->validation_error);
    fprintf(file, ",%.6f", progress->seconds);
    write_field(file, progress->dual_objective);
    write_field(file, progress->gap);
    fputc('\n', file);
    record->failed = ferror(file) != 0;
    record->reason = record->failed ? errno : 0;
    if (record->failed)
        warn("cannot write the history: %s; the fit goes on without", strerror(record->reason));
}

int history_close(history *record)
{
    if (record->file == NULL)
        return EXIT_OK;
    FILE *file = record->file;
    record->file = NULL;
    errno = record->reason; /* what the fit has done since may have left another */
    return output_finish(file, record->path);
}
