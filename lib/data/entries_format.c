#include "data/entries_format.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"

/* ---- names ----------------------------------------------------------------------- */

int rs_entry_role(const char *name, size_t size)
{
    static const char *const usual[RS_ENTRY_ROLES][10] = {
        {"user", "userid", "uid", "query", "queryid", "qid", NULL},
        {"movie", "movieid", "item", "itemid", "iid", "doc", "docid", "docno", NULL},
        {"score", "rating", "prediction", "relevance", "rel", "grade", "label", "weight", NULL},
        {"rank", "position", NULL}};
    char plain[RS_COLUMN_NAME];
    rs_column_plain(plain, name, size);
    for (int role = 0; role < RS_ENTRY_ROLES; role++)
        for (size_t i = 0; usual[role][i] != NULL; i++)
            if (strcmp(plain, usual[role][i]) == 0) return role;
    return -1;
}

/* ---- TREC ------------------------------------------------------------------------ */

enum { MOST_FIELDS = 7 };

static size_t blank_fields(const char *p, const char *end, rs_field field[MOST_FIELDS])
{
    size_t count = 0;
    while (count < MOST_FIELDS) {
        while (p < end && (*p == ' ' || *p == '\t' || *p == '\r')) p++;
        if (p == end) break;
        const char *from = p;
        while (p < end && *p != ' ' && *p != '\t' && *p != '\r') p++;
        field[count++] = (rs_field){RS_FIELD_TEXT, from, (size_t)(p - from)};
    }
    return count;
}

static int is_number(const rs_field *field)
{
    double value;
    return rs_parse_real(field->data, field->size, &value);
}

/* user Q0 movie rank score tag, or user 0 movie grade. */
static int is_trec(rs_format *f, const char *line, const char *end)
{
    static const uint8_t run[6] = {RS_ENTRY_USER, RS_NO_ROLE,     RS_ENTRY_MOVIE,
                                   RS_NO_ROLE,    RS_ENTRY_VALUE, RS_NO_ROLE};
    static const uint8_t judged[4] = {RS_ENTRY_USER, RS_NO_ROLE, RS_ENTRY_MOVIE,
                                      RS_ENTRY_VALUE};
    rs_field field[MOST_FIELDS];
    size_t count = blank_fields(line, end, field);
    int is_run = count == 6 && is_number(&field[3]) && is_number(&field[4]);
    if (!is_run && !(count == 4 && is_number(&field[1]) && is_number(&field[3]))) return 0;
    memset(f->role, RS_NO_ROLE, sizeof f->role);
    memcpy(f->role, is_run ? run : judged, is_run ? sizeof run : sizeof judged);
    f->columns = count;
    f->delimiter[0] = ' ';
    f->delimiter_size = 1;
    f->given[RS_ENTRY_USER] = f->given[RS_ENTRY_MOVIE] = f->given[RS_ENTRY_VALUE] = 1;
    return 1;
}

/* ---- text with a header ---------------------------------------------------------- */

/* Roles by the header's names; 0 if it names no user and movie. */
static int read_header(rs_format *f, char delimiter, const char *line, const char *end)
{
    rs_splitter s = {.format = f, .at = line, .end = end};
    const char *data;
    size_t size;
    memset(f->role, RS_NO_ROLE, sizeof f->role);
    memset(f->given, 0, sizeof f->given);
    f->delimiter[0] = delimiter;
    f->delimiter_size = 1;
    f->quotes = 1;
    for (f->columns = 0; rs_split_next(&s, &data, &size); f->columns++) {
        int role = rs_entry_role(data, size);
        if (role < 0 || f->columns >= RS_MOST_COLUMNS || f->given[role]) continue;
        f->role[f->columns] = (uint8_t)role;
        f->given[role] = 1;
    }
    return f->given[RS_ENTRY_USER] && f->given[RS_ENTRY_MOVIE] && f->columns <= RS_MOST_COLUMNS;
}

/* ---- the whole ------------------------------------------------------------------- */

static const char *first_line(const char *p, const char *end, size_t *line)
{
    const char *begin = p;
    for (; p < end && (*p == '\n' || *p == '\r' || *p == ' ' || *p == '\t'); p++)
        if (*p == '\n') {
            ++*line;
            begin = p + 1;
        }
    return p == end ? end : begin;
}

recsys_status rs_entry_format_find(rs_format *format, const rs_bytes *bytes, const char *name,
                                   recsys_error *err)
{
    static const char delimiters[] = "\t,;|";
    const char *begin = (const char *)bytes->data, *end = begin + bytes->size;
    size_t number = 1;
    recsys_status status = rs_refuse_binary(bytes, name, err);
    if (status != RECSYS_OK) return status;
    *format = (rs_format){.columns = 0};
    const char *text = begin;
    if (bytes->size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) text += 3;
    const char *line = first_line(text, end, &number);
    if (line == end) return rs_fail(err, RECSYS_E_EMPTY, "%s: holds no rows", name);
    const char *line_end = memchr(line, '\n', (size_t)(end - line));
    const char *next = line_end != NULL ? line_end + 1 : end;
    if (line_end == NULL) line_end = end;
    format->body = (size_t)(line - begin);
    if (line[strspn(line, " \t")] == '{') {
        format->json = 1;
        return RECSYS_OK;
    }
    if (is_trec(format, line, line_end)) return RECSYS_OK;
    format->body = (size_t)(next - begin);
    for (size_t i = 0; delimiters[i] != '\0'; i++)
        if (read_header(format, delimiters[i], line, line_end)) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_PARSE,
                   "%s:%zu: is no line of a TREC run (user Q0 movie rank score tag) or of TREC "
                   "judgements (user 0 movie grade), no JSON and no header that names a user "
                   "and a movie column (expected names such as user_id, item_id, score, rank)",
                   name, number);
}
