#include "data/catalogue_read.h"

#include <string.h>

#include "base/error.h"
#include "config/config.h"

enum { NAME_MOST = 24 };

/* ---- names of columns and keys --------------------------------------------------- */

/* Names without '_' in lower case, the preferred one first. */
static const struct key_names {
    int key;
    const char *names[5];
    const char *text;
} key_table[] = {
    {RS_KEY_ID, {"movieid", "movie", "itemid", "item", "id"}, "movie_id or id"},
    {RS_TITLE, {"title", "movietitle", NULL, NULL, NULL}, "title"},
    {RS_KEY_YEAR, {"year", "releaseyear", NULL, NULL, NULL}, "year"},
    {RS_GENRES, {"genres", "genre", NULL, NULL, NULL}, "genres"},
    {RS_CAST, {"cast", "actors", NULL, NULL, NULL}, "cast"},
    {RS_OVERVIEW, {"overview", "extract", "description", "plot", NULL}, "overview or extract"},
    {RS_TAGS, {"tags", "keywords", NULL, NULL, NULL}, "tags"},
    {RS_IMDB, {"imdbid", "imdb", NULL, NULL, NULL}, "imdb_id"},
    {RS_TMDB, {"tmdbid", "tmdb", NULL, NULL, NULL}, "tmdb_id"},
};

enum { KEY_ROWS = sizeof key_table / sizeof *key_table };

/* The name in lower case without '_' and blanks; 0 if it is too long to be one of ours. */
static int plain_name(char out[NAME_MOST], const char *name, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        if (c == '_' || c == ' ') continue;
        if (used + 1 == NAME_MOST) return 0;
        out[used++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    out[used] = '\0';
    return 1;
}

int rs_key_find(const char *name, size_t size, unsigned *rank)
{
    char plain[NAME_MOST];
    if (!plain_name(plain, name, size)) return RS_KEY_NONE;
    for (size_t row = 0; row < KEY_ROWS; row++)
        for (unsigned i = 0; i < 5 && key_table[row].names[i] != NULL; i++)
            if (strcmp(plain, key_table[row].names[i]) == 0) {
                *rank = i;
                return key_table[row].key;
            }
    return RS_KEY_NONE;
}

const char *rs_key_names(int key)
{
    for (size_t row = 0; row < KEY_ROWS; row++)
        if (key_table[row].key == key) return key_table[row].text;
    return "";
}

/* ---- values ---------------------------------------------------------------------- */

const char *rs_year_problem(const char *text, size_t size, int64_t *year)
{
    double value = 0;
    if (size > 0 && !rs_parse_real(text, size, &value)) return "a year";
    if (!(value >= 0 && value <= 9999) || value != (double)(int64_t)value)
        return "a whole year from 0 to 9999";
    *year = (int64_t)value;
    return NULL;
}

/* ---- one file -------------------------------------------------------------------- */

static recsys_status read_rows(rs_catalogue_input *in, rs_catalogue_builder *build,
                               recsys_error *err)
{
    const char *at = in->at;
    while (at < in->end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
    if (at == in->end) return rs_fail(err, RECSYS_E_EMPTY, "%s: is empty", in->name);
    if (in->end - at >= 2 && (memcmp(at, "\xff\xfe", 2) == 0 || memcmp(at, "\xfe\xff", 2) == 0))
        return rs_fail(err, RECSYS_E_PARSE, "%s:1: is UTF-16, expected UTF-8", in->name);
    if (*at == '[')
        return rs_fail(err, RECSYS_E_PARSE,
                       "%s:%zu: is one JSON array, expected JSON lines: one object per line",
                       in->name, in->line);
    return *at == '{' ? rs_catalogue_read_jsonl(in, build, err)
                      : rs_catalogue_read_delimited(in, build, err);
}

static recsys_status read_input(rs_catalogue_input *in, recsys_catalogue **catalogue,
                                recsys_error *err)
{
    rs_catalogue_builder build;
    recsys_catalogue *made;
    rs_builder_begin(&build, in->runtime);
    recsys_status status = read_rows(in, &build, err);
    if (status == RECSYS_OK && build.count == 0)
        status = rs_fail(err, RECSYS_E_EMPTY, "%s: holds no movie%s%s", in->name,
                         in->bad > 0 ? "; the first bad row: " : "", in->first_bad);
    if (status == RECSYS_OK) status = rs_builder_finish(&build, &made, err);
    rs_builder_free(&build);
    if (status != RECSYS_OK) return status;
    made->skip_bad = in->skip_bad;
    made->most_bad = in->most_bad;
    rs_input_tell(in);
    *catalogue = made;
    return RECSYS_OK;
}

recsys_status rs_catalogue_read(recsys_catalogue **catalogue, recsys_runtime *runtime,
                                const char *path, const recsys_config *config,
                                recsys_error *err)
{
    rs_catalogue_input in;
    recsys_status status = rs_input_open(&in, runtime, path, err);
    if (status != RECSYS_OK) return status;
    const char *policy = rs_config_text(config, "data.on_bad_row");
    in.skip_bad = policy != NULL && strcmp(policy, "skip") == 0;
    in.most_bad = (uint64_t)rs_config_int(config, "data.max_bad_rows");
    status = read_input(&in, catalogue, err);
    rs_input_close(&in);
    return status;
}
