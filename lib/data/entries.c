#include "data/entries.h"

#include <string.h>

#include "base/memory.h"
#include "base/order.h"

void rs_entries_free(rs_entries *entries)
{
    rs_free(entries->runtime, entries->ptr);
    rs_free(entries->runtime, entries->movie);
    rs_free(entries->runtime, entries->value);
    rs_free(entries->runtime, entries->level);
    *entries = (rs_entries){.runtime = entries->runtime};
}

void rs_entry_rows_free(rs_entry_rows *rows)
{
    rs_free(rows->runtime, rows->user);
    rs_free(rows->runtime, rows->movie);
    rs_free(rows->runtime, rows->value);
    rs_free(rows->runtime, rows->rank);
    *rows = (rs_entry_rows){.runtime = rows->runtime};
}

/* ---- order of one user's entries ------------------------------------------------- */

typedef struct grouping {
    rs_entries *entries;
    const uint64_t *rank; /* [count] by user; NULL: the order is by score */
    rs_keyed *item;       /* [largest] a user's entries: key to sort by, place in the file */
    rs_keyed *scratch;    /* [largest] */
    uint32_t *movie;      /* [largest] as they stood before they are put in order */
    double *value;        /* [largest] */
    uint32_t *met;        /* [movies] 1 + the user who had it last */
} grouping;

static uint64_t key_of(const grouping *g, size_t at)
{
    return g->rank != NULL ? g->rank[at] : rs_falling(g->entries->value[at]);
}

/* Does each entry come before the next, and none is level with it? */
static int is_in_order(const grouping *g, size_t from, size_t count)
{
    uint64_t before = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t key = key_of(g, from + i);
        if (i > 0 && key <= before) return 0;
        before = key;
    }
    return 1;
}

static void put_in_order(const grouping *g, size_t from, size_t count)
{
    rs_entries *e = g->entries;
    for (size_t i = 0; i < count; i++) g->item[i] = (rs_keyed){key_of(g, from + i), i};
    rs_sort_keyed(g->item, g->scratch, count);
    memcpy(g->movie, e->movie + from, count * sizeof *g->movie);
    memcpy(g->value, e->value + from, count * sizeof *g->value);
    for (size_t i = 0; i < count; i++) {
        e->movie[from + i] = g->movie[g->item[i].value];
        e->value[from + i] = g->value[g->item[i].value];
    }
}

/* ---- level entries --------------------------------------------------------------- */

static int has_level(const grouping *g, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (g->item[i].key == g->item[i - 1].key) return 1;
    return 0;
}

/* Nobody is level with anybody. */
static int make_levels(rs_entries *e)
{
    e->level = rs_array(e->runtime, (size_t)e->count, sizeof *e->level);
    if (e->level == NULL) return 0;
    for (size_t u = 0; u < e->users; u++)
        for (uint64_t i = e->ptr[u]; i < e->ptr[u + 1]; i++)
            e->level[i] = (uint32_t)(i - e->ptr[u]);
    return 1;
}

/* An entry's level is the place of the first that is level with it; 0: out of memory. */
static int note_levels(const grouping *g, size_t from, size_t count)
{
    rs_entries *e = g->entries;
    if (!has_level(g, count)) return 1;
    if (e->level == NULL && !make_levels(e)) return 0;
    for (size_t i = 1; i < count; i++)
        if (g->item[i].key == g->item[i - 1].key) e->level[from + i] = e->level[from + i - 1];
    return 1;
}

/* ---- one user -------------------------------------------------------------------- */

/* The first of the user's entries whose movie an earlier one has too, or SIZE_MAX. */
static size_t find_twice(const grouping *g, size_t user, size_t from, size_t count)
{
    const uint32_t *movie = g->entries->movie + from;
    for (size_t i = 0; i < count; i++) {
        if (g->met[movie[i]] == user + 1) return i;
        g->met[movie[i]] = (uint32_t)user + 1;
    }
    return SIZE_MAX;
}

static int order_user(const grouping *g, size_t from, size_t count)
{
    if (is_in_order(g, from, count)) return 1;
    put_in_order(g, from, count);
    return note_levels(g, from, count);
}

/* ---- all users ------------------------------------------------------------------- */

/* ptr from the rows, and the longest list; returns whether users come in their order. */
static int count_users(rs_entries *e, const rs_entry_rows *rows, size_t *largest)
{
    int in_order = 1;
    for (size_t i = 0; i < rows->count; i++) {
        e->ptr[rows->user[i] + 1]++;
        in_order &= i == 0 || rows->user[i] >= rows->user[i - 1];
    }
    for (size_t u = 0; u < e->users; u++) {
        if (e->ptr[u + 1] > *largest) *largest = (size_t)e->ptr[u + 1];
        e->ptr[u + 1] += e->ptr[u];
    }
    return in_order;
}

