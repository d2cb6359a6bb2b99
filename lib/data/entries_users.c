#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/entries.h"

/* Integers that rise, as most files have them. */
static int is_sorted(const rs_id_table *users)
{
    for (size_t i = 0; i < users->count; i++)
        if (users->value[i] < 0 || (i > 0 && users->value[i] < users->value[i - 1])) return 0;
    return 1;
}

/* map[number] = the number in the sorted table. */
static recsys_status sort_table(rs_id_table *sorted, uint32_t **map, rs_id_table *users,
                                recsys_error *err)
{
    void *part = NULL;
    size_t size, base[2];
    rs_ids ids;
    recsys_status status =
        rs_id_tables_merge(&users, 1, users->runtime, &part, &size, map, base, err);
    if (status != RECSYS_OK) return status;
    rs_ids_view(&ids, part);
    for (size_t i = 0; i < ids.count && status == RECSYS_OK; i++) {
        char digits[24];
        rs_id_text id = rs_ids_at(&ids, i, digits);
        if (rs_id_table_text(sorted, id.data, id.size) == RS_NO_ID)
            status = rs_fail_memory(err, "sorting users");
    }
    rs_free(users->runtime, part);
    return status;
}

static recsys_status make_moved(rs_entries *moved, const rs_entries *e, recsys_error *err)
{
    *moved = *e;
    moved->ptr = rs_array_zero(e->runtime, e->users + 1, sizeof *moved->ptr);
    moved->movie = rs_array(e->runtime, (size_t)e->count, sizeof *moved->movie);
    moved->value = rs_array(e->runtime, (size_t)e->count, sizeof *moved->value);
    moved->level = NULL;
    if (e->level != NULL)
        moved->level = rs_array(e->runtime, (size_t)e->count, sizeof *moved->level);
    int fine = moved->ptr != NULL && moved->movie != NULL && moved->value != NULL &&
               (e->level == NULL || moved->level != NULL);
    return fine ? RECSYS_OK : rs_fail_memory(err, "sorting users");
}

static void move(rs_entries *moved, const rs_entries *e, const uint32_t *map)
{
    for (size_t u = 0; u < e->users; u++) moved->ptr[map[u] + 1] = rs_entries_of(e, u);
    for (size_t u = 0; u < e->users; u++) moved->ptr[u + 1] += moved->ptr[u];
    for (size_t u = 0; u < e->users; u++) {
        size_t count = rs_entries_of(e, u), to = (size_t)moved->ptr[map[u]];
        size_t from = (size_t)e->ptr[u];
        memcpy(moved->movie + to, e->movie + from, count * sizeof *e->movie);
        memcpy(moved->value + to, e->value + from, count * sizeof *e->value);
        if (e->level != NULL)
            memcpy(moved->level + to, e->level + from, count * sizeof *e->level);
    }
}

recsys_status rs_entries_sort_users(rs_entries *entries, rs_id_table *users, recsys_error *err)
{
    recsys_status status;
    uint32_t *map = NULL;
    rs_id_table sorted;
    rs_entries moved = {.runtime = entries->runtime};
    if (is_sorted(users)) return RECSYS_OK;
    rs_id_table_begin(&sorted, users->runtime);
    RS_TRY(sort_table(&sorted, &map, users, err));
    RS_TRY(make_moved(&moved, entries, err));
    move(&moved, entries, map);
    rs_entries old = *entries;
    rs_id_table old_users = *users;
    *entries = moved;
    *users = sorted;
    moved = old;
    sorted = old_users;
out:
    rs_free(users->runtime, map);
    rs_entries_free(&moved);
    rs_id_table_free(&sorted);
    return status;
}
