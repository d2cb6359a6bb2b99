#include "data/catalogue.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { YEAR_MOST = 9999 };

static const char *const part_names[RS_FIELDS] = {
    "catalogue.title", "catalogue.genres", "catalogue.cast", "catalogue.overview",
    "catalogue.tags",  "catalogue.imdb",   "catalogue.tmdb"};

static const rs_column *column_of(const rs_catalogue *catalogue, enum rs_field field)
{
    const rs_column *const columns[RS_FIELDS] = {
        &catalogue->title, &catalogue->genres, &catalogue->cast, &catalogue->overview,
        &catalogue->tags,  &catalogue->imdb,   &catalogue->tmdb};
    return columns[field];
}

rs_column *rs_catalogue_column(rs_catalogue *catalogue, enum rs_field field)
{
    return (rs_column *)(uintptr_t)column_of(catalogue, field);
}

/* ---- binding --------------------------------------------------------------------- */

/* String i must lie in bytes[room] after the one before it and hold one zero byte, its last. */
static int string_fits(const uint64_t *offsets, size_t i, const char *bytes, uint64_t room)
{
    if (offsets[i] >= offsets[i + 1] || offsets[i + 1] > room) return 0;
    size_t size = (size_t)(offsets[i + 1] - offsets[i]);
    return memchr(bytes + offsets[i], 0, size) == bytes + offsets[i + 1] - 1;
}

static recsys_status bind_column(rs_column *column, const void *part, size_t size, size_t count,
                                 const char *what, recsys_error *err)
{
    size_t head;
    if (!rs_add(count, 1, &head) || !rs_mul(head, sizeof(uint64_t), &head) || size < head)
        return rs_fail(err, RECSYS_E_DAMAGED,
                       "section \"%s\" has %zu bytes, too few for %zu strings", what, size,
                       count);
    const uint64_t *offsets = part;
    const char *bytes = (const char *)part + head;
    uint64_t room = size - head;
    int fine = offsets[0] == 0;
    for (size_t i = 0; i < count && fine; i++) fine = string_fits(offsets, i, bytes, room);
    if (!fine || offsets[count] != room)
        return rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\" holds a string out of place",
                       what);
    *column = (rs_column){offsets, bytes};
    return RECSYS_OK;
}

static recsys_status bind_years(rs_catalogue *catalogue, const rs_container *container,
                                recsys_error *err)
{
    const void *data;
    recsys_status status = rs_container_array(container, "catalogue.year", catalogue->count,
                                              sizeof(int32_t), &data, err);
    if (status != RECSYS_OK) return status;
    catalogue->year = data;
    for (size_t i = 0; i < catalogue->count; i++)
        if (catalogue->year[i] < 0 || catalogue->year[i] > YEAR_MOST)
            return rs_fail(err, RECSYS_E_DAMAGED,
                           "section \"catalogue.year\" holds %d, expected 0 to %d",
                           (int)catalogue->year[i], (int)YEAR_MOST);
    return RECSYS_OK;
}

recsys_status rs_catalogue_bind(rs_catalogue *catalogue, const rs_container *container,
                                const rs_ids *ids, recsys_error *err)
{
    rs_catalogue view = {.ids = *ids, .count = ids->count};
    recsys_status status = bind_years(&view, container, err);
    for (int field = 0; field < RS_FIELDS && status == RECSYS_OK; field++) {
        const char *name = part_names[field];
        const rs_part *part = rs_container_find(container, name);
        status = part == NULL
                     ? rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\" is missing", name)
                     : bind_column(rs_catalogue_column(&view, (enum rs_field)field), part->data,
                                   part->size, view.count, name, err);
    }
    if (status == RECSYS_OK) *catalogue = view;
    return status;
}

/* ---- widening -------------------------------------------------------------------- */

static recsys_status widen_years(const rs_catalogue *catalogue, const uint32_t *map,
                                 size_t movies, rs_container *into, recsys_error *err)
{
    int32_t *year = rs_array_zero(into->runtime, movies, sizeof *year);
    if (year == NULL) return rs_fail_memory(err, "catalogue.year");
    for (size_t i = 0; i < catalogue->count; i++) year[map[i]] = catalogue->year[i];
    return rs_container_add(into, "catalogue.year", 1, year, movies * sizeof *year, year, err);
}