/* A column's items to their places; 0: out of memory. NULL stays. */
static int move_column(const rs_entry_rows *rows, void *column, size_t size, const uint64_t *to)
{
    char *old, *moved;
    memcpy(&old, column, sizeof old);
    if (old == NULL) return 1;
    moved = rs_array(rows->runtime, rows->count, size);
    if (moved == NULL) return 0;
    for (size_t i = 0; i < rows->count; i++) memcpy(moved + to[i] * size, old + i * size, size);
    memcpy(column, &moved, sizeof moved);
    rs_free(rows->runtime, old);
    return 1;
}

/* The rows by user, in the order of the file; their users are not kept. */
static int gather(const rs_entries *e, rs_entry_rows *rows)
{
    recsys_runtime *r = rows->runtime;
    uint64_t *next = rs_array_copy(r, e->ptr, e->users + 1, sizeof *next);
    uint64_t *to = rs_array(r, rows->count, sizeof *to);
    int fine = next != NULL && to != NULL;
    for (size_t i = 0; fine && i < rows->count; i++) to[i] = next[rows->user[i]]++;
    fine = fine && move_column(rows, &rows->movie, sizeof *rows->movie, to) &&
           move_column(rows, &rows->value, sizeof *rows->value, to) &&
           move_column(rows, &rows->rank, sizeof *rows->rank, to);
    rs_free(r, next);
    rs_free(r, to);
    return fine;
}

static int make_room(grouping *g, recsys_runtime *r, size_t largest, size_t movies)
{
    g->item = rs_array(r, largest, sizeof *g->item);
    g->scratch = rs_array(r, largest, sizeof *g->scratch);
    g->movie = rs_array(r, largest, sizeof *g->movie);
    g->value = rs_array(r, largest, sizeof *g->value);
    g->met = rs_array_zero(r, movies, sizeof *g->met);
    return g->item != NULL && g->scratch != NULL && g->movie != NULL && g->value != NULL &&
           g->met != NULL;
}

static int put_users(const grouping *g, int is_ordered, rs_entry_twice *twice)
{
    rs_entries *e = g->entries;
    for (size_t u = 0; u < e->users; u++) {
        size_t from = (size_t)e->ptr[u], count = (size_t)(e->ptr[u + 1] - from);
        size_t nth = find_twice(g, u, from, count);
        if (nth != SIZE_MAX) {
            *twice = (rs_entry_twice){1, (uint32_t)u, e->movie[from + nth], nth};
            break;
        }
        if (is_ordered && !order_user(g, from, count)) return 0;
    }
    return 1;
}

/* The rows' columns become the entries'. */
static int take_columns(rs_entries *e, rs_entry_rows *rows)
{
    e->has_value = rows->value != NULL;
    e->movie = rows->movie;
    e->value = e->has_value ? rows->value
                            : rs_array_zero(rows->runtime, rows->count, sizeof *e->value);
    rows->movie = NULL;
    rows->value = NULL;
    return e->value != NULL;
}

int rs_entries_group(rs_entries *entries, rs_entry_rows *rows, size_t users, size_t movies,
                     int is_run, rs_entry_twice *twice)
{
    recsys_runtime *r = rows->runtime;
    grouping g = {.entries = entries};
    size_t largest = 0;
    int by_rank = is_run && rows->rank != NULL;
    int by_score = is_run && !by_rank && rows->value != NULL;
    *twice = (rs_entry_twice){0};
    *entries = (rs_entries){.runtime = r, .users = users, .count = rows->count};
    entries->order = by_rank ? "rank" : by_score ? "score" : "file";
    entries->ptr = rs_array_zero(r, users + 1, sizeof *entries->ptr);
    int fine =
        entries->ptr != NULL && (count_users(entries, rows, &largest) || gather(entries, rows));
    fine = fine && take_columns(entries, rows) && make_room(&g, r, largest, movies);
    if (by_rank) g.rank = rows->rank;
    fine = fine && put_users(&g, by_rank || by_score, twice);
    rs_free(r, g.item);
    rs_free(r, g.scratch);
    rs_free(r, g.movie);
    rs_free(r, g.value);
    rs_free(r, g.met);
    if (!fine || twice->found) rs_entries_free(entries);
    return fine;
}
