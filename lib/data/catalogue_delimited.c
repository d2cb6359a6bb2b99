/* movies.csv, movies.dat and u.item. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "data/catalogue_read.h"

/* ---- texts with a header --------------------------------------------------------- */

/* Column of each thing, SIZE_MAX: there is none. */
typedef struct columns {
    size_t of[RS_KEYS];
} columns;

static columns find_columns(const rs_record *header)
{
    columns found;
    unsigned best[RS_KEYS], rank;
    for (int key = 0; key < RS_KEYS; key++) found.of[key] = SIZE_MAX;
    for (size_t i = 0; i < header->count; i++) {
        int key = rs_key_find(rs_record_text(header, i), rs_record_size(header, i), &rank);
        if (key == RS_KEY_NONE || (found.of[key] != SIZE_MAX && best[key] <= rank)) continue;
        found.of[key] = i;
        best[key] = rank;
    }
    return found;
}

static int is_catalogue(const rs_record *header)
{
    columns found = find_columns(header);
    if (found.of[RS_KEY_ID] == SIZE_MAX) return 0;
    for (int field = RS_TITLE; field <= RS_TAGS; field++)
        if (found.of[field] != SIZE_MAX) return 1;
    return 0;
}

recsys_status rs_read_header(rs_catalogue_input *in, rs_record *record, rs_splitting *how,
                             int (*accept)(const rs_record *header), const char *expected,
                             recsys_error *err)
{
    static const char *const delimiters[] = {",", ";", "\t"};
    const rs_catalogue_input start = *in;
    int more;
    for (size_t i = 0; i < sizeof delimiters / sizeof *delimiters; i++) {
        *in = start;
        in->skip_bad = 0; /* a header cannot be left out */
        *how = (rs_splitting){.delimiter = delimiters[i], .quotes = 1};
        recsys_status status = rs_input_record(in, how, record, &more, err);
        in->skip_bad = start.skip_bad;
        if (status != RECSYS_OK) return status;
        if (more && accept(record)) return RECSYS_OK;
    }
    *in = start;
    const char *line;
    size_t size, number;
    if (!rs_input_line(in, &line, &size, &number))
        return rs_fail(err, RECSYS_E_EMPTY, "%s: is empty", in->name);
    in->skip_bad = 0;
    return rs_input_bad_value(in, err, number, "header", line, size, expected);
}

static recsys_status bad_column(rs_catalogue_input *in, const rs_record *record, size_t column,
                                const char *title, const char *expected, recsys_error *err)
{
    char where[96];
    snprintf(where, sizeof where, "column %zu (%s)", column + 1, title);
    return rs_input_bad_value(in, err, record->line, where, rs_record_text(record, column),
                              rs_record_size(record, column), expected);
}

static recsys_status add_csv_row(rs_catalogue_input *in, const columns *found,
                                 const rs_record *record, rs_movie_row *row,
                                 rs_catalogue_builder *build, recsys_error *err)
{
    size_t id = found->of[RS_KEY_ID], year = found->of[RS_KEY_YEAR];
    const char *text = rs_record_text(record, id), *problem;
    size_t size = rs_record_size(record, id);
    problem = rs_id_problem(text, size);
    if (problem != NULL) return bad_column(in, record, id, "movie id", problem, err);
    rs_movie_row_clear(row);
    rs_text_add_bytes(&row->id, text, size);
    if (year != SIZE_MAX) {
        problem = rs_year_problem(rs_record_text(record, year), rs_record_size(record, year),
                                  &row->year);
        if (problem != NULL) return bad_column(in, record, year, "year", problem, err);
    }
    for (int field = 0; field < RS_FIELDS; field++)
        if (found->of[field] != SIZE_MAX)
            rs_text_add_bytes(&row->field[field], rs_record_text(record, found->of[field]),
                              rs_record_size(record, found->of[field]));
    return rs_builder_add(build, row, err);
}