/* Bytes of a widened column's part; 0: the size overflows. */
static size_t widened_size(const rs_column *column, size_t count, size_t movies)
{
    size_t head, size = count > 0 ? (size_t)column->offsets[count] : 0;
    if (!rs_add(movies, 1, &head) || !rs_mul(head, sizeof(uint64_t), &head) ||
        !rs_add(size, movies - count, &size) || !rs_add(size, head, &size))
        return 0;
    return size;
}

static recsys_status widen_column(const rs_column *column, size_t count, const uint32_t *map,
                                  size_t movies, const char *name, rs_container *into,
                                  recsys_error *err)
{
    size_t size = widened_size(column, count, movies);
    uint64_t *offsets = size == 0 ? NULL : rs_array_zero(into->runtime, size, 1);
    if (offsets == NULL) return rs_fail_memory(err, name);
    char *bytes = (char *)(offsets + movies + 1);
    for (size_t i = 0; i < count; i++) offsets[map[i] + 1] = rs_column_size(column, i);
    for (size_t i = 0; i < movies; i++) offsets[i + 1] += offsets[i] + 1;
    for (size_t i = 0; i < count; i++)
        memcpy(bytes + offsets[map[i]], rs_column_text(column, i), rs_column_size(column, i));
    return rs_container_add(into, name, 1, offsets, size, offsets, err);
}

recsys_status rs_catalogue_widen(const rs_catalogue *catalogue, const uint32_t *map,
                                 size_t movies, rs_container *into, recsys_error *err)
{
    recsys_status status = widen_years(catalogue, map, movies, into, err);
    for (int field = 0; field < RS_FIELDS && status == RECSYS_OK; field++)
        status = widen_column(column_of(catalogue, (enum rs_field)field), catalogue->count, map,
                              movies, part_names[field], into, err);
    return status;
}

/* ---- reading --------------------------------------------------------------------- */

recsys_movie rs_catalogue_movie(const rs_catalogue *catalogue, size_t i)
{
    return (recsys_movie){
        .struct_size = sizeof(recsys_movie),
        .year = catalogue->year[i],
        .title = rs_column_text(&catalogue->title, i),
        .genres = rs_column_text(&catalogue->genres, i),
        .cast = rs_column_text(&catalogue->cast, i),
        .overview = rs_column_text(&catalogue->overview, i),
        .tags = rs_column_text(&catalogue->tags, i),
        .imdb_id = rs_column_text(&catalogue->imdb, i),
        .tmdb_id = rs_column_text(&catalogue->tmdb, i),
    };
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int rs_list_next(const char **at, const char **name, size_t *size)
{
    while (**at == '|' || is_blank(**at)) (*at)++;
    if (**at == '\0') return 0;
    const char *end = *at + strcspn(*at, "|");
    *name = *at;
    *at = end;
    while (is_blank(end[-1])) end--;
    *size = (size_t)(end - *name);
    return 1;
}

/* ---- owner ----------------------------------------------------------------------- */

recsys_catalogue *rs_catalogue_hold(const recsys_catalogue *catalogue)
{
    /* The count is not part of what const promises: handles are shared through const. */
    recsys_catalogue *held = (recsys_catalogue *)(uintptr_t)catalogue;
    if (held != NULL) atomic_fetch_add_explicit(&held->references, 1, memory_order_relaxed);
    return held;
}

void rs_catalogue_release(recsys_catalogue *catalogue)
{
    if (catalogue == NULL) return;
    if (atomic_fetch_sub_explicit(&catalogue->references, 1, memory_order_acq_rel) != 1) return;
    recsys_runtime *runtime = catalogue->runtime;
    for (int field = 0; field < RS_FIELDS; field++) rs_free(runtime, catalogue->part[field]);
    rs_free(runtime, catalogue->year);
    rs_free(runtime, catalogue->id_part);
    rs_free(runtime, catalogue);
    rs_runtime_release(runtime);
}
