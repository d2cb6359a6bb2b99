/* tags.csv and links.csv: what is added to movies that a catalogue has already. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/catalogue_read.h"

static const char call[] = "adding to a catalogue";

/* Texts for movies in file order: text i is bytes[start[i] .. start[i + 1]) for movie[i]. */
typedef struct additions {
    recsys_runtime *runtime;
    rs_text bytes;
    size_t *start, *movie;
    size_t count, start_capacity, movie_capacity;
} additions;

static void additions_begin(additions *list, recsys_runtime *runtime)
{
    *list = (additions){.runtime = runtime};
    rs_text_begin(&list->bytes, runtime);
}

static void additions_free(additions *list)
{
    rs_text_free(&list->bytes);
    rs_free(list->runtime, list->start);
    rs_free(list->runtime, list->movie);
}

static recsys_status add_text(additions *list, size_t movie, const char *text, size_t size,
                              recsys_error *err)
{
    recsys_runtime *runtime = list->runtime;
    if (!rs_reserve(runtime, &list->start, &list->start_capacity, list->count + 2,
                    sizeof *list->start) ||
        !rs_reserve(runtime, &list->movie, &list->movie_capacity, list->count + 1,
                    sizeof *list->movie))
        return rs_fail_memory(err, call);
    list->start[list->count] = list->bytes.size;
    rs_text_add_bytes(&list->bytes, text, size);
    list->movie[list->count++] = movie;
    list->start[list->count] = list->bytes.size;
    return list->bytes.failed ? rs_fail_memory(err, call) : RECSYS_OK;
}

/* ---- columns --------------------------------------------------------------------- */

/* An old column and what is added to it. */
typedef struct merging {
    const rs_column *column;
    size_t count;
    const additions *list;
    size_t *used; /* [count] bytes of each new string so far */
    size_t *last; /* [count] NULL: texts are joined by '|'; else the last one replaces all */
} merging;

static void append(size_t *used, char *bytes, const char *text, size_t size)
{
    if (*used > 0 && bytes != NULL) bytes[*used] = '|';
    *used += *used > 0;
    if (size > 0 && bytes != NULL) memcpy(bytes + *used, text, size);
    *used += size;
}

/* Go through the old strings, then the additions. With bytes NULL only `used` is found; then
 * with the offsets that follow from it the strings are written. */
static void merge(const merging *m, const uint64_t *offsets, char *bytes)
{
    for (size_t i = 0; i < m->count; i++) {
        m->used[i] = 0;
        if (m->last == NULL || m->last[i] == SIZE_MAX)
            append(&m->used[i], bytes == NULL ? NULL : bytes + offsets[i],
                   rs_column_text(m->column, i), rs_column_size(m->column, i));
    }
    for (size_t i = 0; i < m->list->count; i++) {
        size_t movie = m->list->movie[i], from = m->list->start[i];
        if (m->last == NULL || m->last[movie] == i)
            append(&m->used[movie], bytes == NULL ? NULL : bytes + offsets[movie],
                   m->list->bytes.data + from, m->list->start[i + 1] - from);
    }
}

static void find_last(const merging *m)
{
    for (size_t i = 0; i < m->count; i++) m->last[i] = SIZE_MAX;
    for (size_t i = 0; i < m->list->count; i++) m->last[m->list->movie[i]] = i;
}

/* The part of the new column. */
static uint64_t *merge_part(const merging *m, recsys_runtime *runtime)
{
    size_t head = (m->count + 1) * sizeof(uint64_t), size = head;
    merge(m, NULL, NULL);
    for (size_t i = 0; i < m->count; i++) size += m->used[i] + 1;
    uint64_t *offsets = rs_array(runtime, size, 1);
    if (offsets == NULL) return NULL;
    char *bytes = (char *)offsets + head;
    offsets[0] = 0;
    for (size_t i = 0; i < m->count; i++) {
        offsets[i + 1] = offsets[i] + m->used[i] + 1;
        bytes[offsets[i + 1] - 1] = '\0';
    }
    merge(m, offsets, bytes);
    return offsets;
}

