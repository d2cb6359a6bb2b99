#include "models/keep.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static recsys_status add(rs_container *into, const char *name, void *data, size_t size,
                         recsys_error *err)
{
    if (data == NULL) return rs_fail_memory(err, "recsys_model_update");
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
    if (to == NULL) return rs_fail_memory(err, "recsys_model_update");
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

static recsys_status keep_lists(const recsys_model *before, size_t source, const renumbering *r,
                                rs_container *into, recsys_error *err)
{
    recsys_status status;
    const rs_similar *lists = &before->lists[source];
    size_t count = (size_t)lists->ptr[r->before];
    char name[3][RS_PART_NAME];
    rs_list_part(name[0], source, ".ptr");
    rs_list_part(name[1], source, ".movie");
    rs_list_part(name[2], source, source == RS_CONTENT ? ".similarity" : ".weight");
    RS_TRY(add_ptr(r, lists->ptr, into, name[0], err));
    uint32_t *movie = rs_array(into->runtime, count, sizeof *movie);
    for (size_t i = 0; i < count && movie != NULL; i++) movie[i] = r->number[lists->movie[i]];
    RS_TRY(add(into, name[1], movie, count * sizeof *movie, err));
    RS_TRY(add_copy(into, name[2], lists->similarity, count * sizeof *lists->similarity, err));
out:
    return status;
}

static recsys_status keep_factors(const rs_ials *ials, const renumbering *r, rs_container *into,
                                  recsys_error *err)
{
    recsys_status status;
    size_t factors = (size_t)ials->head->factors, cells, row = factors * sizeof(float);
    if (!rs_mul(r->movies, factors, &cells) || !rs_mul(cells, sizeof(float), &cells))
        return rs_fail_memory(err, "recsys_model_update");
    float *movie = rs_array_zero(into->runtime, cells, 1);
    for (size_t j = 0; j < r->before && movie != NULL; j++)
        memcpy(movie + r->number[j] * factors, ials->movie + j * factors, row);
    RS_TRY(add(into, "ials.movie", movie, cells, err));
    RS_TRY(add_copy(into, "ials.head", ials->head, sizeof *ials->head, err));
    RS_TRY(
        add_copy(into, "ials.gram", ials->gram, factors * factors * sizeof *ials->gram, err));
out:
    return status;
}

recsys_status rs_keep_source(const recsys_model *before, size_t source, const uint32_t *number,
                             size_t movies, rs_container *into, recsys_error *err)
{
    recsys_status status;
    const renumbering r = {before->movies.count, movies, number};
    if (source == RS_IALS) return keep_factors(&before->ials, &r, into, err);
    if (source == RS_CONTENT) RS_TRY(keep_terms(&before->terms, &r, into, err));
    if (source == RS_EASE)
        RS_TRY(add_copy(into, "ease.head", before->ease_head, sizeof *before->ease_head, err));
    RS_TRY(keep_lists(before, source, &r, into, err));
out:
    return status;
}
