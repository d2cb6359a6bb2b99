/* Any bytes as a run or as judgements, the first one choosing which: either refused with a
 * message, or each user's movies are there once, in the order of their scores or as they
 * stand. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/entries.h"

static void demand(int holds)
{
    if (!holds) abort();
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void check_user(const rs_entries *entries, size_t user, int is_run)
{
    uint64_t first = entries->ptr[user], end = entries->ptr[user + 1];
    demand(first <= end && end <= entries->count);
    if (is_run && strcmp(entries->order, "score") == 0)
        for (uint64_t i = first + 1; i < end; i++)
            demand(entries->value[i - 1] >= entries->value[i]);
    qsort(entries->movie + first, (size_t)(end - first), sizeof *entries->movie, compare);
    for (uint64_t i = first + 1; i < end; i++)
        demand(entries->movie[i - 1] != entries->movie[i]);
}

static void check(const rs_entries *entries, size_t movies, int is_run)
{
    demand(entries->count > 0 && entries->ptr[0] == 0);
    for (uint64_t i = 0; i < entries->count; i++) demand(entries->movie[i] < movies);
    for (size_t user = 0; user < entries->users; user++) check_user(entries, user, is_run);
    demand(entries->ptr[entries->users] == entries->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = NULL;
    rs_id_table users, movies;
    rs_entries entries;
    if (size < 1) return 0;
    int is_run = data[0] & 1;
    demand(rs_runtime_make(&runtime, NULL, NULL) == RECSYS_OK);
    rs_bytes bytes = {.runtime = runtime, .size = size - 1};
    bytes.heap = rs_array(runtime, size - 1, 1);
    demand(size == 1 || bytes.heap != NULL);
    if (size > 1) memcpy(bytes.heap, data + 1, size - 1);
    bytes.data = bytes.heap;
    rs_id_table_begin(&users, runtime);
    rs_id_table_begin(&movies, runtime);
    recsys_status status =
        rs_entries_read_bytes(&entries, &users, &movies, &bytes, "fuzz", is_run, &err);
    demand(status == RECSYS_OK || err.text[0] != '\0');
    if (status == RECSYS_OK) check(&entries, movies.count, is_run);
    rs_entries_free(&entries);
    rs_id_table_free(&users);
    rs_id_table_free(&movies);
    rs_free(runtime, bytes.heap);
    rs_runtime_release(runtime);
    return 0;
}
