/* A part of the ratings as a handle of its own: rs_ratings_subset. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/draft.h"
#include "data/tidy.h"

static uint64_t count_kept(const uint8_t *mark, unsigned wanted, uint64_t count)
{
    uint64_t kept = 0;
    for (uint64_t i = 0; i < count; i++) kept += mark[i] == wanted;
    return kept;
}

static recsys_status make_arrays(rs_draft *d, const recsys_ratings *in, size_t kept,
                                 recsys_runtime *rt, recsys_error *err)
{
    const rs_matrix *m = &in->matrix;
    recsys_status status;
    d->users = m->users;
    d->movies = m->movies;
    RS_TRY(rs_ids_pack(&in->users, rt, &d->users_part, &d->users_size, err));
    RS_TRY(rs_ids_pack(&in->movies, rt, &d->movies_part, &d->movies_size, err));
    d->user_ptr = rs_array(rt, m->users + 1, sizeof *d->user_ptr);
    d->user_movie = rs_array(rt, kept, sizeof *d->user_movie);
    d->milli = rs_array(rt, kept, sizeof *d->milli);
    if (m->levels > 0)
        d->code = rs_array(rt, kept, sizeof *d->code);
    else
        d->value = rs_array(rt, kept, sizeof *d->value);
    if (d->user_ptr == NULL || d->user_movie == NULL || d->milli == NULL ||
        (d->code == NULL && d->value == NULL))
        status = rs_fail_memory(err, "subset of ratings");
    d->codes = m->levels;
    memcpy(d->code_value, m->level, m->levels * sizeof *m->level);
out:
    return status;
}

static void copy_kept(rs_draft *d, const rs_matrix *m, const uint8_t *mark, unsigned wanted)
{
    uint64_t to = 0;
    for (size_t u = 0; u < m->users; u++) {
        d->user_ptr[u] = to;
        for (uint64_t i = m->user_ptr[u]; i < m->user_ptr[u + 1]; i++) {
            if (mark[i] != wanted) continue;
            d->user_movie[to] = m->user_movie[i];
            d->milli[to] = rs_matrix_time(m, i);
            if (m->levels > 0)
                d->code[to] = m->user_code[i];
            else
                d->value[to] = m->user_value[i];
            to++;
        }
    }
    d->user_ptr[m->users] = to;
}

recsys_status rs_ratings_subset(recsys_ratings **out, const recsys_ratings *in,
                                const uint8_t *mark, unsigned wanted, recsys_error *err)
{
    recsys_status status;
    recsys_runtime *rt = in->runtime;
    rs_draft draft = {.users = 0};
    uint64_t kept = count_kept(mark, wanted, in->matrix.count);
    if (kept == 0) return rs_fail(err, RECSYS_E_EMPTY, "the subset holds no rating");
    RS_TRY(make_arrays(&draft, in, (size_t)kept, rt, err));
    copy_kept(&draft, &in->matrix, mark, wanted);
    RS_TRY(rs_drop_unused(&draft, rt, err));
    return rs_draft_finish(&draft, rt, out, err);
out:
    rs_draft_free(&draft, rt);
    return status;
}
