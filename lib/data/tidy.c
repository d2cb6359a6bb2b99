#include "data/tidy.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { BLOCK = 1 << 17, MOST_BLOCKS = 512, INSERTION = 24 };

/* A row's rating while it is being moved. */
typedef struct entry {
    int64_t milli;
    uint32_t second, movie;
    float value;
    uint8_t code;
} entry;

/* Scratch of one thread, for its longest row. */
typedef struct scratch {
    uint64_t *key; /* twice as many: movie << 32 | place in the row */
    entry *entry;
    rs_build_counts counts;
} scratch;

typedef struct tidy {
    rs_draft *draft;
    size_t blocks;
    size_t *first_user; /* [blocks + 1] */
    uint64_t *length;   /* [users]: what is left of each row */
    scratch *scratch;   /* [threads] */
    size_t longest;
} tidy;

/* ---- sorting one row ------------------------------------------------------------- */

static void insertion_sort(uint64_t *key, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t moving = key[i];
        size_t at = i;
        for (; at > 0 && key[at - 1] > moving; at--) key[at] = key[at - 1];
        key[at] = moving;
    }
}

/* By movie, keeping the order within; returns the array that holds the result. */
static uint64_t *radix_sort(uint64_t *key, uint64_t *other, size_t count, uint32_t most)
{
    for (int shift = 32; shift < 64 && (uint64_t)most >> (shift - 32) > 0; shift += 8) {
        size_t start[256] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++) start[(key[i] >> shift) & 255]++;
        for (int b = 0; b < 256; b++) {
            size_t here = start[b];
            start[b] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++) other[start[(key[i] >> shift) & 255]++] = key[i];
        uint64_t *swap = key;
        key = other;
        other = swap;
    }
    return key;
}

static entry load(const rs_draft *d, uint64_t at)
{
    entry e = {.movie = d->user_movie[at]};
    if (d->code != NULL)
        e.code = d->code[at];
    else
        e.value = d->value[at];
    if (d->second != NULL)
        e.second = d->second[at];
    else
        e.milli = d->milli[at];
    return e;
}

static void store(const rs_draft *d, uint64_t at, const entry *e)
{
    d->user_movie[at] = e->movie;
    if (d->code != NULL)
        d->code[at] = e->code;
    else
        d->value[at] = e->value;
    if (d->second != NULL)
        d->second[at] = e->second;
    else
        d->milli[at] = e->milli;
}

static void sort_row(const rs_draft *d, uint64_t from, size_t count, scratch *s, size_t longest)
{
    uint64_t *key = s->key;
    uint32_t most = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t movie = d->user_movie[from + i];
        most = movie > most ? movie : most;
        key[i] = (uint64_t)movie << 32 | i;
        s->entry[i] = load(d, from + i);
    }
    if (count <= INSERTION)
        insertion_sort(key, count);
    else
        key = radix_sort(key, s->key + longest, count, most);
    for (size_t i = 0; i < count; i++) store(d, from + i, &s->entry[(uint32_t)key[i]]);
}

/* ---- one rating for each pair ---------------------------------------------------- */

static int is_null(const entry *e, const rs_draft *d)
{
    return d->code != NULL ? e->code == RS_ROW_WITHDRAWN : isnan(e->value);
}

static int64_t time_of(const entry *e, const rs_draft *d)
{
    return d->second != NULL ? (int64_t)e->second : e->milli;
}

/* The winner of the run that begins at `at`, and where the next run begins. */
static entry pick(const rs_draft *d, uint64_t *at, uint64_t end, scratch *s, int *dropped)
{
    entry best = load(d, *at);
    uint64_t rated = !is_null(&best, d);
    while (++*at < end && d->user_movie[*at] == best.movie) {
        entry next = load(d, *at);
        rated += !is_null(&next, d);
        if (time_of(&next, d) >= time_of(&best, d)) best = next;
    }
    *dropped = is_null(&best, d);
    if (*dropped)
        s->counts.withdrawn += rated;
    else
        s->counts.replaced += rated - 1;
    return best;
}

static uint64_t merge_row(const rs_draft *d, uint64_t from, uint64_t end, scratch *s)
{
    uint64_t to = from;
    for (uint64_t at = from; at < end;) {
        int dropped;
        entry e = pick(d, &at, end, s, &dropped);
        if (!dropped) store(d, to++, &e);
    }
    return to - from;
}

