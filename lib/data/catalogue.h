/* What is known about movies, as columns of strings in id order: a view that a catalogue and
 * a model have in common, and the catalogue that owns its columns. */
#ifndef RS_DATA_CATALOGUE_H
#define RS_DATA_CATALOGUE_H

#include <recsys/catalogue.h>
#include <stdatomic.h>

#include "base/container.h"
#include "data/ids.h"

/* String i is bytes[offsets[i] .. offsets[i + 1]) and ends with a zero byte inside that range,
 * so that it can be handed out as it is. */
typedef struct rs_column {
    const uint64_t *offsets;
    const char *bytes;
} rs_column;

typedef struct rs_catalogue { /* movie numbers are those of `ids` */
    rs_ids ids;
    size_t count;
    const int32_t *year; /* [count], 0: not known */
    rs_column title, genres, cast, overview, tags, imdb, tmdb;
} rs_catalogue;

/* The columns by number, for code that treats them alike. */
enum rs_field {
    RS_TITLE,
    RS_GENRES,
    RS_CAST,
    RS_OVERVIEW,
    RS_TAGS,
    RS_IMDB,
    RS_TMDB,
    RS_FIELDS
};

struct recsys_catalogue {
    atomic_size_t references;
    recsys_runtime *runtime;
    rs_catalogue view;
    void *id_part;         /* what view.ids is bound to */
    int32_t *year;         /* owned memory behind the view */
    void *part[RS_FIELDS]; /* each column: offsets, then bytes */
    int skip_bad;          /* data.on_bad_row as it was when the catalogue was read */
    uint64_t most_bad;
};

static inline const char *rs_column_text(const rs_column *column, size_t i)
{
    return column->bytes + column->offsets[i];
}

/* Length of string i without its zero byte. */
static inline size_t rs_column_size(const rs_column *column, size_t i)
{
    return (size_t)(column->offsets[i + 1] - column->offsets[i]) - 1;
}

rs_column *rs_catalogue_column(rs_catalogue *catalogue, enum rs_field field);

/* View the parts "catalogue.year", "catalogue.title" and so on. A column's part is
 * offsets[count + 1], then the bytes. RECSYS_E_DAMAGED unless each string lies inside and ends
 * with its only zero byte. */
recsys_status rs_catalogue_bind(rs_catalogue *catalogue, const rs_container *container,
                                const rs_ids *ids, recsys_error *err);
/* Add those parts for a table of `movies` ids in which movie i has the number map[i], each a
 * different one; the other movies are unknown: empty strings, year 0. */
recsys_status rs_catalogue_widen(const rs_catalogue *catalogue, const uint32_t *map,
                                 size_t movies, rs_container *into, recsys_error *err);

/* What is known of movie i; the strings stay the catalogue's. */
recsys_movie rs_catalogue_movie(const rs_catalogue *catalogue, size_t i);

/* Step through "a|b|c": 1 and the next name (blanks around it left out, never empty), or 0. */
int rs_list_next(const char **at, const char **name, size_t *size);

/* One more reference, and one less. */
recsys_catalogue *rs_catalogue_hold(const recsys_catalogue *catalogue);
void rs_catalogue_release(recsys_catalogue *catalogue);

#endif
