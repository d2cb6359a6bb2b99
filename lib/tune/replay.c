/* Going on where a journal ends. */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "tune/tuning.h"

static recsys_status damaged(const recsys_tuning *t, const char *what, recsys_error *err)
{
    return rs_fail(err, RECSYS_E_DAMAGED, "%s:%zu: %s", t->journal.path, t->journal.line, what);
}

/* What was chosen, at the end of an earlier search that went less far. */
static int is_choice(const char *line, size_t size)
{
    static const char begin[] = "{\"best\":";
    return size > sizeof begin && memcmp(line, begin, sizeof begin - 1) == 0;
}

static recsys_status check_values(recsys_tuning *t, size_t trial, const char *values,
                                  size_t size, recsys_error *err)
{
    rs_text text;
    rs_text_begin(&text, t->runtime);
    rs_values_put(&t->trials, trial, &text);
    int failed = text.failed;
    int same = !failed && text.size == size && memcmp(text.data, values, size) == 0;
    rs_text_free(&text);
    if (failed) return rs_fail_memory(err, "recsys_tuning_create");
    return same ? RECSYS_OK : damaged(t, "the values of the trial are not those drawn", err);
}

static recsys_status replay_line(recsys_tuning *t, const char *line, size_t size,
                                 recsys_error *err)
{
    int added = 1;
    const char *values;
    size_t values_size;
    recsys_status status;
    rs_result *result = &t->result;
    if (is_choice(line, size)) return RECSYS_OK;
    if (!rs_result_read(&t->trials, line, size, result, &values, &values_size))
        return damaged(t, "is no result", err);
    size_t next = rs_tuning_next(t);
    if (next == SIZE_MAX) return rs_fail_memory(err, "recsys_tuning_create");
    if (next == t->trials.count) RS_TRY(rs_trials_add(&t->trials, &added, err));
    if (!added || result->trial != next || result->rung != t->trials.standing[next].rungs)
        return damaged(t, "is not the result that comes next", err);
    RS_TRY(check_values(t, next, values, values_size, err));
    rs_tuning_take(t, result, 1);
out:
    return status;
}

recsys_status rs_tuning_replay(recsys_tuning *t, recsys_error *err)
{
    const char *line;
    size_t size;
    recsys_status status = RECSYS_OK;
    while (status == RECSYS_OK && rs_journal_next(&t->journal, &line, &size))
        status = replay_line(t, line, size, err);
    return status;
}