/* Make the new part of one field; nothing is changed. */
static recsys_status make_part(recsys_catalogue *catalogue, enum rs_field field,
                               const additions *list, int joined, uint64_t **part,
                               recsys_error *err)
{
    recsys_runtime *runtime = catalogue->runtime;
    merging m = {rs_catalogue_column(&catalogue->view, field), catalogue->view.count, list,
                 NULL, NULL};
    m.used = rs_array(runtime, m.count, sizeof *m.used);
    if (!joined) m.last = rs_array(runtime, m.count, sizeof *m.last);
    *part = NULL;
    if (m.used != NULL && (joined || m.last != NULL)) {
        if (!joined) find_last(&m);
        *part = merge_part(&m, runtime);
    }
    rs_free(runtime, m.used);
    rs_free(runtime, m.last);
    return *part == NULL ? rs_fail_memory(err, call) : RECSYS_OK;
}

static void replace_part(recsys_catalogue *catalogue, enum rs_field field, uint64_t *part)
{
    rs_free(catalogue->runtime, catalogue->part[field]);
    catalogue->part[field] = part;
    *rs_catalogue_column(&catalogue->view, field) =
        (rs_column){part, (const char *)(part + catalogue->view.count + 1)};
}

/* ---- reading --------------------------------------------------------------------- */

enum { TAG = RS_KEYS, SIDE_KEYS };

/* A file of rows about movies: what it must have, and what becomes of a row. */
typedef struct side {
    recsys_catalogue *catalogue;
    rs_catalogue_input in;
    rs_record record;
    size_t column[SIDE_KEYS]; /* SIZE_MAX: not there */
    size_t width;
    uint64_t unknown;
    additions first, second; /* tags, or IMDb and TMDB ids */
} side;

static size_t find_column(const rs_record *header, int wanted)
{
    unsigned rank, best = UINT32_MAX;
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < header->count; i++) {
        const char *name = rs_record_text(header, i);
        int key = rs_key_find(name, rs_record_size(header, i), &rank);
        if (wanted == TAG) {
            key = strcmp(name, "tag") == 0 ? TAG : RS_KEY_NONE;
            rank = 0;
        }
        if (key != wanted || rank >= best) continue;
        found = i;
        best = rank;
    }
    return found;
}

static int is_tags(const rs_record *header)
{
    return find_column(header, RS_KEY_ID) != SIZE_MAX && find_column(header, TAG) != SIZE_MAX;
}

static int is_links(const rs_record *header)
{
    return find_column(header, RS_KEY_ID) != SIZE_MAX &&
           (find_column(header, RS_IMDB) != SIZE_MAX ||
            find_column(header, RS_TMDB) != SIZE_MAX);
}

/* The value in a column, "" if there is no such column. */
static const char *value_of(const side *s, int key, size_t *size)
{
    size_t column = s->column[key];
    *size = column == SIZE_MAX ? 0 : rs_record_size(&s->record, column);
    return column == SIZE_MAX ? "" : rs_record_text(&s->record, column);
}

static recsys_status add_tag(side *s, size_t movie, recsys_error *err)
{
    size_t size, length;
    const char *tag = value_of(s, TAG, &size), *name;
    recsys_status status = RECSYS_OK;
    while (status == RECSYS_OK && rs_list_next(&tag, &name, &length))
        status = add_text(&s->first, movie, name, length, err);
    return status;
}

static recsys_status add_link(side *s, size_t movie, recsys_error *err)
{
    size_t size;
    const char *id = value_of(s, RS_IMDB, &size);
    recsys_status status = add_text(&s->first, movie, id, size, err);
    id = value_of(s, RS_TMDB, &size);
    return status != RECSYS_OK ? status : add_text(&s->second, movie, id, size, err);
}

typedef recsys_status (*add_fn)(side *s, size_t movie, recsys_error *err);

