#include "data/build.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/csc.h"
#include "data/draft.h"
#include "data/tidy.h"

typedef struct build {
    recsys_runtime *rt;
    rs_collector *collectors;
    size_t collector_count;
    rs_rows *chunks;
    size_t chunk_count;
    rs_draft draft;
    uint32_t *user_map, *movie_map; /* number in a collector -> number in the merged table */
    size_t *user_base, *movie_base; /* where each collector's part of a map begins */
    uint8_t (*code_map)[256];       /* the same for codes; [collector] */
    float (*value_map)[256];        /* code -> value; [collector] */
    int floats, millis;             /* some chunk needs the wider form */
    size_t groups;                  /* of chunks, counted and scattered in parallel */
    size_t *first_chunk;            /* [groups + 1] */
    uint64_t *positions;            /* [groups][users] */
} build;

/* ---- ids ------------------------------------------------------------------------- */

static recsys_status merge_table(build *b, int movies, recsys_error *err)
{
    rs_id_table **tables = rs_array(b->rt, b->collector_count, sizeof *tables);
    if (tables == NULL) return rs_fail_memory(err, "merging ids");
    for (size_t c = 0; c < b->collector_count; c++)
        tables[c] = movies ? &b->collectors[c].movies : &b->collectors[c].users;
    void **part = movies ? &b->draft.movies_part : &b->draft.users_part;
    recsys_status status = rs_id_tables_merge(
        tables, b->collector_count, b->rt, part,
        movies ? &b->draft.movies_size : &b->draft.users_size,
        movies ? &b->movie_map : &b->user_map, movies ? b->movie_base : b->user_base, err);
    for (size_t c = 0; c < b->collector_count; c++) rs_id_table_free(tables[c]);
    rs_free(b->rt, tables);
    if (status != RECSYS_OK) return status;
    rs_ids ids;
    rs_ids_view(&ids, *part);
    *(movies ? &b->draft.movies : &b->draft.users) = ids.count;
    return RECSYS_OK;
}

static recsys_status merge_ids(build *b, recsys_error *err)
{
    recsys_status status;
    b->user_base = rs_array(b->rt, b->collector_count + 1, sizeof *b->user_base);
    b->movie_base = rs_array(b->rt, b->collector_count + 1, sizeof *b->movie_base);
    if (b->user_base == NULL || b->movie_base == NULL)
        return rs_fail_memory(err, "merging ids");
    RS_TRY(merge_table(b, 0, err));
    RS_TRY(merge_table(b, 1, err));
out:
    return status;
}

/* ---- values ---------------------------------------------------------------------- */

/* Put a value in ascending order unless it is there; 0 if there is no code left. */
static int note_value(rs_draft *d, float value)
{
    size_t at = 0;
    while (at < d->codes && d->code_value[at] < value) at++;
    if (at < d->codes && d->code_value[at] == value) return 1;
    if (d->codes == RS_ROW_VALUES) return 0;
    memmove(d->code_value + at + 1, d->code_value + at,
            (d->codes - at) * sizeof *d->code_value);
    d->code_value[at] = value;
    d->codes++;
    return 1;
}

static void map_codes(build *b)
{
    for (size_t c = 0; c < b->collector_count; c++) {
        const rs_collector *from = &b->collectors[c];
        memset(b->code_map[c], RS_ROW_WITHDRAWN, sizeof b->code_map[c]);
        for (size_t v = 0; v < 256; v++) b->value_map[c][v] = NAN;
        for (size_t v = 0; v < from->values; v++) {
            size_t at = 0;
            while (at + 1 < b->draft.codes && b->draft.code_value[at] < from->value[v]) at++;
            b->code_map[c][v] = (uint8_t)at;
            b->value_map[c][v] = from->value[v];
        }
    }
}

