/* Fits over ranks: of every kind of rows, the bits of one process; and what goes wrong, reported by every rank.
 *
 *     fit_ranks KIND                  "hash H" when every rank has the model of linclass_fit_parts in one process
 *     fit_ranks traffic COLUMNS N     the counters of each rank after N sweeps of gradient descent
 *     fit_ranks fault NAME            "rank R: STATUS: MESSAGE" of each rank */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_rows.h"

typedef struct process {
    int rank;
    int ranks;
    linclass_context *ctx;
    made_rows *rows;
    linclass_mpi_rows given;
    linclass_mpi_traffic traffic;
    linclass_fit_options options;
    int64_t allocations; /* until they fail; below 0: never */
} process;

static void require(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "failed: %s\n", what);
    MPI_Abort(MPI_COMM_WORLD, 1);
}

static void *allocate(size_t bytes, void *user)
{
    process *self = user;
    if (self->allocations == 0)
        return NULL;
    self->allocations -= self->allocations > 0;
    return malloc(bytes);
}

static void release(void *pointer, void *user)
{
    (void)user;
    free(pointer);
}

static process begin(const char *kind, int64_t columns, int neighbours)
{
    process self = {.rows = made_rows_new(kind, columns)};
    MPI_Comm_rank(MPI_COMM_WORLD, &self.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &self.ranks);
    made_rows_deal(self.rows, self.rank, self.ranks, neighbours);
    require(linclass_mpi_rows_init(&self.given, sizeof self.given) == LINCLASS_OK, "rows_init");
    require(linclass_mpi_traffic_init(&self.traffic, sizeof self.traffic) == LINCLASS_OK,
            "traffic_init");
    linclass_fit_options_init(&self.options, sizeof self.options);
    self.options.l2 = 1e-2;
    self.allocations = -1;
    return self;
}

static void open_context(process *self)
{
    linclass_context_options options;
    linclass_context_options_init(&options, sizeof options);
    options.threads = 1;
    options.allocate = allocate;
    options.release = release;
    options.user = self;
    require(linclass_context_create(&options, &self->ctx) == LINCLASS_OK, "context");
    self->given.count = self->rows->count;
    self->given.parts = self->rows->own;
    self->given.traffic = &self->traffic;
}

static void end(process *self)
{
    linclass_context_destroy(self->ctx);
    made_rows_free(self->rows);
}

typedef struct bytes {
    void *at;
    int64_t length;
} bytes;

static bytes bytes_of(process *self, const linclass_model *model)
{
    bytes made;
    require(linclass_model_serialize(self->ctx, model, NULL, 0, &made.length) == LINCLASS_OK,
            "length");
    made.at = malloc((size_t)made.length);
    require(made.at != NULL, "memory");
    require(linclass_model_serialize(self->ctx, model, made.at, made.length, &made.length) ==
                LINCLASS_OK,
            "bytes");
    return made;
}

static void same(process *self, const linclass_model *got, const linclass_model *want)
{
    const bytes a = bytes_of(self, got);
    const bytes b = bytes_of(self, want);
    require(a.length == b.length && memcmp(a.at, b.at, (size_t)a.length) == 0, "the same bytes");
    uint64_t hash = UINT64_C(14695981039346656037);
    for (int64_t i = 0; i < a.length; i++)
        hash = (hash ^ ((unsigned char *)a.at)[i]) * UINT64_C(1099511628211);
    if (self->rank == 0)
        printf("hash %016" PRIx64 "\n", hash);
    free(a.at);
    free(b.at);
}

static void check_evaluation(process *self, const linclass_model *model)
{
    linclass_evaluation got;
    linclass_evaluation want;
    linclass_evaluation_init(&got, sizeof got);
    linclass_evaluation_init(&want, sizeof want);
    const linclass_parts all = made_rows_iterator(self->rows);
    require(linclass_mpi_evaluate(self->ctx, MPI_COMM_WORLD, &self->given,
                                  self->rank == 0 ? model : NULL,
                                  self->rank == 0 ? &got : NULL) == LINCLASS_OK,
            "evaluate");
    require(linclass_evaluate_parts(self->ctx, model, &all, &want) == LINCLASS_OK, "one process");
    require(self->rank != 0 ||
                (got.loss == want.loss && got.error == want.error && got.samples == MADE_ROWS),
            "the same evaluation");
}

static void check_path(process *self)
{
    linclass_path_options options;
    linclass_path_options_init(&options, sizeof options);
    options.fit = &self->options;
    options.count = 4;
    self->options.l2 = 0;
    linclass_part held_out = self->rows->parts[40]; /* on the last rank, part 0 of its kind */
    held_out.number = 0;
    const linclass_part *validation[] = {&held_out};
    self->given.validation_count = self->rank == self->ranks - 1;
    self->given.validation_parts = validation;
    linclass_selection *selection;
    require(linclass_mpi_fit_path(self->ctx, MPI_COMM_WORLD, &self->given, &options, &selection) ==
                LINCLASS_OK,
            "path");
    require((selection != NULL) == (self->rank == 0), "who has the selection");
    linclass_model *model = NULL;
    if (self->rank == 0) {
        require(linclass_selection_count(selection) == 4, "the fits of the path");
        model = linclass_selection_take_model(selection, linclass_selection_best(selection));
    }
    require(linclass_mpi_share_model(self->ctx, MPI_COMM_WORLD, &model) == LINCLASS_OK, "share");
    require(linclass_model_features(model) == self->rows->columns, "the model of the path");
    linclass_model_destroy(model);
    linclass_selection_destroy(selection);
}