/* Is there nothing to do: movies ascend, no null? */
static int is_tidy(const rs_draft *d, uint64_t from, uint64_t end, int *sorted)
{
    int descends = 0, repeats = 0, nulls = 0;
    for (uint64_t i = from + 1; i < end; i++) {
        descends |= d->user_movie[i] < d->user_movie[i - 1];
        repeats |= d->user_movie[i] == d->user_movie[i - 1];
    }
    if (d->code != NULL)
        for (uint64_t i = from; i < end; i++) nulls |= d->code[i] == RS_ROW_WITHDRAWN;
    else
        for (uint64_t i = from; i < end; i++) nulls |= isnan(d->value[i]);
    *sorted = !descends;
    return !(descends | repeats | nulls);
}

static recsys_status make_scratch(scratch *s, size_t longest, recsys_runtime *rt,
                                  recsys_error *err)
{
    if (s->key == NULL) s->key = rs_array(rt, longest, 2 * sizeof *s->key);
    if (s->entry == NULL) s->entry = rs_array(rt, longest, sizeof *s->entry);
    if (s->key != NULL && s->entry != NULL) return RECSYS_OK;
    return rs_fail_memory(err, "sorting ratings");
}

typedef struct job {
    tidy *t;
    recsys_runtime *rt;
} job;

static recsys_status tidy_block(void *shared, size_t block, size_t thread, recsys_error *err)
{
    const job *j = shared;
    tidy *t = j->t;
    rs_draft *d = t->draft;
    scratch *s = &t->scratch[thread];
    for (size_t u = t->first_user[block]; u < t->first_user[block + 1]; u++) {
        uint64_t from = d->user_ptr[u], end = d->user_ptr[u + 1];
        int sorted;
        t->length[u] = end - from;
        if (is_tidy(d, from, end, &sorted)) continue;
        if (!sorted) {
            recsys_status status = make_scratch(s, t->longest, j->rt, err);
            if (status != RECSYS_OK) return status;
            sort_row(d, from, (size_t)(end - from), s, t->longest);
        }
        t->length[u] = merge_row(d, from, end, s);
    }
    return RECSYS_OK;
}

/* ---- all rows -------------------------------------------------------------------- */

static void split_blocks(tidy *t)
{
    const rs_draft *d = t->draft;
    uint64_t count = d->user_ptr[d->users];
    size_t user = 0;
    for (size_t b = 0; b < t->blocks; b++) {
        uint64_t from = count / t->blocks * b;
        while (user < d->users && d->user_ptr[user] < from) user++;
        t->first_user[b] = b == 0 ? 0 : user;
    }
    t->first_user[t->blocks] = d->users;
    for (size_t u = 0; u < d->users; u++) {
        size_t here = (size_t)(d->user_ptr[u + 1] - d->user_ptr[u]);
        t->longest = here > t->longest ? here : t->longest;
    }
}

static void move_entries(const rs_draft *d, uint64_t to, uint64_t from, size_t count)
{
    memmove(d->user_movie + to, d->user_movie + from, count * sizeof *d->user_movie);
    if (d->code != NULL) memmove(d->code + to, d->code + from, count);
    if (d->value != NULL) memmove(d->value + to, d->value + from, count * sizeof *d->value);
    if (d->second != NULL) memmove(d->second + to, d->second + from, count * sizeof *d->second);
    if (d->milli != NULL) memmove(d->milli + to, d->milli + from, count * sizeof *d->milli);
}

/* Close the gaps that shortened rows left; 0 if there were none. */
static int close_gaps(const tidy *t)
{
    rs_draft *d = t->draft;
    uint64_t to = 0, count = d->user_ptr[d->users];
    for (size_t u = 0; u < d->users; u++) {
        uint64_t from = d->user_ptr[u];
        if (to != from) move_entries(d, to, from, (size_t)t->length[u]);
        d->user_ptr[u] = to;
        to += t->length[u];
    }
    d->user_ptr[d->users] = to;
    return to != count;
}

static int shrink(recsys_runtime *rt, void *array, size_t count, size_t size)
{
    void *old, *less;
    memcpy(&old, array, sizeof old);
    if (old == NULL) return 1;
    less = rs_array_resize(rt, old, count, size);
    if (less != NULL) memcpy(array, &less, sizeof less);
    return less != NULL;
}

static int shrink_all(rs_draft *d, recsys_runtime *rt)
{
    size_t count = (size_t)d->user_ptr[d->users];
    return shrink(rt, &d->user_movie, count, sizeof *d->user_movie) &&
           shrink(rt, &d->code, count, sizeof *d->code) &&
           shrink(rt, &d->value, count, sizeof *d->value) &&
           shrink(rt, &d->second, count, sizeof *d->second) &&
           shrink(rt, &d->milli, count, sizeof *d->milli);
}