static recsys_status merge_values(build *b, recsys_error *err)
{
    b->code_map = rs_array(b->rt, b->collector_count, sizeof *b->code_map);
    b->value_map = rs_array(b->rt, b->collector_count, sizeof *b->value_map);
    if (b->code_map == NULL || b->value_map == NULL)
        return rs_fail_memory(err, "merging values");
    for (size_t i = 0; i < b->chunk_count; i++) {
        b->floats |= b->chunks[i].value != NULL;
        b->millis |= b->chunks[i].milli != NULL;
    }
    for (size_t c = 0; c < b->collector_count; c++)
        for (size_t v = 0; v < b->collectors[c].values; v++)
            b->floats |= !note_value(&b->draft, b->collectors[c].value[v]);
    map_codes(b);
    return RECSYS_OK;
}

/* ---- rows grouped by user: a counting sort --------------------------------------- */

static recsys_status count_group(void *shared, size_t group, size_t thread, recsys_error *err)
{
    build *b = shared;
    uint64_t *count = b->positions + group * b->draft.users;
    (void)thread;
    (void)err;
    for (size_t c = b->first_chunk[group]; c < b->first_chunk[group + 1]; c++) {
        rs_rows *rows = &b->chunks[c];
        const uint32_t *map = b->user_map + b->user_base[rows->collector];
        for (size_t i = 0; i < rows->count; i++) {
            uint32_t user = map[rows->user[i]];
            rows->user[i] = user;
            count[user]++;
        }
    }
    return RECSYS_OK;
}

/* Copy one chunk's rows to where they belong. The last four arguments are constants at each
 * call, so that the loop has no choice left in it. */
static inline __attribute__((always_inline)) void scatter_rows(const build *b,
                                                               const rs_rows *rows,
                                                               uint64_t *position, int floats,
                                                               int millis)
{
    const uint32_t *movie = b->movie_map + b->movie_base[rows->collector];
    const uint8_t *code = b->code_map[rows->collector];
    const float *value = b->value_map[rows->collector];
    for (size_t i = 0; i < rows->count; i++) {
        uint64_t at = position[rows->user[i]]++;
        b->draft.user_movie[at] = movie[rows->movie[i]];
        if (!floats)
            b->draft.code[at] = code[rows->code[i]];
        else
            b->draft.value[at] = rows->value != NULL ? rows->value[i] : value[rows->code[i]];
        if (!millis)
            b->draft.second[at] = rows->second[i];
        else
            b->draft.milli[at] =
                rows->milli != NULL ? rows->milli[i] : (int64_t)rows->second[i] * 1000;
    }
}

static recsys_status scatter_group(void *shared, size_t group, size_t thread, recsys_error *err)
{
    build *b = shared;
    uint64_t *position = b->positions + group * b->draft.users;
    (void)thread;
    (void)err;
    for (size_t c = b->first_chunk[group]; c < b->first_chunk[group + 1]; c++) {
        rs_rows *rows = &b->chunks[c];
        if (!b->floats && !b->millis)
            scatter_rows(b, rows, position, 0, 0);
        else if (!b->floats)
            scatter_rows(b, rows, position, 0, 1);
        else if (!b->millis)
            scatter_rows(b, rows, position, 1, 0);
        else
            scatter_rows(b, rows, position, 1, 1);
        rs_rows_free(rows);
    }
    return RECSYS_OK;
}

static size_t count_rows(const build *b)
{
    size_t count = 0;
    for (size_t c = 0; c < b->chunk_count; c++) count += b->chunks[c].count;
    return count;
}

/* Chunks of each group: contiguous, with about as many rows each. */
static void split_chunks(build *b, size_t count)
{
    size_t chunk = 0, before = 0;
    for (size_t g = 0; g < b->groups; g++) {
        size_t from = count / b->groups * g;
        while (chunk < b->chunk_count && before < from) before += b->chunks[chunk++].count;
        b->first_chunk[g] = g == 0 ? 0 : chunk;
    }
    b->first_chunk[b->groups] = b->chunk_count;
}