static recsys_status read_csv(rs_catalogue_input *in, rs_record *record, rs_movie_row *row,
                              rs_catalogue_builder *build, recsys_error *err)
{
    rs_splitting how;
    int more = 1;
    recsys_status status =
        rs_read_header(in, record, &how, is_catalogue,
                       "columns movieId and title, or lines of movies.dat or u.item", err);
    if (status != RECSYS_OK) return status;
    columns found = find_columns(record);
    size_t width = record->count;
    while (status == RECSYS_OK) {
        status = rs_input_record(in, &how, record, &more, err);
        if (status != RECSYS_OK || !more) break;
        if (record->count != width)
            status =
                rs_input_bad(in, err, record->line, "%zu fields, expected %zu as in the header",
                             record->count, width);
        else
            status = add_csv_row(in, &found, record, row, build, err);
    }
    return status;
}

/* ---- movies.dat ------------------------------------------------------------------ */

/* id::title::genres, where a title may hold "::" itself. */
static recsys_status add_dat_row(rs_catalogue_input *in, const rs_record *record,
                                 rs_movie_row *row, rs_catalogue_builder *build,
                                 recsys_error *err)
{
    size_t last = record->count - 1;
    int64_t number;
    if (record->count < 3)
        return rs_input_bad(in, err, record->line, "%zu fields, expected id::title::genres",
                            record->count);
    const char *problem = rs_id_problem(rs_record_text(record, 0), rs_record_size(record, 0));
    if (problem != NULL) return bad_column(in, record, 0, "movie id", problem, err);
    if (last > 2 &&
        rs_parse_int(rs_record_text(record, last), rs_record_size(record, last), &number))
        return bad_column(in, record, last, "genres", "genres; this looks like ratings or tags",
                          err);
    rs_movie_row_clear(row);
    rs_text_add_bytes(&row->id, rs_record_text(record, 0), rs_record_size(record, 0));
    for (size_t i = 1; i < last; i++) {
        if (i > 1) rs_text_add(&row->field[RS_TITLE], "::");
        rs_text_add_bytes(&row->field[RS_TITLE], rs_record_text(record, i),
                          rs_record_size(record, i));
    }
    rs_text_add_bytes(&row->field[RS_GENRES], rs_record_text(record, last),
                      rs_record_size(record, last));
    return rs_builder_add(build, row, err);
}

/* ---- u.item ---------------------------------------------------------------------- */

enum { ITEM_FIELDS = 24, ITEM_DATE = 2, ITEM_FLAGS = 5 };

/* ml-100k's u.genre; the first flag means that there is none. */
static const char *const item_genres[ITEM_FIELDS - ITEM_FLAGS] = {
    NULL,          "Action", "Adventure", "Animation", "Children's", "Comedy",  "Crime",
    "Documentary", "Drama",  "Fantasy",   "Film-Noir", "Horror",     "Musical", "Mystery",
    "Romance",     "Sci-Fi", "Thriller",  "War",       "Western"};

static int flag_of(const rs_record *record, size_t i)
{
    const char *text = rs_record_text(record, i);
    if (rs_record_size(record, i) != 1 || (text[0] != '0' && text[0] != '1')) return -1;
    return text[0] - '0';
}

static recsys_status add_flags(rs_catalogue_input *in, const rs_record *record,
                               rs_movie_row *row, int *bad, recsys_error *err)
{
    for (size_t i = ITEM_FLAGS; i < ITEM_FIELDS; i++) {
        int flag = flag_of(record, i);
        const char *genre = item_genres[i - ITEM_FLAGS];
        if (flag < 0) {
            *bad = 1;
            return bad_column(in, record, i, genre != NULL ? genre : "unknown", "0 or 1", err);
        }
        if (flag == 0 || genre == NULL) continue;
        rs_text_add(&row->field[RS_GENRES], genre);
        rs_text_add(&row->field[RS_GENRES], "|");
    }
    return RECSYS_OK;
}

