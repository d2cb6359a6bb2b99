/* From rows of movies in any order to a catalogue in id order. */
#ifndef RS_DATA_CATALOGUE_BUILD_H
#define RS_DATA_CATALOGUE_BUILD_H

#include "base/text.h"
#include "data/catalogue.h"

/* One movie as a reader found it. The texts hold no zero byte; a reader fills them and calls
 * rs_builder_add, which cleans them up: the year leaves the title, lists lose empty names. */
typedef struct rs_movie_row {
    rs_text id, field[RS_FIELDS];
    int64_t year; /* 0: not known */
} rs_movie_row;

void rs_movie_row_begin(rs_movie_row *row, recsys_runtime *runtime);
void rs_movie_row_clear(rs_movie_row *row);
void rs_movie_row_free(rs_movie_row *row);

typedef struct rs_catalogue_builder {
    recsys_runtime *runtime;
    rs_text bytes;         /* each row's id and fields, zero-ended, one after the other */
    struct rs_built *rows; /* private to catalogue_build.c */
    size_t count, capacity;
} rs_catalogue_builder;

void rs_builder_begin(rs_catalogue_builder *build, recsys_runtime *runtime);
/* Add a row; it is changed on the way. */
recsys_status rs_builder_add(rs_catalogue_builder *build, rs_movie_row *row, recsys_error *err);
/* The catalogue of all rows, with one reference; of two rows with one id the later counts. */
recsys_status rs_builder_finish(const rs_catalogue_builder *build, recsys_catalogue **catalogue,
                                recsys_error *err);
void rs_builder_free(rs_catalogue_builder *build);

/* Cut a year at the end of title[*size], "Title (1999)", and blanks around what is left.
 * Returns the year, or 0 and keeps the title where there is none. */
int rs_title_year(const char *title, size_t *size);

#endif
