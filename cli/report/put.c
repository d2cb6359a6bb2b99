#include "put.h"

#include <math.h>
#include <string.h>

#include "common/table.h"

/* ---- texts ----------------------------------------------------------------------- */

/* What comes before or instead of a character, NULL if it stays as it is. */
typedef const char *(*escape)(char c);

static void put_escaped(rs_text *out, const char *text, escape instead)
{
    rs_text clean;
    if (text == NULL) return;
    rs_text_begin(&clean, out->runtime);
    cli_put_clean(&clean, text);
    if (clean.failed) out->failed = 1;
    for (size_t i = 0; i < clean.size; i++) {
        const char *other = instead(clean.data[i]);
        if (other != NULL)
            rs_text_add(out, other);
        else
            rs_text_add_bytes(out, clean.data + i, 1);
    }
    rs_text_free(&clean);
}

static const char *html(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

/* Angle brackets and ampersands as entities: a backslash does not hide them everywhere. */
static const char *markdown(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '|': return "\\|";
    case '\\': return "\\\\";
    case '`': return "\\`";
    case '*': return "\\*";
    case '_': return "\\_";
    case '[': return "\\[";
    case ']': return "\\]";
    case '#': return "\\#";
    case '~': return "\\~";
    case '!': return "\\!";
    default: return NULL;
    }
}

static const char *doubled(char c)
{
    return c == '"' ? "\"\"" : NULL;
}

void cli_report_put_html(rs_text *out, const char *text)
{
    put_escaped(out, text, html);
}

void cli_report_put_markdown(rs_text *out, const char *text)
{
    put_escaped(out, text, markdown);
}

void cli_report_put_csv(rs_text *out, const char *text)
{
    int quoted = text != NULL && strpbrk(text, "\",\r\n") != NULL;
    if (quoted) rs_text_add(out, "\"");
    put_escaped(out, text, doubled);
    if (quoted) rs_text_add(out, "\"");
}

void cli_report_put_shell(rs_text *out, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789_-+=./:,%@";
    if (text[0] != '\0' && text[strspn(text, plain)] == '\0') {
        rs_text_add(out, text);
        return;
    }
    rs_text_add(out, "'");
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            rs_text_add(out, "'\\''");
        else
            rs_text_add_bytes(out, text, 1);
    }
    rs_text_add(out, "'");
}

void cli_report_put_words(rs_text *out, rs_text *words, void (*put)(rs_text *, const char *))
{
    if (words->size > 0) put(out, words->data);
    out->failed |= words->failed;
    rs_text_free(words);
}

/* ---- numbers --------------------------------------------------------------------- */

/* Three digits of what four decimals would hide; what is smaller still is an error of
 * rounding. */
static int decimals_of(double value)
{
    double size = fabs(value);
    return size < 1e-9 || size >= 0.001 ? 4 : 2 - (int)floor(log10(size));
}

/* A value that rounds to zero has no sign. */
static void put_fixed(rs_text *out, double value, int decimals, int sign)
{
    char number[64];
    if (fabs(value) < 0.5 * pow(10, -decimals)) value = 0;
    if (sign && value > 0) rs_text_add(out, "+");
    rs_text_add(out, cli_fixed(number, value, decimals));
}

const char *cli_report_real_text(char *buffer, double value)
{
    if (isnan(value)) return CLI_REPORT_NONE;
    return cli_fixed(buffer, fabs(value) < 1e-9 ? 0 : value, decimals_of(value));
}

void cli_report_put_real(rs_text *out, double value, int sign)
{
    char number[64];
    if (sign && value >= 1e-9) rs_text_add(out, "+");
    rs_text_add(out, cli_report_real_text(number, value));
}

void cli_report_put_interval(rs_text *out, double low, double high)
{
    if (isnan(low) || isnan(high)) return;
    cli_report_put_real(out, low, 0);
    rs_text_add(out, " to ");
    cli_report_put_real(out, high, 0);
}

void cli_report_put_ends(rs_text *out, double low, double high)
{
    if (!isnan(high)) {
        cli_report_put_interval(out, low, high);
    } else if (!isnan(low)) {
        rs_text_add(out, "at least ");
        cli_report_put_real(out, low, 0);
    }
}

void cli_report_put_percent(rs_text *out, double share, int sign)
{
    if (isnan(share)) {
        rs_text_add(out, CLI_REPORT_NONE);
        return;
    }
    put_fixed(out, 100 * share, 1, sign);
    rs_text_add(out, "%");
}

void cli_report_put_count(rs_text *out, double count)
{
    char number[32];
    int fine = count >= 0 && count <= 9007199254740992.0 && floor(count) >= count;
    rs_text_add(out, fine ? cli_count(number, (uint64_t)count) : CLI_REPORT_NONE);
}

void cli_report_put_counted(rs_text *out, double count, const char *noun)
{
    cli_report_put_count(out, count);
    rs_text_printf(out, " %s%s", noun, fabs(count - 1) > 0 ? "s" : "");
}

void cli_report_put_p(rs_text *out, double p)
{
    if (p >= 0 && p < 0.0001)
        rs_text_add(out, "&lt; 0.0001");
    else
        cli_report_put_real(out, p, 0);
}

void cli_report_put_short(rs_text *out, double value)
{
    if (isnan(value))
        rs_text_add(out, CLI_REPORT_NONE);
    else
        rs_text_add_real(out, value);
}