static recsys_status make_arrays(build *b, size_t count, recsys_error *err)
{
    rs_draft *d = &b->draft;
    size_t counters;
    b->groups = rs_sort_groups(b->rt, count, d->users);
    b->first_chunk = rs_array(b->rt, b->groups + 1, sizeof *b->first_chunk);
    if (rs_mul(b->groups, d->users, &counters))
        b->positions = rs_array_zero(b->rt, counters, sizeof *b->positions);
    d->user_ptr = rs_array(b->rt, d->users + 1, sizeof *d->user_ptr);
    d->user_movie = rs_array(b->rt, count, sizeof *d->user_movie);
    if (b->floats)
        d->value = rs_array(b->rt, count, sizeof *d->value);
    else
        d->code = rs_array(b->rt, count, sizeof *d->code);
    if (b->millis)
        d->milli = rs_array(b->rt, count, sizeof *d->milli);
    else
        d->second = rs_array(b->rt, count, sizeof *d->second);
    if (b->first_chunk != NULL && b->positions != NULL && d->user_ptr != NULL &&
        d->user_movie != NULL && (d->value != NULL || d->code != NULL) &&
        (d->milli != NULL || d->second != NULL))
        return RECSYS_OK;
    return rs_fail_memory(err, "rows of ratings");
}

static recsys_status group_rows(build *b, recsys_error *err)
{
    recsys_status status;
    size_t count = count_rows(b);
    RS_TRY(make_arrays(b, count, err));
    split_chunks(b, count);
    RS_TRY(rs_parallel(b->rt, b->groups, count_group, b, "build", NULL, err));
    rs_free(b->rt, b->user_map);
    b->user_map = NULL;
    rs_counts_to_positions(b->positions, b->groups, b->draft.users, b->draft.user_ptr);
    RS_TRY(rs_parallel(b->rt, b->groups, scatter_group, b, "build", NULL, err));
out:
    return status;
}

/* ---- the whole ------------------------------------------------------------------- */

static void free_inputs(build *b)
{
    for (size_t c = 0; c < b->chunk_count; c++) rs_rows_free(&b->chunks[c]);
    for (size_t c = 0; c < b->collector_count; c++) rs_collector_free(&b->collectors[c]);
    rs_free(b->rt, b->user_map);
    rs_free(b->rt, b->movie_map);
    rs_free(b->rt, b->user_base);
    rs_free(b->rt, b->movie_base);
    rs_free(b->rt, b->code_map);
    rs_free(b->rt, b->value_map);
    rs_free(b->rt, b->first_chunk);
    rs_free(b->rt, b->positions);
}

enum { STEPS = 4 };

recsys_status rs_build(recsys_ratings **out, recsys_runtime *rt, rs_collector *collectors,
                       size_t collector_count, rs_rows *chunks, size_t chunk_count,
                       rs_build_counts *counts, const recsys_progress *progress,
                       recsys_error *err)
{
    build b = {.rt = rt,
               .collectors = collectors,
               .collector_count = collector_count,
               .chunks = chunks,
               .chunk_count = chunk_count};
    recsys_status status;
    RS_TRY(rs_progress(progress, "build", 0, STEPS, err));
    RS_TRY(merge_ids(&b, err));
    RS_TRY(merge_values(&b, err));
    RS_TRY(rs_progress(progress, "build", 1, STEPS, err));
    RS_TRY(group_rows(&b, err));
    RS_TRY(rs_progress(progress, "build", 2, STEPS, err));
    RS_TRY(rs_tidy_rows(&b.draft, rt, counts, err));
    RS_TRY(rs_progress(progress, "build", 3, STEPS, err));
    free_inputs(&b);
    recsys_ratings *made;
    status = rs_draft_finish(&b.draft, rt, &made, err);
    if (status != RECSYS_OK) return status;
    status = rs_progress(progress, "build", STEPS, STEPS, err);
    if (status == RECSYS_OK)
        *out = made;
    else
        rs_ratings_release(made);
    return status;
out:
    free_inputs(&b);
    rs_draft_free(&b.draft, rt);
    return status;
}
