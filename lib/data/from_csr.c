#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/draft.h"
#include "data/inputs.h"
#include "data/intake.h"
#include "data/times.h"

static const char *const call = "recsys_ratings_from_csr";

/* ---- checks ---------------------------------------------------------------------- */

static recsys_status check_shape(const recsys_csr *csr, recsys_error *err)
{
    if (csr->indptr == NULL || csr->indices == NULL || csr->values == NULL)
        return rs_fail(err, RECSYS_E_INVALID, "%s: indptr, indices or values is NULL", call);
    if (csr->users >= UINT32_MAX || csr->movies >= UINT32_MAX)
        return rs_fail(err, RECSYS_E_UNSUPPORTED,
                       "%s: %zu users and %zu movies, at most 2^32 - 2", call, csr->users,
                       csr->movies);
    if (csr->indptr[0] != 0)
        return rs_fail(err, RECSYS_E_INVALID, "%s: indptr[0] is %llu, expected 0", call,
                       (unsigned long long)csr->indptr[0]);
    for (size_t u = 0; u < csr->users; u++)
        if (csr->indptr[u + 1] < csr->indptr[u])
            return rs_fail(err, RECSYS_E_INVALID,
                           "%s: indptr[%zu] is %llu, below the one before", call, u + 1,
                           (unsigned long long)csr->indptr[u + 1]);
    if (csr->indptr[csr->users] == 0)
        return rs_fail(err, RECSYS_E_EMPTY, "%s: there are no ratings", call);
    return RECSYS_OK;
}

static recsys_status check_entries(const recsys_csr *csr, recsys_error *err)
{
    int64_t milli;
    uint64_t count = csr->indptr[csr->users];
    for (uint64_t i = 0; i < count; i++) {
        if (csr->indices[i] >= csr->movies)
            return rs_fail(err, RECSYS_E_INVALID, "%s: indices[%llu] is %u, expected below %zu",
                           call, (unsigned long long)i, csr->indices[i], csr->movies);
        if (!isfinite(csr->values[i]))
            return rs_fail(err, RECSYS_E_INVALID, "%s: values[%llu] is not finite", call,
                           (unsigned long long)i);
        if (csr->times != NULL && !rs_time_from_number(csr->times[i], &milli))
            return rs_fail(
                err, RECSYS_E_INVALID,
                "%s: times[%llu] is %lld, expected seconds or milliseconds since 1970", call,
                (unsigned long long)i, (long long)csr->times[i]);
    }
    return RECSYS_OK;
}

static recsys_status check_ids(const char *const *ids, size_t count, const char *what,
                               recsys_error *err)
{
    for (size_t i = 0; ids != NULL && i < count; i++) {
        const char *problem = rs_id_problem(ids[i], ids[i] != NULL ? strlen(ids[i]) : 0);
        if (problem != NULL)
            return rs_fail(err, RECSYS_E_INVALID, "%s: %s[%zu] is not %s", call, what, i,
                           problem);
    }
    return RECSYS_OK;
}

static int64_t time_of(const recsys_csr *csr, uint64_t i)
{
    int64_t milli = 0;
    if (csr->times != NULL) (void)rs_time_from_number(csr->times[i], &milli);
    return milli;
}

/* ---- in place -------------------------------------------------------------------- */

/* Rows sorted and unique, no user or movie without a rating: `seen` has a byte per movie. */
static int fits_in_place(const recsys_csr *csr, uint8_t *seen)
{
    memset(seen, 0, csr->movies);
    for (size_t u = 0; u < csr->users; u++) {
        uint64_t from = csr->indptr[u], to = csr->indptr[u + 1];
        if (from == to) return 0;
        for (uint64_t i = from; i < to; i++) {
            if (i > from && csr->indices[i] <= csr->indices[i - 1]) return 0;
            seen[csr->indices[i]] = 1;
        }
    }
    return memchr(seen, 0, csr->movies) == NULL;
}

static recsys_status number_ids(size_t count, recsys_runtime *rt, void **part, size_t *size,
                                recsys_error *err)
{
    int64_t *integers = rs_array(rt, count, sizeof *integers);
    if (integers == NULL) return rs_fail_memory(err, call);
    for (size_t i = 0; i < count; i++) integers[i] = (int64_t)i;
    rs_ids ids = {.count = count, .integers = integers};
    recsys_status status = rs_ids_pack(&ids, rt, part, size, err);
    rs_free(rt, integers);
    return status;
}

