#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- width on a terminal --------------------------------------------------------- */

static uint32_t decode(const unsigned char *p, size_t length)
{
    static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = p[0] & mask[length];
    for (size_t i = 1; i < length; i++) c = c << 6 | (p[i] & 0x3f);
    return c;
}

/* East Asian wide characters take two columns, combining marks none (the ranges that titles
 * use; a rare exception costs alignment only). */
static size_t character_width(uint32_t c)
{
    if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || c == 0xfeff) return 0;
    if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
        (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
        (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
        (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
        (c >= 0x20000 && c <= 0x3fffd))
        return 2;
    return 1;
}

size_t cli_text_width(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + size;
    size_t width = 0;
    while (p < end) {
        size_t length = rs_utf8_length(p, end);
        width += length == 0 ? 1 : character_width(decode(p, length));
        p += length == 0 ? 1 : length;
    }
    return width;
}

/* C0, DEL and C1 steer terminals, U+202A..E and U+2066..9 turn text around. */
static int is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

void cli_put_clean(rs_text *out, const char *text)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + strlen(text);
    while (p < end) {
        size_t length = rs_utf8_length(p, end);
        if (length == 0 || is_control(decode(p, length)))
            rs_text_add(out, "?");
        else
            rs_text_add_bytes(out, (const char *)p, length);
        p += length == 0 ? 1 : length;
    }
}

/* ---- paragraphs ------------------------------------------------------------------ */

void cli_put_wrapped(rs_text *out, const char *text, size_t column, size_t indent, size_t width)
{
    int fresh = 1; /* nothing on this line yet */
    while (*text != '\0') {
        if (*text == '\n' || *text == ' ') {
            if (*text == '\n') {
                rs_text_printf(out, "\n%*s", (int)indent, "");
                column = indent;
                fresh = 1;
            }
            text++;
            continue;
        }
        size_t size = strcspn(text, " \n"), word = cli_text_width(text, size);
        if (!fresh && column + 1 + word > width) {
            rs_text_printf(out, "\n%*s", (int)indent, "");
            column = indent;
            fresh = 1;
        }
        if (!fresh) rs_text_add(out, " ");
        column += word + !fresh;
        rs_text_add_bytes(out, text, size);
        fresh = 0;
        text += size;
    }
}

/* ---- tables ---------------------------------------------------------------------- */

void cli_table_begin(cli_table *table, recsys_runtime *memory, const char *align, int indent)
{
    *table = (cli_table){.align = align, .columns = strlen(align), .indent = indent};
    rs_text_begin(&table->cells, memory);
}

void cli_table_cell(cli_table *table, const char *text)
{
    size_t column = table->count++ % table->columns, from = table->cells.size;
    cli_put_clean(&table->cells, text);
    if (!table->cells.failed) {
        size_t width = cli_text_width(table->cells.data + from, table->cells.size - from);
        if (width > table->width[column]) table->width[column] = width;
    }
    rs_text_add_bytes(&table->cells, "", 1);
}

void cli_table_cellf(cli_table *table, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    cli_table_cell(table, text);
}

static void put_cell(const cli_table *table, size_t column, const char *text, rs_text *out)
{
    int last = column + 1 == table->columns;
    size_t pad = table->width[column] - cli_text_width(text, strlen(text));
    if (column == 0)
        rs_text_printf(out, "%*s", table->indent, "");
    else
        rs_text_add(out, "  ");
    if (table->align[column] == 'r') rs_text_printf(out, "%*s", (int)pad, "");
    rs_text_add(out, text);
    if (table->align[column] != 'r' && !last) rs_text_printf(out, "%*s", (int)pad, "");
    if (!last) return;
    while (!out->failed && out->size > 0 && out->data[out->size - 1] == ' ') out->size--;
    rs_text_add(out, "\n");
}

void cli_table_end(cli_table *table, rs_text *out)
{
    const char *text = table->cells.data;
    if (table->cells.failed) out->failed = 1;
    for (size_t i = 0; i < table->count && !table->cells.failed; i++) {
        put_cell(table, i % table->columns, text, out);
        text += strlen(text) + 1;
    }
    rs_text_free(&table->cells);
}

/* ---- numbers --------------------------------------------------------------------- */

const char *cli_count(char *buffer, uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count), out = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) buffer[out++] = ',';
        buffer[out++] = digits[i];
    }
    buffer[out] = '\0';
    return buffer;
}

void cli_put_count(rs_text *out, uint64_t count, const char *noun)
{
    char number[32];
    rs_text_printf(out, "%s %s%s", cli_count(number, count), noun, count == 1 ? "" : "s");
}

const char *cli_fixed(char *buffer, double value, int decimals)
{
    snprintf(buffer, 64, "%.*f", decimals, value); /* programs stay in the C locale */
    return buffer;
}

void cli_put_float(rs_text *out, float value)
{
    char buffer[32];
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(buffer, sizeof buffer, "%.*g", digits, (double)value);
        if (strtof(buffer, NULL) == value) break;
    }
    rs_text_add(out, buffer);
}

const char *cli_size(char *buffer, uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    double size = (double)bytes / 1024;
    size_t unit = 0;
    if (bytes < 1024) {
        snprintf(buffer, 32, "%llu bytes", (unsigned long long)bytes);
        return buffer;
    }
    for (; size >= 1024 && unit < 3; unit++) size /= 1024;
    snprintf(buffer, 32, "%.1f %s", size, units[unit]);
    return buffer;
}
