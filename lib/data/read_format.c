/* Which format the bytes are in, found from their first lines. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "data/read.h"

static const char *const role_names[RS_ROLES] = {"user", "movie", "rating", "timestamp"};

/* ---- names of columns ------------------------------------------------------------ */

void rs_column_plain(char to[RS_COLUMN_NAME], const char *name, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < size && name[i] != ':' && n + 1 < RS_COLUMN_NAME; i++) {
        char c = name[i];
        if (c == '_' || c == '-' || c == ' ') continue;
        to[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
    }
    to[n] = '\0';
}

static unsigned usual_name(int role, const char *name, size_t size)
{
    static const char *const usual[RS_ROLES][10] = {
        {"userid", "user", "uid", "customerid", "memberid", "reviewerid", NULL},
        {"movieid", "movie", "itemid", "item", "filmid", "film", "titleid", "productid", NULL},
        {"rating", "ratings", "score", "stars", NULL},
        {"timestamp", "time", "ts", "datetime", "date", "ratedat", "createdat", NULL}};
    char plain[RS_COLUMN_NAME];
    rs_column_plain(plain, name, size);
    for (unsigned i = 0; usual[role][i] != NULL; i++)
        if (strcmp(plain, usual[role][i]) == 0) return i + 1;
    return 0;
}

int rs_role_of(const rs_read_options *options, const char *name, size_t size, unsigned *rank)
{
    *rank = 1;
    for (int role = 0; role < RS_ROLES; role++) {
        const char *wanted = options->column[role];
        if (size > 0 && strlen(wanted) == size && memcmp(wanted, name, size) == 0) return role;
    }
    for (int role = 0; role < RS_ROLES; role++) {
        if (options->column[role][0] != '\0') continue;
        *rank = usual_name(role, name, size);
        if (*rank != 0) return role;
    }
    return -1;
}

recsys_status rs_read_options_check(const rs_read_options *options, recsys_error *err)
{
    for (int a = 0; a < RS_ROLES; a++)
        for (int b = 0; b < a; b++)
            if (options->column[a][0] != '\0' &&
                strcmp(options->column[a], options->column[b]) == 0)
                return rs_fail(err, RECSYS_E_CONFIG,
                               "column \"%s\" is named twice: data.%s_column, data.%s_column",
                               options->column[a], role_names[b], role_names[a]);
    return RECSYS_OK;
}

/* ---- the first line -------------------------------------------------------------- */

typedef struct header {
    size_t columns;
    size_t column[RS_ROLES]; /* SIZE_MAX: none */
    unsigned rank[RS_ROLES];
    int twice[RS_ROLES];
    int third_is_number, blank_id; /* of the first row, should there be no header */
    const char *next;
} header;

static void note_column(header *h, const rs_read_options *options, const char *data,
                        size_t size)
{
    unsigned rank;
    int role = rs_role_of(options, data, size, &rank);
    if (role < 0 || (h->rank[role] != 0 && rank > h->rank[role])) return;
    h->twice[role] = rank == h->rank[role];
    h->rank[role] = rank;
    h->column[role] = h->columns;
}

/* Split the first line as `format` says. */
static void read_header(header *h, const rs_format *format, const rs_read_options *options,
                        const char *line, const char *end)
{
    rs_splitter s = {.format = format, .at = line, .end = rs_next_row(format, line, end)};
    const char *data;
    size_t size;
    double number;
    *h = (header){.next = s.end};
    for (int role = 0; role < RS_ROLES; role++) h->column[role] = SIZE_MAX;
    for (; rs_split_next(&s, &data, &size); h->columns++) {
        note_column(h, options, data, size);
        if (h->columns < 2 && size == 0) h->blank_id = 1;
        if (h->columns == 2)
            h->third_is_number = size == 0 || rs_parse_real(data, size, &number);
    }
}

static int names_ids(const header *h)
{
    return h->column[RS_USER] != SIZE_MAX && h->column[RS_MOVIE] != SIZE_MAX;
}

/* ---- from a header to a format --------------------------------------------------- */