static int fit(const char *kind)
{
    process self = begin(kind, 0, kind[0] == 's');
    open_context(&self);
    linclass_model *model;
    linclass_model *want;
    linclass_fit_report report;
    linclass_fit_report_init(&report, sizeof report);
    const linclass_parts all = made_rows_iterator(self.rows);
    require(linclass_mpi_fit(self.ctx, MPI_COMM_WORLD, &self.given,
                             self.rank == 0 ? &self.options : NULL, &report, &model) == LINCLASS_OK,
            linclass_context_message(self.ctx));
    require(linclass_fit_parts(self.ctx, &all, NULL, &self.options, NULL, &want) == LINCLASS_OK,
            linclass_context_message(self.ctx));
    require(self.rank != 0 || report.samples == MADE_ROWS, "the report of rank 0");
    same(&self, model, want);
    check_evaluation(&self, model);
    check_path(&self);
    linclass_model_destroy(model);
    linclass_model_destroy(want);
    end(&self);
    return 0;
}

static int traffic(int64_t columns, int64_t sweeps)
{
    process self = begin("f64", columns, 1);
    open_context(&self);
    linclass_model *model;
    linclass_fit_report report;
    linclass_fit_report_init(&report, sizeof report);
    self.options.solver = LINCLASS_SOLVER_GRADIENT_DESCENT;
    self.options.max_iterations = sweeps;
    self.options.learning_rate = 1e-3; /* a sweep an iteration */
    self.options.gradient_tolerance = 0;
    require(linclass_mpi_fit(self.ctx, MPI_COMM_WORLD, &self.given, &self.options, &report,
                             &model) >= 0,
            linclass_context_message(self.ctx));
    printf("%d %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", self.rank, self.traffic.requests,
           self.traffic.request_bytes, self.traffic.sent_bytes, self.traffic.merged_bytes);
    linclass_model_destroy(model);
    end(&self);
    return 0;
}

static int32_t stop(const linclass_progress *progress, void *user)
{
    (void)user;
    return progress->iteration >= 2;
}

/* Make the fault on the rank that has it. */
static void spoil(process *self, const char *name)
{
    made_rows *rows = self->rows;
    const int last = self->rank == self->ranks - 1;
    if (strcmp(name, "nan") == 0)
        ((double *)rows->elements)[(MADE_ROWS * 40 / MADE_PARTS + 3) * rows->columns + 5] =
            (double)NAN;
    else if (strcmp(name, "columns") == 0)
        rows->views[40].cols--;
    else if (strcmp(name, "dtype") == 0)
        rows->views[40].dtype = 77;
    else if (strcmp(name, "missing") == 0)
        rows->parts[40].error = "shard-40.npy: no such file";
    else if (strcmp(name, "lacking") == 0 && last)
        rows->own[0] = rows->own[--rows->count];
    else if (strcmp(name, "twice") == 0 && last && self->ranks > 1)
        rows->own[rows->count++] = &rows->parts[0];
    else if (strcmp(name, "rows") == 0 && last)
        rows->own[0] = NULL;
    else if (strcmp(name, "options") == 0)
        self->options.l2 = -2;
    else if (strcmp(name, "stopped") == 0)
        self->options.progress = stop;
}

static int fault(const char *name)
{
    process self = begin("f64", 0, 1);
    spoil(&self, name);
    open_context(&self);
    const int last = self.rank == self.ranks - 1;
    if (strncmp(name, "memory", 6) == 0 && last)
        self.allocations = strtol(name + 6, NULL, 10);
    linclass_model *model;
    const linclass_status status =
        linclass_mpi_fit(self.ctx, MPI_COMM_WORLD, &self.given, &self.options, NULL, &model);
    require((model != NULL) == (status >= 0), "a model unless there is an error");
    printf("rank %d: %s: %s\n", self.rank, linclass_status_string(status),
           linclass_context_message(self.ctx));
    /* What failed leaves everything as it was. */
    self.allocations = -1;
    require(linclass_mpi_agree(self.ctx, MPI_COMM_WORLD, LINCLASS_OK) == LINCLASS_OK, "agree");
    linclass_model_destroy(model);
    end(&self);
    return 0;
}

int main(int argc, char **argv)
{
    int provided;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    int status = 2;
    if (argc == 2)
        status = fit(argv[1]);
    else if (argc == 4 && strcmp(argv[1], "traffic") == 0)
        status = traffic(strtol(argv[2], NULL, 10), strtol(argv[3], NULL, 10));
    else if (argc == 3 && strcmp(argv[1], "fault") == 0)
        status = fault(argv[2]);
    MPI_Finalize();
    return status;
}