/* id|title|release date|video date|url|19 flags; the date "01-Jan-1995" stands in for a year
 * that the title lacks. */
static recsys_status add_item_row(rs_catalogue_input *in, const rs_record *record,
                                  rs_movie_row *row, rs_catalogue_builder *build,
                                  recsys_error *err)
{
    int bad = 0;
    if (record->count != ITEM_FIELDS)
        return rs_input_bad(in, err, record->line, "%zu fields, expected the %d of u.item",
                            record->count, (int)ITEM_FIELDS);
    const char *problem = rs_id_problem(rs_record_text(record, 0), rs_record_size(record, 0));
    if (problem != NULL) return bad_column(in, record, 0, "movie id", problem, err);
    rs_movie_row_clear(row);
    rs_text_add_bytes(&row->id, rs_record_text(record, 0), rs_record_size(record, 0));
    rs_text_add_bytes(&row->field[RS_TITLE], rs_record_text(record, 1),
                      rs_record_size(record, 1));
    recsys_status status = add_flags(in, record, row, &bad, err);
    if (status != RECSYS_OK || bad) return status;
    size_t title = rs_record_size(record, 1), date = rs_record_size(record, ITEM_DATE);
    const char *tail = rs_record_text(record, ITEM_DATE) + (date >= 4 ? date - 4 : 0);
    if (date >= 4 && rs_title_year(rs_record_text(record, 1), &title) == 0 &&
        rs_year_problem(tail, 4, &row->year) != NULL)
        return bad_column(in, record, ITEM_DATE, "release date", "a date that ends with a year",
                          err);
    return rs_builder_add(build, row, err);
}

/* ---- finding the format ---------------------------------------------------------- */

typedef recsys_status (*add_row_fn)(rs_catalogue_input *, const rs_record *, rs_movie_row *,
                                    rs_catalogue_builder *, recsys_error *);

/* How lines without a header are split and read; NULL if the first line is none of those. */
static add_row_fn find_plain(const rs_catalogue_input *in, rs_splitting *how)
{
    rs_catalogue_input look = *in;
    const char *line;
    size_t size, number, bars = 0, colons = 0;
    if (!rs_input_line(&look, &line, &size, &number)) return NULL;
    size_t first = size;
    for (size_t i = 0; i < size; i++) {
        if (line[i] == '|' && bars++ == 0) first = i;
        if (line[i] == ':' && i + 1 < size && line[i + 1] == ':') colons++;
    }
    if (bars >= ITEM_FLAGS && memchr(line, ',', first) == NULL &&
        memchr(line, ':', first) == NULL) {
        *how = (rs_splitting){.delimiter = "|", .latin1 = 1};
        return add_item_row;
    }
    *how = (rs_splitting){.delimiter = "::", .latin1 = 1};
    return colons >= 2 ? add_dat_row : NULL;
}

static recsys_status read_plain(rs_catalogue_input *in, rs_record *record, rs_movie_row *row,
                                rs_catalogue_builder *build, const rs_splitting *how,
                                add_row_fn add_row, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    int more = 1;
    while (status == RECSYS_OK) {
        status = rs_input_record(in, how, record, &more, err);
        if (status != RECSYS_OK || !more) break;
        status = add_row(in, record, row, build, err);
    }
    return status;
}

recsys_status rs_catalogue_read_delimited(rs_catalogue_input *in, rs_catalogue_builder *build,
                                          recsys_error *err)
{
    rs_record record;
    rs_movie_row row;
    rs_splitting how;
    rs_record_begin(&record, in->runtime);
    rs_movie_row_begin(&row, in->runtime);
    add_row_fn add_row = find_plain(in, &how);
    recsys_status status = add_row == NULL
                               ? read_csv(in, &record, &row, build, err)
                               : read_plain(in, &record, &row, build, &how, add_row, err);
    rs_movie_row_free(&row);
    rs_record_free(&record);
    return status;
}
