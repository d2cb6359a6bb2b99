#include "models/movie_lists.h"

#include "base/error.h"
#include "base/memory.h"

recsys_status rs_movie_lists_make(rs_movie_lists *l, recsys_runtime *runtime, size_t targets,
                                  size_t most, const uint32_t *movie, recsys_error *err)
{
    size_t cells;
    *l = (rs_movie_lists){.runtime = runtime, .targets = targets, .movie = movie};
    l->most = most < targets ? most : targets;
    if (!rs_mul(targets, l->most, &cells)) return rs_fail_memory(err, "lists of movies");
    l->from = rs_array(runtime, cells, sizeof *l->from);
    l->weight = rs_array(runtime, cells, sizeof *l->weight);
    l->count = rs_array_zero(runtime, targets, sizeof *l->count);
    if (l->from == NULL || l->weight == NULL || l->count == NULL)
        return rs_fail_memory(err, "lists of movies");
    return RECSYS_OK;
}

void rs_movie_lists_free(rs_movie_lists *l)
{
    rs_free(l->runtime, l->from);
    rs_free(l->runtime, l->weight);
    rs_free(l->runtime, l->count);
}

void rs_movie_lists_set(rs_movie_lists *l, size_t target, rs_heap *best, rs_keyed *spare,
                        const float *weight, size_t stride)
{
    size_t kept = best->count;
    rs_swap_keyed(best->items, kept);
    rs_sort_keyed(best->items, spare, kept);
    for (size_t k = 0; k < kept; k++) {
        size_t place = (size_t)best->items[k].key;
        l->from[target * l->most + k] = (uint32_t)place;
        l->weight[target * l->most + k] = weight[place * stride];
    }
    l->count[target] = (uint32_t)kept;
}

/* ---- parts ----------------------------------------------------------------------- */

typedef struct rows {
    uint64_t *ptr, *next; /* [movies + 1] */
    uint32_t *to;
    float *weight;
    size_t total;
} rows;

static size_t number(const rs_movie_lists *l, size_t place)
{
    return l->movie != NULL ? l->movie[place] : place;
}

static int make_rows(rows *r, const rs_movie_lists *l, size_t movies)
{
    for (size_t t = 0; t < l->targets; t++) r->total += l->count[t];
    r->ptr = rs_array_zero(l->runtime, movies + 1, sizeof *r->ptr);
    r->next = rs_array_zero(l->runtime, movies + 1, sizeof *r->next);
    r->to = rs_array(l->runtime, r->total, sizeof *r->to);
    r->weight = rs_array(l->runtime, r->total, sizeof *r->weight);
    return r->ptr != NULL && r->next != NULL && r->to != NULL && r->weight != NULL;
}

static void fill_rows(rows *r, const rs_movie_lists *l, size_t movies)
{
    for (size_t t = 0; t < l->targets; t++)
        for (size_t k = 0; k < l->count[t]; k++)
            r->ptr[number(l, l->from[t * l->most + k]) + 1]++;
    for (size_t i = 0; i < movies; i++) r->next[i + 1] = r->ptr[i + 1] += r->ptr[i];
    for (size_t t = 0; t < l->targets; t++)
        for (size_t k = 0; k < l->count[t]; k++) {
            size_t at = (size_t)r->next[number(l, l->from[t * l->most + k])]++;
            r->to[at] = (uint32_t)number(l, t);
            r->weight[at] = l->weight[t * l->most + k];
        }
}

/* Hand an array to the container, which frees it on failure. */
static recsys_status give(recsys_model *model, size_t source, const char *suffix, void **data,
                          size_t size, recsys_error *err)
{
    char name[RS_PART_NAME];
    void *taken = *data;
    rs_list_part(name, source, suffix);
    *data = NULL;
    return rs_container_add(&model->parts, name, 1, taken, size, taken, err);
}

recsys_status rs_movie_lists_add(const rs_movie_lists *l, recsys_model *model, size_t source,
                                 recsys_error *err)
{
    recsys_status status;
    rows r = {NULL, NULL, NULL, NULL, 0};
    size_t movies = model->movies.count;
    void *parts[3];
    if (!make_rows(&r, l, movies)) {
        rs_free(l->runtime, r.ptr);
        rs_free(l->runtime, r.next);
        rs_free(l->runtime, r.to);
        rs_free(l->runtime, r.weight);
        return rs_fail_memory(err, rs_source_names[source]);
    }
    fill_rows(&r, l, movies);
    rs_free(l->runtime, r.next);
    parts[0] = r.ptr;
    parts[1] = r.to;
    parts[2] = r.weight;
    RS_TRY(give(model, source, ".ptr", &parts[0], (movies + 1) * sizeof *r.ptr, err));
    RS_TRY(give(model, source, ".movie", &parts[1], r.total * sizeof *r.to, err));
    RS_TRY(give(model, source, ".weight", &parts[2], r.total * sizeof *r.weight, err));
out:
    for (size_t i = 0; i < 3; i++) rs_free(l->runtime, parts[i]);
    return status;
}
