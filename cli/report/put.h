/* Texts and numbers for the report: escaped for HTML, Markdown or CSV. */
#ifndef CLI_REPORT_PUT_H
#define CLI_REPORT_PUT_H

#include "base/text.h"

/* What stands for a number that is not there. */
#define CLI_REPORT_NONE "–"

/* Text, an attribute's value too; control characters and bytes that are not UTF-8 become
 * '?'. NULL adds nothing. */
void cli_report_put_html(rs_text *out, const char *text);
/* The same inside a line or a table's cell of GitHub's Markdown. */
void cli_report_put_markdown(rs_text *out, const char *text);
/* A field of a line of CSV (RFC 4180), in quotes where it needs them. */
void cli_report_put_csv(rs_text *out, const char *text);
/* A word of a shell's command line, in quotes where it needs them; not escaped. */
void cli_report_put_shell(rs_text *out, const char *text);

/* Append `words`, escaped by one of the above, and free them. */
void cli_report_put_words(rs_text *out, rs_text *words, void (*put)(rs_text *, const char *));

/* Four decimals, as the program prints shares; of what is too small for them, three digits.
 * `buffer` of 64 bytes; a dash for NaN. */
const char *cli_report_real_text(char *buffer, double value);
/* The same; with `sign` also a '+'. */
void cli_report_put_real(rs_text *out, double value, int sign);
/* "0.1050 to 0.1176"; nothing where there is no interval. */
void cli_report_put_interval(rs_text *out, double low, double high);
/* "26.8%", with `sign` also a '+'. */
void cli_report_put_percent(rs_text *out, double share, int sign);
/* "1,234"; no count (negative, not whole): a dash. */
void cli_report_put_count(rs_text *out, double count);
/* "1 user", "607 users". */
void cli_report_put_counted(rs_text *out, double count, const char *noun);
/* "at least 0.0123" where only the lower end is known. */
void cli_report_put_ends(rs_text *out, double low, double high);
/* A p-value, escaped for HTML and Markdown. */
void cli_report_put_p(rs_text *out, double p);
/* A threshold or a seed: as short as it can be written. */
void cli_report_put_short(rs_text *out, double value);

#endif