static void name_column(rs_format *f, int role, const char *data, size_t size)
{
    size_t take = size < RS_COLUMN_NAME ? size : RS_COLUMN_NAME - 1;
    memcpy(f->column[role], data, take);
    f->column[role][take] = '\0';
}

static void use_header(rs_format *f, const header *h, const char *line)
{
    rs_splitter s = {.format = f, .at = line, .end = h->next};
    const char *data;
    size_t size;
    memset(f->role, RS_NO_ROLE, sizeof f->role);
    for (size_t c = 0; rs_split_next(&s, &data, &size); c++)
        for (int role = 0; role < RS_ROLES; role++)
            if (h->column[role] == c && c < RS_MOST_COLUMNS) {
                f->role[c] = (uint8_t)role;
                f->given[role] = 1;
                name_column(f, role, data, size);
            }
    f->columns = h->columns;
}

/* User, movie, rating, time, and more columns if there are. */
static void use_positions(rs_format *f, const header *h)
{
    memset(f->role, RS_NO_ROLE, sizeof f->role);
    for (int role = 0; role < RS_ROLES && (size_t)role < h->columns; role++) {
        f->role[role] = (uint8_t)role;
        f->given[role] = 1;
        name_column(f, role, role_names[role], strlen(role_names[role]));
    }
    f->columns = h->columns;
}

static void set_delimiter(rs_format *f, const char *delimiter)
{
    f->delimiter_size = strlen(delimiter);
    memcpy(f->delimiter, delimiter, f->delimiter_size + 1);
    f->quotes = f->delimiter_size == 1;
}

/* ---- errors ---------------------------------------------------------------------- */

/* The columns found, for a message: at most about 200 bytes. */
static void list_columns(char to[256], const rs_format *f, const char *line, const char *next)
{
    rs_splitter s = {.format = f, .at = line, .end = next};
    const char *data;
    size_t size, n = 0;
    to[0] = '\0';
    while (n < 160 && rs_split_next(&s, &data, &size)) {
        int take = size > 32 || !rs_utf8_valid(data, size) ? 0 : (int)size;
        int put = snprintf(to + n, 256 - n, "%s\"%.*s%s\"", n > 0 ? ", " : "", take, data,
                           take == 0 && size > 0 ? "..." : "");
        n += put > 0 ? (size_t)put : 0;
    }
    if (!s.last && n < 240) snprintf(to + n, 256 - n, ", ...");
    for (char *p = to; *p != '\0'; p++)
        if ((unsigned char)*p < 0x20) *p = '?';
}

static const char *printable(const rs_format *f)
{
    return f->delimiter[0] == '\t' ? "\\t" : f->delimiter;
}

static recsys_status no_column(const rs_format *f, const rs_read_options *options, int role,
                               const char *line, const header *h, const char *where,
                               recsys_error *err)
{
    static const char *const expected[RS_ROLES] = {
        "userId, user_id or user", "movieId, movie_id, item_id or item", "rating", "timestamp"};
    char columns[256];
    list_columns(columns, f, line, h->next);
    if (options->column[role][0] != '\0')
        return rs_fail(err, RECSYS_E_PARSE,
                       "%s: no column \"%s\" (data.%s_column): separated by \"%s\" the columns "
                       "are %s",
                       where, options->column[role], role_names[role], printable(f), columns);
    return rs_fail(
        err, RECSYS_E_PARSE,
        "%s: the first line names no %s column (expected %s): separated by \"%s\" it "
        "has %s; name it by data.%s_column, or say data.format = u.data if there is "
        "no header",
        where, role_names[role], expected[role], printable(f), columns, role_names[role]);
}

