/* Results as text for people. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/table.h"
#include "report/put.h"
#include "tune.h"

enum { SHOWN = 10, WIDTH = 100 };

static void put_row(const cli_tuning *t, cli_table *table, size_t place)
{
    char number[64];
    size_t trial = t->order[place];
    recsys_trial found = cli_tune_trial(t, trial);
    cli_table_cellf(table, "%zu", place + 1);
    if (trial == 0)
        cli_table_cell(table, "given");
    else
        cli_table_cellf(table, "%zu", trial);
    cli_table_cell(table, cli_fixed(number, found.value, 4));
    rs_text interval;
    rs_text_begin(&interval, t->session.memory);
    cli_report_put_interval(&interval, found.low, found.high);
    cli_table_cell(table, interval.size > 0 ? interval.data : "");
    rs_text_free(&interval);
    cli_table_cellf(table, "%s s", cli_fixed(number, found.fit_seconds, 2));
    cli_table_cell(table, cli_size(number, found.bytes));
    cli_table_cellf(table, "%s ms", cli_fixed(number, 1e3 * found.query_seconds, 2));
}

static void put_trials(const cli_tuning *t, rs_text *out)
{
    cli_table table;
    cli_table_begin(&table, t->session.memory, "rrrlrrr", 2);
    const char *const heads[] = {"rank", "trial", t->metric, "95% interval",
                                 "fit",  "model", "list"};
    for (size_t i = 0; i < 7; i++) cli_table_cell(&table, heads[i]);
    for (size_t i = 0; i < t->state.complete; i++)
        if (i < SHOWN || t->order[i] == 0) put_row(t, &table, i);
    cli_table_end(&table, out);
    if (t->state.complete > SHOWN)
        rs_text_printf(out, "  and %zu more that were judged on everything\n",
                       t->state.complete - SHOWN);
}

static void put_keys(const cli_tuning *t, rs_text *out)
{
    cli_table table;
    rs_text share;
    cli_table_begin(&table, t->session.memory, "lrrr", 2);
    const char *const heads[] = {"key", "given", "best", "mattered"};
    for (size_t i = 0; i < 4; i++) cli_table_cell(&table, heads[i]);
    for (size_t k = 0; k < recsys_space_count(t->space); k++) {
        const cli_tune_key *key = &t->keys[k];
        cli_table_cell(&table, key->key);
        cli_table_cell(&table, key->before);
        cli_table_cell(&table, t->state.best > 0 ? key->after : "");
        rs_text_begin(&share, t->session.memory);
        cli_report_put_percent(&share, key->importance, 0);
        cli_table_cell(&table, share.size > 0 ? share.data : "");
        rs_text_free(&share);
    }
    cli_table_end(&table, out);
}

static void put_line(rs_text *out, const char *name, rs_text *words)
{
    if (words->size > 0) {
        rs_text_printf(out, "%-11s", name);
        cli_put_wrapped(out, words->data, 11, 11, WIDTH);
        rs_text_add(out, "\n");
    }
    out->failed |= words->failed;
    rs_text_free(words);
}

static void put_search(const cli_tuning *t, rs_text *out)
{
    char number[64];
    const recsys_tune_state *s = &t->state;
    rs_text words;
    rs_text_begin(&words, t->session.memory);
    cli_put_count(&words, s->trials - 1, "trial");
    rs_text_printf(&words, " and the given config, %zu judged on all of ", s->complete);
    cli_put_count(&words, s->splits, "split");
    rs_text_printf(&words, " in %s s", cli_fixed(number, s->seconds, 1));
    if (s->taken > 0) {
        rs_text_add(&words, "; of ");
        cli_put_count(&words, s->evaluations, "result");
        rs_text_printf(&words, " %zu were in the journal", s->taken);
    }
    if (s->fits > 0) {
        rs_text_add(&words, "; ");
        cli_put_count(&words, s->fits, "model");
        rs_text_add(&words, " trained, ");
        cli_put_count(&words, s->copied, "source");
        rs_text_add(&words, " of them copied");
    }
    put_line(out, "Search", &words);
}

void cli_tune_text(const cli_tuning *t, rs_text *out)
{
    rs_text words;
    cli_inputs_print(&t->given->inputs, out);
    put_search(t, out);
    rs_text_add(out, "\n");
    put_trials(t, out);
    rs_text_add(out, "\n");
    put_keys(t, out);
    rs_text_add(out, "\n");
    rs_text_begin(&words, t->session.memory);
    cli_tune_put_gain(t, &words);
    put_line(out, "Gain", &words);
    rs_text_begin(&words, t->session.memory);
    cli_tune_put_test(t, &words);
    put_line(out, "Test", &words);
}