static recsys_status add_row(side *s, add_fn add, recsys_error *err)
{
    size_t size;
    const rs_record *record = &s->record;
    if (record->count != s->width)
        return rs_input_bad(&s->in, err, record->line,
                            "%zu fields, expected %zu as in the header", record->count,
                            s->width);
    const char *id = value_of(s, RS_KEY_ID, &size), *problem = rs_id_problem(id, size);
    if (problem != NULL)
        return rs_input_bad_value(&s->in, err, record->line, "movie id", id, size, problem);
    size_t movie = rs_ids_find(&s->catalogue->view.ids, id, size);
    if (movie != SIZE_MAX) return add(s, movie, err);
    s->unknown++;
    return RECSYS_OK;
}

static recsys_status read_side(side *s, int (*accept)(const rs_record *), const char *expected,
                               add_fn add, recsys_error *err)
{
    rs_splitting how;
    int more = 1;
    recsys_status status = rs_read_header(&s->in, &s->record, &how, accept, expected, err);
    if (status != RECSYS_OK) return status;
    for (int key = 0; key < SIDE_KEYS; key++) s->column[key] = find_column(&s->record, key);
    s->width = s->record.count;
    while (status == RECSYS_OK) {
        status = rs_input_record(&s->in, &how, &s->record, &more, err);
        if (status != RECSYS_OK || !more) break;
        status = add_row(s, add, err);
    }
    return status;
}

static recsys_status side_open(side *s, recsys_catalogue *catalogue, const char *path,
                               recsys_error *err)
{
    s->catalogue = catalogue;
    s->unknown = 0;
    recsys_status status = rs_input_open(&s->in, catalogue->runtime, path, err);
    if (status != RECSYS_OK) return status;
    s->in.skip_bad = catalogue->skip_bad;
    s->in.most_bad = catalogue->most_bad;
    rs_record_begin(&s->record, catalogue->runtime);
    additions_begin(&s->first, catalogue->runtime);
    additions_begin(&s->second, catalogue->runtime);
    return RECSYS_OK;
}

static void side_close(side *s)
{
    additions_free(&s->first);
    additions_free(&s->second);
    rs_record_free(&s->record);
    rs_input_close(&s->in);
}

recsys_status rs_catalogue_add_tags(recsys_catalogue *catalogue, const char *path,
                                    uint64_t *unknown, recsys_error *err)
{
    side s;
    uint64_t *tags;
    recsys_status status = side_open(&s, catalogue, path, err);
    if (status != RECSYS_OK) return status;
    RS_TRY(read_side(&s, is_tags, "columns movieId and tag", add_tag, err));
    RS_TRY(make_part(catalogue, RS_TAGS, &s.first, 1, &tags, err));
    replace_part(catalogue, RS_TAGS, tags);
    rs_input_tell(&s.in);
    if (unknown != NULL) *unknown = s.unknown;
out:
    side_close(&s);
    return status;
}

recsys_status rs_catalogue_add_links(recsys_catalogue *catalogue, const char *path,
                                     uint64_t *unknown, recsys_error *err)
{
    side s;
    uint64_t *imdb, *tmdb;
    recsys_status status = side_open(&s, catalogue, path, err);
    if (status != RECSYS_OK) return status;
    RS_TRY(read_side(&s, is_links, "columns movieId and imdbId or tmdbId", add_link, err));
    RS_TRY(make_part(catalogue, RS_IMDB, &s.first, 0, &imdb, err));
    status = make_part(catalogue, RS_TMDB, &s.second, 0, &tmdb, err);
    if (status != RECSYS_OK) {
        rs_free(catalogue->runtime, imdb);
        goto out;
    }
    replace_part(catalogue, RS_IMDB, imdb);
    replace_part(catalogue, RS_TMDB, tmdb);
    rs_input_tell(&s.in);
    if (unknown != NULL) *unknown = s.unknown;
out:
    side_close(&s);
    return status;
}
