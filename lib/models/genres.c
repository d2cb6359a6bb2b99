#include "models/genres.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "models/tokens.h"
#include "models/vocabulary.h"

typedef struct reading {
    recsys_runtime *runtime;
    rs_vocabulary names;
    rs_text lower;
    rs_genres *into;
    size_t size, capacity; /* of into->genre */
    int failed;            /* out of memory */
} reading;

static void add(reading *r, uint32_t movie, const char *name, size_t size)
{
    rs_genres *g = r->into;
    r->lower.size = 0;
    rs_lower(&r->lower, name, size);
    rs_term_entry *entry = NULL;
    if (!r->lower.failed) entry = rs_vocabulary_add(&r->names, r->lower.data, r->lower.size);
    if (entry == NULL ||
        !rs_reserve(r->runtime, &g->genre, &r->capacity, r->size + 1, sizeof *g->genre)) {
        r->failed = 1;
        return;
    }
    if (entry->last == movie + 1) return; /* named twice */
    entry->last = movie + 1;
    uint32_t number = (uint32_t)(entry - r->names.entries);
    size_t at = r->size++;
    for (; at > g->ptr[movie] && g->genre[at - 1] > number; at--)
        g->genre[at] = g->genre[at - 1];
    g->genre[at] = number;
}

static void read_all(reading *r, const rs_column *column, size_t movies)
{
    for (size_t i = 0; i < movies && !r->failed; i++) {
        const char *at = rs_column_text(column, i), *name;
        size_t size;
        while (!r->failed && rs_list_next(&at, &name, &size)) add(r, (uint32_t)i, name, size);
        r->into->ptr[i + 1] = r->size;
    }
}

recsys_status rs_genres_make(rs_genres *genres, const recsys_model *model, recsys_error *err)
{
    if (genres->ptr != NULL) return RECSYS_OK;
    recsys_runtime *runtime = model->runtime;
    reading r = {.runtime = runtime, .into = genres};
    rs_vocabulary_begin(&r.names, runtime);
    rs_text_begin(&r.lower, runtime);
    genres->ptr = rs_array_zero(runtime, model->movies.count + 1, sizeof *genres->ptr);
    r.failed = genres->ptr == NULL;
    if (!r.failed) read_all(&r, &model->catalogue.genres, model->movies.count);
    if (!r.failed) {
        genres->count = r.names.count;
        genres->wanted = rs_array(runtime, genres->count, sizeof *genres->wanted);
        genres->held = rs_array(runtime, genres->count, sizeof *genres->held);
        genres->part = rs_array(runtime, genres->count, sizeof *genres->part);
        r.failed = genres->wanted == NULL || genres->held == NULL || genres->part == NULL;
    }
    rs_vocabulary_free(&r.names);
    rs_text_free(&r.lower);
    if (!r.failed) return RECSYS_OK;
    rs_genres_free(genres, runtime);
    return rs_fail_memory(err, "genres");
}

void rs_genres_free(rs_genres *genres, recsys_runtime *runtime)
{
    rs_free(runtime, genres->ptr);
    rs_free(runtime, genres->genre);
    rs_free(runtime, genres->wanted);
    rs_free(runtime, genres->held);
    rs_free(runtime, genres->part);
    *genres = (rs_genres){0};
}