static recsys_status check_header(const rs_format *f, const rs_read_options *options,
                                  const char *line, const header *h, const char *where,
                                  recsys_error *err)
{
    for (int role = 0; role < RS_ROLES; role++) {
        if (h->twice[role])
            return rs_fail(err, RECSYS_E_PARSE,
                           "%s: two columns could be the %s; name one by data.%s_column", where,
                           role_names[role], role_names[role]);
        int needed = role <= RS_MOVIE || options->column[role][0] != '\0';
        if (h->column[role] == SIZE_MAX && needed)
            return no_column(f, options, role, line, h, where, err);
        if (h->column[role] != SIZE_MAX && h->column[role] >= RS_MOST_COLUMNS)
            return rs_fail(err, RECSYS_E_UNSUPPORTED,
                           "%s: column \"%s\" is not among the first %d", where,
                           options->column[role], RS_MOST_COLUMNS);
    }
    return RECSYS_OK;
}

/* ---- choosing a delimiter -------------------------------------------------------- */

static const char *const delimiters[] = {"::", "\t", ",", ";", "|", " "};
enum { DELIMITERS = sizeof delimiters / sizeof *delimiters, NAMELESS = 2 };

/* The delimiter by which the first line names a user and a movie; else one of the two that
 * MovieLens has without a header, if the first line looks like a rating; else the one that
 * gives most columns, for the message. */
static int choose_delimiter(rs_format *f, const rs_read_options *options, const char *line,
                            const char *end)
{
    header h;
    size_t most = 0, best = 2;
    for (size_t i = 0; i < DELIMITERS; i++) {
        set_delimiter(f, delimiters[i]);
        read_header(&h, f, options, line, end);
        if (names_ids(&h)) return 1;
        if (h.columns > most) {
            most = h.columns;
            best = i;
        }
    }
    for (size_t i = 0; i < NAMELESS; i++) {
        set_delimiter(f, delimiters[i]);
        read_header(&h, f, options, line, end);
        if (h.columns >= 3 && h.third_is_number && !h.blank_id) return 1;
    }
    set_delimiter(f, delimiters[best]);
    return 0;
}

static recsys_status given_delimiter(rs_format *f, const char *given, recsys_error *err)
{
    if (strcmp(given, "\\t") == 0) given = "\t";
    int bad = given[0] == '"' || given[0] == '\n' || given[0] == '\r' ||
              (strlen(given) != 1 && strcmp(given, "::") != 0);
    if (bad)
        return rs_fail(err, RECSYS_E_CONFIG,
                       "data.delimiter: \"%s\" is not one character, \"\\t\" or \"::\"", given);
    set_delimiter(f, given);
    return RECSYS_OK;
}

static recsys_status settle_delimiter(rs_format *f, const rs_read_options *options,
                                      const char *line, const char *end, recsys_error *err)
{
    if (options->delimiter[0] != '\0') return given_delimiter(f, options->delimiter, err);
    if (options->format == RS_FORMAT_U_DATA)
        set_delimiter(f, "\t");
    else if (options->format == RS_FORMAT_DAT)
        set_delimiter(f, "::");
    else
        (void)choose_delimiter(f, options, line, end);
    return RECSYS_OK;
}

static void name_format(rs_format *f, int positions)
{
    if (positions && f->delimiter[0] == '\t')
        snprintf(f->name, sizeof f->name, "u.data");
    else if (f->delimiter[0] == ',')
        snprintf(f->name, sizeof f->name, "csv");
    else if (f->delimiter[0] == '\t')
        snprintf(f->name, sizeof f->name, "tsv");
    else
        snprintf(f->name, sizeof f->name, "%s", f->delimiter);
}

