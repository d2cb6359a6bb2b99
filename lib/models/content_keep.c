/* What content learned before, for movies that have other numbers now: rs_content_keep. */
#include "base/error.h"
#include "base/memory.h"
#include "models/content.h"

static recsys_status add(rs_container *into, const char *name, void *data, size_t size,
                         recsys_error *err)
{
    if (data == NULL) return rs_fail_memory(err, "content");
    return rs_container_add(into, name, 1, data, size, data, err);
}

static recsys_status add_copy(rs_container *into, const char *name, const void *data,
                              size_t size, recsys_error *err)
{
    return add(into, name, rs_array_copy(into->runtime, data, size, 1), size, err);
}

typedef struct renumbering {
    size_t before, movies;  /* how many movies there were, and are */
    const uint32_t *number; /* [before] ascending */
} renumbering;

/* Movies keep their order, so that entries stay where they are and only rows get other
 * numbers. */
static recsys_status add_ptr(const renumbering *r, const uint64_t *ptr, rs_container *into,
                             const char *name, recsys_error *err)
{
    uint64_t *to = rs_array_zero(into->runtime, r->movies + 1, sizeof *to);
    if (to == NULL) return rs_fail_memory(err, "content");
    for (size_t j = 0; j < r->before; j++) to[r->number[j] + 1] = ptr[j + 1] - ptr[j];
    for (size_t j = 0; j < r->movies; j++) to[j + 1] += to[j];
    return add(into, name, to, (r->movies + 1) * sizeof *to, err);
}

static recsys_status keep_terms(const rs_terms *terms, const renumbering *r, rs_container *into,
                                recsys_error *err)
{
    recsys_status status;
    size_t size = (size_t)terms->ptr[r->before] * sizeof *terms->term;
    size_t offsets = (terms->count + 1) * sizeof *terms->names.offsets;
    size_t bytes = (size_t)terms->names.offsets[terms->count];
    RS_TRY(add_copy(into, "terms.name_offsets", terms->names.offsets, offsets, err));
    RS_TRY(add_copy(into, "terms.names", terms->names.bytes, bytes, err));
    RS_TRY(add_ptr(r, terms->ptr, into, "terms.ptr", err));
    RS_TRY(add_copy(into, "terms.term", terms->term, size, err));
    RS_TRY(add_copy(into, "terms.weight", terms->weight, size, err));
out:
    return status;
}

static recsys_status keep_similar(const rs_similar *similar, const renumbering *r,
                                  rs_container *into, recsys_error *err)
{
    recsys_status status;
    size_t count = (size_t)similar->ptr[r->before];
    RS_TRY(add_ptr(r, similar->ptr, into, "content.ptr", err));
    uint32_t *movie = rs_array(into->runtime, count, sizeof *movie);
    for (size_t i = 0; i < count && movie != NULL; i++) movie[i] = r->number[similar->movie[i]];
    RS_TRY(add(into, "content.movie", movie, count * sizeof *movie, err));
    RS_TRY(add_copy(into, "content.similarity", similar->similarity,
                    count * sizeof *similar->similarity, err));
out:
    return status;
}

recsys_status rs_content_keep(const recsys_model *before, const uint32_t *number, size_t movies,
                              rs_container *into, recsys_error *err)
{
    renumbering r = {before->movies.count, movies, number};
    recsys_status status = keep_terms(&before->terms, &r, into, err);
    return status != RECSYS_OK ? status
                               : keep_similar(&before->lists[RS_CONTENT], &r, into, err);
}