static recsys_status adopt(const recsys_csr *csr, recsys_runtime *rt, recsys_ratings **out,
                           recsys_error *err)
{
    size_t count = (size_t)csr->indptr[csr->users];
    rs_draft d = {.users = csr->users, .movies = csr->movies, .borrowed = 1};
    recsys_status status;
    d.user_ptr = (uint64_t *)(uintptr_t)csr->indptr;
    d.user_movie = (uint32_t *)(uintptr_t)csr->indices;
    RS_TRY(number_ids(csr->users, rt, &d.users_part, &d.users_size, err));
    RS_TRY(number_ids(csr->movies, rt, &d.movies_part, &d.movies_size, err));
    d.value = rs_array(rt, count, sizeof *d.value);
    if (csr->times != NULL) d.milli = rs_array(rt, count, sizeof *d.milli);
    if (d.value == NULL || (csr->times != NULL && d.milli == NULL)) {
        status = rs_fail_memory(err, call);
        goto out;
    }
    for (size_t i = 0; i < count; i++) {
        d.value[i] = csr->values[i] == 0 ? 0 : csr->values[i];
        if (d.milli != NULL) d.milli[i] = time_of(csr, i);
    }
    status = rs_draft_finish(&d, rt, out, err);
    if (status != RECSYS_OK) return status;
    (*out)->release = csr->release;
    (*out)->release_data = csr->release_data;
    return RECSYS_OK;
out:
    rs_draft_free(&d, rt);
    return status;
}

/* ---- copied ---------------------------------------------------------------------- */

static uint32_t add_id(rs_id_table *table, const char *const *ids, size_t i)
{
    if (ids == NULL) return rs_id_table_integer(table, i);
    return rs_id_table_text(table, ids[i], strlen(ids[i]));
}

static int copy_rows(const recsys_csr *csr, rs_intake *intake, uint32_t *movies)
{
    memset(movies, 0xff, csr->movies * sizeof *movies); /* RS_NO_ID: not met yet */
    for (size_t u = 0; u < csr->users; u++) {
        if (csr->indptr[u] == csr->indptr[u + 1]) continue;
        uint32_t user = add_id(&intake->collector->users, csr->user_ids, u);
        if (user == RS_NO_ID) return 0;
        for (uint64_t i = csr->indptr[u]; i < csr->indptr[u + 1]; i++) {
            uint32_t *movie = &movies[csr->indices[i]];
            if (*movie == RS_NO_ID)
                *movie = add_id(&intake->collector->movies, csr->movie_ids, csr->indices[i]);
            if (*movie == RS_NO_ID ||
                !rs_intake_put(intake, user, *movie, csr->values[i], time_of(csr, i)))
                return 0;
        }
    }
    return 1;
}

static recsys_status copy(const recsys_csr *csr, recsys_runtime *rt, recsys_ratings **out,
                          recsys_error *err)
{
    rs_intake intake;
    uint32_t *movies = rs_array(rt, csr->movies, sizeof *movies);
    if (movies == NULL) return rs_fail_memory(err, call);
    recsys_status status = rs_intake_begin(&intake, rt, err);
    if (status == RECSYS_OK && !copy_rows(csr, &intake, movies)) {
        rs_intake_free(&intake);
        status = rs_fail_memory(err, call);
    }
    rs_free(rt, movies);
    if (status == RECSYS_OK) status = rs_intake_finish(&intake, out, err);
    if (status == RECSYS_OK && csr->release != NULL) csr->release(csr->release_data);
    return status;
}

static recsys_status take(const recsys_csr *csr, recsys_runtime *rt, recsys_ratings **out,
                          recsys_error *err)
{
    if (csr->release == NULL || csr->user_ids != NULL || csr->movie_ids != NULL)
        return copy(csr, rt, out, err);
    uint8_t *seen = rs_array(rt, csr->movies, 1);
    if (seen == NULL) return rs_fail_memory(err, call);
    int in_place = fits_in_place(csr, seen);
    rs_free(rt, seen);
    return in_place ? adopt(csr, rt, out, err) : copy(csr, rt, out, err);
}

recsys_status rs_ratings_from_csr(recsys_ratings **out, recsys_runtime *runtime,
                                  const recsys_csr *csr, recsys_error *err)
{
    recsys_runtime *rt;
    recsys_status status = rs_runtime_hold(&rt, runtime, err);
    if (status != RECSYS_OK) return status;
    RS_TRY(check_shape(csr, err));
    RS_TRY(check_entries(csr, err));
    RS_TRY(check_ids(csr->user_ids, csr->users, "user_ids", err));
    RS_TRY(check_ids(csr->movie_ids, csr->movies, "movie_ids", err));
    status = take(csr, rt, out, err);
out:
    rs_runtime_release(rt);
    return status;
}
