/* Text for people: aligned tables, wrapped paragraphs, sizes and counts. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "base/text.h"

enum { CLI_TABLE_COLUMNS = 24 };

/* Cells are gathered row by row, then printed with columns as wide as their widest cell. */
typedef struct cli_table {
    rs_text cells; /* zero-ended strings */
    size_t columns, count;
    const char *align; /* one of 'l' 'r' per column */
    int indent;        /* blanks before each row */
    size_t width[CLI_TABLE_COLUMNS];
} cli_table;

void cli_table_begin(cli_table *table, recsys_runtime *memory, const char *align, int indent);
/* Add the next cell; control characters become '?', so that data cannot steer a terminal. */
void cli_table_cell(cli_table *table, const char *text);
void cli_table_cellf(cli_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Append all rows to `out`, each with a newline, and free the table. */
void cli_table_end(cli_table *table, rs_text *out);

/* Columns that text takes on a terminal (UTF-8). */
size_t cli_text_width(const char *text, size_t size);
/* Append text without control characters. */
void cli_put_clean(rs_text *out, const char *text);
/* Append text wrapped at `width` columns; all lines after the first begin with `indent`
 * blanks, the first at column `column`. '\n' in text ends a paragraph. */
void cli_put_wrapped(rs_text *out, const char *text, size_t column, size_t indent,
                     size_t width);
/* 1234567 -> "1,234,567" and 1500000 bytes -> "1.4 MiB"; `buffer` of 32 bytes. */
const char *cli_count(char *buffer, uint64_t count);
/* Append "1,234 movies" or "1 movie". */
void cli_put_count(rs_text *out, uint64_t count, const char *noun);
const char *cli_size(char *buffer, uint64_t bytes);
/* The shortest text that gives the same float, e.g. 3.7 rather than 3.7000000476837158. */
void cli_put_float(rs_text *out, float value);
/* A real with a fixed number of decimals and always a '.'; `buffer` of 64 bytes. */
const char *cli_fixed(char *buffer, double value, int decimals);

#endif
