#include "eval/run.h"

#include <math.h>

#include "base/error.h"
#include "config/config.h"
#include "data/entries.h"

typedef struct files {
    rs_id_table users, movies;
    rs_entries run, judged;
} files;

/* The judgements come first: users are added up in their order. */
static recsys_status read_files(files *f, const rs_definition *definition, const char *run,
                                const char *judgements, recsys_error *err)
{
    const rs_entries_options as_judged = {0}, as_run = {1, definition->ties};
    recsys_status status =
        rs_entries_read(&f->judged, &f->users, &f->movies, judgements, &as_judged, err);
    if (status != RECSYS_OK) return status;
    if (!f->judged.has_value)
        for (uint64_t i = 0; i < f->judged.count; i++) f->judged.value[i] = 1;
    return rs_entries_read(&f->run, &f->users, &f->movies, run, &as_run, err);
}

recsys_status rs_evaluate_run(recsys_report **report, recsys_runtime *runtime, const char *run,
                              const char *judgements, const recsys_config *config,
                              recsys_error *err)
{
    recsys_status status;
    files f = {.run = {.runtime = runtime}, .judged = {.runtime = runtime}};
    recsys_report *made = NULL;
    rs_id_table_begin(&f.users, runtime);
    rs_id_table_begin(&f.movies, runtime);
    RS_TRY(rs_report_make(&made, runtime, config, 1, err));
    made->share = (double)NAN;
    made->threshold = rs_config_real(config, "evaluation.relevant_grade");
    RS_TRY(read_files(&f, made->definition, run, judgements, err));
    RS_TRY(
        rs_report_score(made, &f.run, &f.run, &f.judged, f.users.count, f.movies.count, err));
    made->relevant = made->scores.relevant;
    RS_TRY(rs_report_write(made, err));
    *report = made;
    made = NULL;
out:
    rs_report_free(made);
    rs_entries_free(&f.run);
    rs_entries_free(&f.judged);
    rs_id_table_free(&f.users);
    rs_id_table_free(&f.movies);
    return status;
}
