#include <math.h>
#include <string.h>

#include "base/error.h"
#include "data/inputs.h"
#include "data/intake.h"
#include "data/times.h"

static recsys_status add_id(rs_id_table *table, const char *id, const char *what, size_t row,
                            uint32_t *number, recsys_error *err)
{
    size_t size = id != NULL ? strlen(id) : 0;
    const char *problem = rs_id_problem(id, size);
    if (problem != NULL)
        return rs_fail(err, RECSYS_E_INVALID, "recsys_ratings_from_rows: row %zu: %s is not %s",
                       row, what, problem);
    *number = rs_id_table_text(table, id, size);
    return *number != RS_NO_ID ? RECSYS_OK : rs_fail_memory(err, "recsys_ratings_from_rows");
}

static recsys_status add_row(rs_intake *intake, const recsys_row *row, size_t number,
                             recsys_error *err)
{
    uint32_t user, movie;
    int64_t milli;
    if (isinf(row->rating))
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_ratings_from_rows: row %zu: the rating is not finite", number);
    if (!rs_time_from_number(row->timestamp, &milli))
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_ratings_from_rows: row %zu: timestamp %lld is not seconds or "
                       "milliseconds since 1970",
                       number, (long long)row->timestamp);
    recsys_status status =
        add_id(&intake->collector->users, row->user, "user", number, &user, err);
    if (status == RECSYS_OK)
        status = add_id(&intake->collector->movies, row->movie, "movie", number, &movie, err);
    if (status != RECSYS_OK) return status;
    if (!rs_intake_put(intake, user, movie, row->rating, milli))
        return rs_fail_memory(err, "recsys_ratings_from_rows");
    return RECSYS_OK;
}

static recsys_status take_rows(rs_intake *intake, recsys_row_fn next, void *user_data,
                               recsys_error *err)
{
    for (size_t number = 1;; number++) {
        recsys_row row = {sizeof row, NULL, NULL, 0, 0};
        int more = next(user_data, &row);
        if (more == 0) return RECSYS_OK;
        if (more < 0)
            return rs_fail(err, RECSYS_CANCELLED,
                           "recsys_ratings_from_rows: the callback gave up at row %zu", number);
        recsys_status status = add_row(intake, &row, number, err);
        if (status != RECSYS_OK) return status;
    }
}

recsys_status rs_ratings_from_rows(recsys_ratings **out, recsys_runtime *runtime,
                                   recsys_row_fn next, void *user_data, recsys_error *err)
{
    recsys_runtime *rt;
    rs_intake intake;
    recsys_status status = rs_runtime_hold(&rt, runtime, err);
    if (status != RECSYS_OK) return status;
    RS_TRY(rs_intake_begin(&intake, rt, err));
    status = take_rows(&intake, next, user_data, err);
    if (status == RECSYS_OK)
        status = rs_intake_finish(&intake, out, err);
    else
        rs_intake_free(&intake);
out:
    rs_runtime_release(rt);
    return status;
}
