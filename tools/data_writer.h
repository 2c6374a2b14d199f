/* Data sets as files of other formats. Each writes to the stream, whose errors stay on it, and returns an exit
 * status. */
#ifndef TOOLS_DATA_WRITER_H
#define TOOLS_DATA_WRITER_H

#include <stdio.h>

#include <linclass/dataset.h>

typedef struct data_writer {
    const char *name; /* of the format, and of the ending of files */
    int (*write)(const linclass_dataset *dataset, FILE *file);
} data_writer;

/* csv, libsvm, npy, npz, ended by an entry without name. */
extern const data_writer DATA_WRITERS[];

int write_csv(const linclass_dataset *dataset, FILE *file);
int write_libsvm(const linclass_dataset *dataset, FILE *file);
int write_npy(const linclass_dataset *dataset, FILE *file);
int write_npz(const linclass_dataset *dataset, FILE *file);

#endif