static recsys_status find_delimited(rs_format *f, const rs_read_options *options,
                                    const char *line, const char *begin, const char *end,
                                    const char *where, recsys_error *err)
{
    header h;
    int fixed = options->format == RS_FORMAT_U_DATA || options->format == RS_FORMAT_DAT;
    recsys_status status = settle_delimiter(f, options, line, end, err);
    if (status != RECSYS_OK) return status;
    read_header(&h, f, options, line, end);
    int nameless = f->delimiter[0] == '\t' || f->delimiter_size == 2;
    int positions = !names_ids(&h) && options->format != RS_FORMAT_CSV &&
                    (fixed || (nameless && h.third_is_number && !h.blank_id));
    for (int role = 0; role < RS_ROLES; role++)
        if (options->column[role][0] != '\0') positions = 0;
    name_format(f, positions);
    if (positions) {
        if (h.columns < 2)
            return rs_fail(
                err, RECSYS_E_PARSE,
                "%s: has one column, expected user, movie, rating and time separated "
                "by \"%s\"",
                where, printable(f));
        f->quotes = 0;
        read_header(&h, f, options, line, end);
        use_positions(f, &h);
        f->body = (size_t)(line - begin);
        return RECSYS_OK;
    }
    status = check_header(f, options, line, &h, where, err);
    if (status != RECSYS_OK) return status;
    use_header(f, &h, line);
    f->body = (size_t)(h.next - begin);
    return RECSYS_OK;
}

/* ---- the whole ------------------------------------------------------------------- */

recsys_status rs_refuse_binary(const rs_bytes *bytes, const char *name, recsys_error *err)
{
    static const struct {
        const char *magic, *what;
        size_t size;
    } known[] = {{"PK\003\004", "a zip archive", 4},
                 {"PAR1", "a Parquet file", 4},
                 {"\x28\xb5\x2f\xfd", "zstd data", 4},
                 {"BZh", "bzip2 data", 3},
                 {"\xfd"
                  "7zXZ",
                  "xz data", 5},
                 {"ARROW1", "an Arrow file", 6},
                 {"\xff\xfe", "UTF-16 text", 2},
                 {"\xfe\xff", "UTF-16 text", 2},
                 {"SQLite format", "a SQLite file", 13}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bytes->size >= known[i].size &&
            memcmp(bytes->data, known[i].magic, known[i].size) == 0)
            return rs_fail(err, RECSYS_E_PARSE,
                           "%s: is %s, expected UTF-8 text, plain or in gzip", name,
                           known[i].what);
    size_t look = bytes->size < 4096 ? bytes->size : 4096;
    if (memchr(bytes->data, 0, look) != NULL)
        return rs_fail(err, RECSYS_E_PARSE, "%s: holds zero bytes, expected text", name);
    return RECSYS_OK;
}

/* First line that is not blank. */
static const char *first_line(const char *at, const char *end, size_t *line)
{
    const char *begin = at;
    for (; at < end; at++) {
        if (*at == '\n') {
            ++*line;
            begin = at + 1;
        } else if (*at != '\r' && *at != ' ' && *at != '\t') {
            return begin;
        }
    }
    return end;
}

recsys_status rs_format_find(rs_format *format, const rs_read_options *options,
                             const rs_bytes *bytes, const char *name, recsys_error *err)
{
    char where[300];
    const char *begin = (const char *)bytes->data, *end = begin + bytes->size;
    size_t line = 1;
    recsys_status status = rs_read_options_check(options, err);
    if (status == RECSYS_OK) status = rs_refuse_binary(bytes, name, err);
    if (status != RECSYS_OK) return status;
    *format = (rs_format){.columns = 0};
    const char *text = begin;
    if (bytes->size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) text += 3;
    const char *at = first_line(text, end, &line);
    if (at == end) return rs_fail(err, RECSYS_E_EMPTY, "%s: holds no rows", name);
    snprintf(where, sizeof where, "%.280s:%zu", name, line);
    char first = at[strspn(at, " \t")]; /* there is something else on this line */
    if (options->format == RS_FORMAT_AUTO && first == '[')
        return rs_fail(err, RECSYS_E_PARSE,
                       "%s: begins with '[', expected JSON lines: one object on each line",
                       where);
    if (options->format == RS_FORMAT_JSONL ||
        (options->format == RS_FORMAT_AUTO && first == '{')) {
        format->json = 1;
        format->body = (size_t)(at - begin);
        for (int role = 0; role < RS_ROLES; role++)
            name_column(format, role, options->column[role], strlen(options->column[role]));
        snprintf(format->name, sizeof format->name, "jsonl");
        return RECSYS_OK;
    }
    return find_delimited(format, options, at, begin, end, where, err);
}