static recsys_status run(tidy *t, recsys_runtime *rt, size_t threads, rs_build_counts *counts,
                         recsys_error *err)
{
    job j = {t, rt};
    split_blocks(t);
    recsys_status status = rs_parallel(rt, t->blocks, tidy_block, &j, "build", NULL, err);
    for (size_t i = 0; i < threads; i++) {
        counts->replaced += t->scratch[i].counts.replaced;
        counts->withdrawn += t->scratch[i].counts.withdrawn;
        rs_free(rt, t->scratch[i].key);
        rs_free(rt, t->scratch[i].entry);
    }
    if (status != RECSYS_OK || !close_gaps(t)) return status;
    if (!shrink_all(t->draft, rt)) return rs_fail_memory(err, "sorting ratings");
    return rs_drop_unused(t->draft, rt, err);
}

recsys_status rs_tidy_rows(rs_draft *draft, recsys_runtime *rt, rs_build_counts *counts,
                           recsys_error *err)
{
    uint64_t blocks = draft->user_ptr[draft->users] / BLOCK + 1;
    tidy t = {.draft = draft, .blocks = blocks > MOST_BLOCKS ? MOST_BLOCKS : (size_t)blocks};
    size_t threads = rs_parallel_threads(rt, t.blocks);
    recsys_status status;
    *counts = (rs_build_counts){0, 0};
    t.first_user = rs_array(rt, t.blocks + 1, sizeof *t.first_user);
    t.length = rs_array(rt, draft->users, sizeof *t.length);
    t.scratch = rs_array_zero(rt, threads, sizeof *t.scratch);
    if (t.first_user == NULL || t.length == NULL || t.scratch == NULL)
        status = rs_fail_memory(err, "sorting ratings");
    else
        status = run(&t, rt, threads, counts, err);
    rs_free(rt, t.first_user);
    rs_free(rt, t.length);
    rs_free(rt, t.scratch);
    return status;
}

/* ---- ids without ratings --------------------------------------------------------- */

static recsys_status reselect(void **part, size_t *size, const uint8_t *used,
                              recsys_runtime *rt, recsys_error *err)
{
    rs_ids ids;
    void *made;
    rs_ids_view(&ids, *part);
    recsys_status status = rs_ids_select(&ids, used, rt, &made, size, err);
    if (status != RECSYS_OK) return status;
    rs_free(rt, *part);
    *part = made;
    return RECSYS_OK;
}

static recsys_status drop_users(rs_draft *d, uint8_t *used, recsys_runtime *rt,
                                recsys_error *err)
{
    size_t kept = 0;
    for (size_t u = 0; u < d->users; u++) {
        used[u] = d->user_ptr[u + 1] > d->user_ptr[u];
        kept += used[u];
    }
    if (kept == d->users) return RECSYS_OK;
    recsys_status status = reselect(&d->users_part, &d->users_size, used, rt, err);
    if (status != RECSYS_OK) return status;
    uint64_t count = d->user_ptr[d->users];
    kept = 0;
    for (size_t u = 0; u < d->users; u++)
        if (used[u]) d->user_ptr[kept++] = d->user_ptr[u];
    d->user_ptr[kept] = count;
    d->users = kept;
    return RECSYS_OK;
}

static recsys_status drop_movies(rs_draft *d, uint8_t *used, uint32_t *number,
                                 recsys_runtime *rt, recsys_error *err)
{
    uint64_t count = d->user_ptr[d->users];
    uint32_t kept = 0;
    memset(used, 0, d->movies);
    for (uint64_t i = 0; i < count; i++) used[d->user_movie[i]] = 1;
    for (size_t j = 0; j < d->movies; j++) {
        number[j] = kept;
        kept += used[j];
    }
    if (kept == d->movies) return RECSYS_OK;
    recsys_status status = reselect(&d->movies_part, &d->movies_size, used, rt, err);
    if (status != RECSYS_OK) return status;
    for (uint64_t i = 0; i < count; i++) d->user_movie[i] = number[d->user_movie[i]];
    d->movies = kept;
    return RECSYS_OK;
}

recsys_status rs_drop_unused(rs_draft *draft, recsys_runtime *rt, recsys_error *err)
{
    size_t most = draft->users > draft->movies ? draft->users : draft->movies;
    uint8_t *used = rs_array(rt, most, 1);
    uint32_t *number = rs_array(rt, draft->movies, sizeof *number);
    recsys_status status;
    if (used == NULL || number == NULL) {
        status = rs_fail_memory(err, "table of ids");
        goto out;
    }
    RS_TRY(drop_users(draft, used, rt, err));
    RS_TRY(drop_movies(draft, used, number, rt, err));
out:
    rs_free(rt, used);
    rs_free(rt, number);
    return status;
}
