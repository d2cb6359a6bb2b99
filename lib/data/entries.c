#include "data/entries.h"

#include <string.h>

#include "base/memory.h"
#include "base/order.h"

void rs_entries_free(rs_entries *entries)
{
    rs_free(entries->runtime, entries->ptr);
    rs_free(entries->runtime, entries->movie);
    rs_free(entries->runtime, entries->value);
    *entries = (rs_entries){.runtime = entries->runtime};
}

typedef struct rs_entry_row row;

/* ---- order of one user's entries ------------------------------------------------- */

typedef struct grouping {
    rs_entries *entries;
    const row *row; /* [count] by user, in the order of the file */
    const rs_id_table *movies;
    rs_ties ties;
    int by_rank, by_score;
    rs_keyed *item, *scratch; /* [largest] a user's rows: key to sort by, number */
    uint32_t *met;            /* [movies] 1 + the user who had it last */
} grouping;

static uint64_t key_of(const grouping *g, const row *r)
{
    return g->by_rank ? r->rank : rs_falling(r->value);
}

static int is_in_order(const grouping *g, const row *r, size_t count)
{
    if (!g->by_rank && !g->by_score) return 1;
    uint64_t before = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t key = key_of(g, &r[i]);
        int is_late = key < before || (i > 0 && key == before && g->ties != RS_TIES_FILE);
        if (is_late) return 0;
        before = key;
    }
    return 1;
}

static int comes_later(const grouping *g, const row *a, const row *b)
{
    int order = rs_id_table_compare(g->movies, a->movie, b->movie);
    return g->ties == RS_TIES_RISING ? order > 0 : order < 0;
}

/* Entries with equal keys, by their ids. */
static void order_ties(const grouping *g, const row *r, size_t count)
{
    rs_keyed *item = g->item;
    for (size_t i = 1; i < count; i++) {
        rs_keyed moved = item[i];
        size_t at = i;
        for (; at > 0 && item[at - 1].key == moved.key &&
               comes_later(g, &r[item[at - 1].value], &r[moved.value]);
             at--)
            item[at] = item[at - 1];
        item[at] = moved;
    }
}

static void put_in_order(const grouping *g, size_t from, const row *r, size_t count)
{
    for (size_t i = 0; i < count; i++) g->item[i] = (rs_keyed){key_of(g, &r[i]), i};
    rs_sort_keyed(g->item, g->scratch, count);
    if (g->ties != RS_TIES_FILE) order_ties(g, r, count);
    for (size_t i = 0; i < count; i++) {
        g->entries->movie[from + i] = r[g->item[i].value].movie;
        g->entries->value[from + i] = r[g->item[i].value].value;
    }
}

/* ---- one user -------------------------------------------------------------------- */

/* The first of the rows whose movie an earlier one has too, or SIZE_MAX. */
static size_t find_twice(const grouping *g, size_t user, const row *r, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (g->met[r[i].movie] == user + 1) return i;
        g->met[r[i].movie] = (uint32_t)user + 1;
    }
    return SIZE_MAX;
}

/* A user's entries into their places; the user's row that is there twice, or SIZE_MAX. */
static size_t put_user(const grouping *g, size_t user)
{
    rs_entries *e = g->entries;
    size_t from = (size_t)e->ptr[user], count = (size_t)(e->ptr[user + 1] - from);
    const row *r = g->row + from;
    if (!is_in_order(g, r, count)) {
        put_in_order(g, from, r, count);
    } else {
        for (size_t i = 0; i < count; i++) {
            e->movie[from + i] = r[i].movie;
            e->value[from + i] = r[i].value;
        }
    }
    return find_twice(g, user, r, count);
}

/* ---- all users ------------------------------------------------------------------- */

/* ptr from the rows, and the longest list; returns whether users come in their order. */
static int count_users(rs_entries *e, const rs_entry_rows *rows, size_t *largest)
{
    int in_order = 1;
    for (size_t i = 0; i < rows->count; i++) {
        e->ptr[rows->row[i].user + 1]++;
        if (i > 0 && rows->row[i].user < rows->row[i - 1].user) in_order = 0;
    }
    for (size_t u = 0; u < e->users; u++) {
        if (e->ptr[u + 1] > *largest) *largest = (size_t)e->ptr[u + 1];
        e->ptr[u + 1] += e->ptr[u];
    }
    return in_order;
}

/* A copy of the rows by user, in the order of the file; NULL: out of memory. */
static row *gather(const rs_entries *e, const rs_entry_rows *rows)
{
    uint64_t *next = rs_array_copy(rows->runtime, e->ptr, e->users + 1, sizeof *next);
    row *copy = rs_array(rows->runtime, rows->count, sizeof *copy);
    for (size_t i = 0; copy != NULL && next != NULL && i < rows->count; i++)
        copy[next[rows->row[i].user]++] = rows->row[i];
    rs_free(rows->runtime, next);
    if (next != NULL) return copy;
    rs_free(rows->runtime, copy);
    return NULL;
}

static void choose_order(grouping *g, const rs_entry_rows *rows,
                         const rs_entries_options *options)
{
    rs_entries *e = g->entries;
    if (options->is_run) {
        g->by_rank = rows->has_rank;
        g->by_score = !g->by_rank && rows->has_value;
        g->ties = options->ties;
    }
    e->has_value = rows->has_value;
    e->order = g->by_rank ? "rank" : g->by_score ? "score" : "file";
}

static int put_users(grouping *g, recsys_runtime *r, size_t largest, rs_entry_twice *twice)
{
    g->item = rs_array(r, largest, sizeof *g->item);
    g->scratch = rs_array(r, largest, sizeof *g->scratch);
    g->met = rs_array_zero(r, g->movies->count, sizeof *g->met);
    int fine = g->item != NULL && g->scratch != NULL && g->met != NULL;
    for (size_t u = 0; fine && !twice->found && u < g->entries->users; u++) {
        size_t at = put_user(g, u);
        if (at == SIZE_MAX) continue;
        *twice = (rs_entry_twice){1, (uint32_t)u, g->row[g->entries->ptr[u] + at].movie};
    }
    rs_free(r, g->item);
    rs_free(r, g->scratch);
    rs_free(r, g->met);
    return fine;
}

int rs_entries_group(rs_entries *entries, const rs_entry_rows *rows, const rs_id_table *users,
                     const rs_id_table *movies, const rs_entries_options *options,
                     rs_entry_twice *twice)
{
    recsys_runtime *r = rows->runtime;
    grouping g = {.entries = entries, .row = rows->row, .movies = movies};
    row *copy = NULL;
    size_t largest = 0;
    *twice = (rs_entry_twice){0};
    *entries = (rs_entries){.runtime = r, .users = users->count, .count = rows->count};
    entries->ptr = rs_array_zero(r, entries->users + 1, sizeof *entries->ptr);
    entries->movie = rs_array(r, rows->count, sizeof *entries->movie);
    entries->value = rs_array(r, rows->count, sizeof *entries->value);
    int fine = entries->ptr != NULL && entries->movie != NULL && entries->value != NULL;
    choose_order(&g, rows, options);
    if (fine && !count_users(entries, rows, &largest)) {
        g.row = copy = gather(entries, rows);
        fine = copy != NULL;
    }
    fine = fine && put_users(&g, r, largest, twice);
    rs_free(r, copy);
    if (!fine || twice->found) rs_entries_free(entries);
    return fine;
}
