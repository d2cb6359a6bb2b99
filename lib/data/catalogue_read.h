/* Catalogue files in, whatever their format. */
#ifndef RS_DATA_CATALOGUE_READ_H
#define RS_DATA_CATALOGUE_READ_H

#include <recsys/config.h>

#include "data/catalogue_build.h"
#include "data/catalogue_input.h"
#include "data/idtable.h"

recsys_status rs_catalogue_read(recsys_catalogue **catalogue, recsys_runtime *runtime,
                                const char *path, const recsys_config *config,
                                recsys_error *err);
/* tags.csv and links.csv; *unknown counts rows of movies that the catalogue lacks. */
recsys_status rs_catalogue_add_tags(recsys_catalogue *catalogue, const char *path,
                                    uint64_t *unknown, recsys_error *err);
recsys_status rs_catalogue_add_links(recsys_catalogue *catalogue, const char *path,
                                     uint64_t *unknown, recsys_error *err);

/* ---- between the readers --------------------------------------------------------- */

/* What a column or JSON key holds: an rs_field, or one of these. */
enum rs_key { RS_KEY_ID = RS_FIELDS, RS_KEY_YEAR, RS_KEYS, RS_KEY_NONE = -1 };

/* What this name of a column or key stands for (case and '_' do not matter). *rank orders
 * the names of one thing: "movie_id" goes before "id". */
int rs_key_find(const char *name, size_t size, unsigned *rank);
/* The names to expect, for messages: "movie_id or id". */
const char *rs_key_names(int key);

/* A year from text: empty is 0, not known. NULL if it is one, else what was expected. */
const char *rs_year_problem(const char *text, size_t size, int64_t *year);

/* Read all rows of `in` into `build`. */
recsys_status rs_catalogue_read_delimited(rs_catalogue_input *in, rs_catalogue_builder *build,
                                          recsys_error *err);
recsys_status rs_catalogue_read_jsonl(rs_catalogue_input *in, rs_catalogue_builder *build,
                                      recsys_error *err);

/* Find the delimiter of a text with a header, ',', ';' or tab: the one that gives columns
 * for which `accept` is true. The header is left in `record` and `in` stands behind it. */
recsys_status rs_read_header(rs_catalogue_input *in, rs_record *record, rs_splitting *how,
                             int (*accept)(const rs_record *header), const char *expected,
                             recsys_error *err);

#endif
