/* What content learned before, for movies that have other numbers now: rs_content_keep. */
#include "models/content.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* Rows of an older model and where they go. */
typedef struct rows {
    const uint64_t *ptr; /* [old movies + 1] */
    size_t count;        /* old movies */
    const uint32_t *number;
    size_t movies; /* new ones */
    uint64_t *to;  /* [movies + 1] */
} rows;

static recsys_status add(rs_container *into, const char *name, void *data, size_t size,
                         recsys_error *err)
{
    if (data == NULL) return rs_fail_memory(err, "content");
    return rs_container_add(into, name, 1, data, size, data, err);
}

/* Pointers of the new rows, which become the part `name`. */
static recsys_status add_ptr(rows *r, rs_container *into, const char *name, recsys_error *err)
{
    r->to = rs_array_zero(into->runtime, r->movies + 1, sizeof *r->to);
    if (r->to == NULL) return rs_fail_memory(err, "content");
    for (size_t j = 0; j < r->count; j++) r->to[r->number[j] + 1] = r->ptr[j + 1] - r->ptr[j];
    for (size_t j = 0; j < r->movies; j++) r->to[j + 1] += r->to[j];
    return add(into, name, r->to, (r->movies + 1) * sizeof *r->to, err);
}

/* An array of four bytes an entry, moved row by row. Returns NULL when out of memory. */
static void *move_entries(const rows *r, const void *from, recsys_runtime *runtime)
{
    enum { SIZE = 4 };
    char *moved = rs_array(runtime, (size_t)r->ptr[r->count], SIZE);
    for (size_t j = 0; j < r->count && moved != NULL; j++) {
        size_t count = (size_t)(r->ptr[j + 1] - r->ptr[j]);
        memcpy(moved + r->to[r->number[j]] * SIZE, (const char *)from + r->ptr[j] * SIZE,
               count * SIZE);
    }
    return moved;
}

static recsys_status add_entries(const rows *r, const void *from, rs_container *into,
                                 const char *name, recsys_error *err)
{
    void *moved = move_entries(r, from, into->runtime);
    return add(into, name, moved, (size_t)r->ptr[r->count] * sizeof(uint32_t), err);
}

static recsys_status add_movies(const rows *r, const uint32_t *from, rs_container *into,
                                const char *name, recsys_error *err)
{
    size_t count = (size_t)r->ptr[r->count];
    uint32_t *moved = move_entries(r, from, into->runtime);
    for (size_t i = 0; i < count && moved != NULL; i++) moved[i] = r->number[moved[i]];
    return add(into, name, moved, count * sizeof *moved, err);
}

static recsys_status keep_terms(const rs_terms *terms, rows *r, rs_container *into,
                                recsys_error *err)
{
    recsys_status status;
    size_t offsets = (terms->count + 1) * sizeof *terms->names.offsets;
    size_t bytes = (size_t)terms->names.offsets[terms->count];
    r->ptr = terms->ptr;
    RS_TRY(add_ptr(r, into, "terms.ptr", err));
    RS_TRY(add_entries(r, terms->term, into, "terms.term", err));
    RS_TRY(add_entries(r, terms->weight, into, "terms.weight", err));
    RS_TRY(add(into, "terms.name_offsets",
               rs_array_copy(into->runtime, terms->names.offsets, offsets, 1), offsets, err));
    RS_TRY(add(into, "terms.names", rs_array_copy(into->runtime, terms->names.bytes, bytes, 1),
               bytes, err));
out:
    return status;
}

recsys_status rs_content_keep(const recsys_model *before, const uint32_t *number, size_t movies,
                              rs_container *into, recsys_error *err)
{
    const rs_similar *similar = &before->similar;
    rows r = {.count = before->movies.count, .number = number, .movies = movies};
    recsys_status status;
    RS_TRY(keep_terms(&before->terms, &r, into, err));
    r.ptr = similar->ptr;
    RS_TRY(add_ptr(&r, into, "content.ptr", err));
    RS_TRY(add_movies(&r, similar->movie, into, "content.movie", err));
    RS_TRY(add_entries(&r, similar->similarity, into, "content.similarity", err));
out:
    return status;
}
