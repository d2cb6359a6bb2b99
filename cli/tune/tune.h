/* What recsys-tune works on. */
#ifndef CLI_TUNE_H
#define CLI_TUNE_H

#include <recsys/tune.h>

#include "common/inputs.h"

/* The command line. */
typedef struct cli_tune_given {
    cli_inputs inputs;
    cli_flags flags;
    const char *test, *space, *metric, *split, *method, *time, *journal, *output, *page;
    int64_t seed, seeds, eta, per_fit, trials;
    int restart, always;
    int argc;
    char **argv;
} cli_tune_given;

/* A key of the space with what it did. */
typedef struct cli_tune_key {
    const char *key, *before, *after; /* of the given config and of the best trial */
    double importance;                /* NaN: not known */
} cli_tune_key;

typedef struct cli_tuning {
    cli_session session;
    cli_tune_given *given;
    recsys_space *space;
    recsys_ratings *test;
    recsys_tune_options options;
    recsys_tuning *tuning;
    recsys_tune_state state; /* as of the last step */
    char *journal;           /* of the options; NULL: none */
    char metric[64];         /* with its length, "ndcg@10" */
    size_t *order;           /* [trials] best first; those not judged on everything behind */
    cli_tune_key *keys;      /* [recsys_space_count] most important first */
    double drawn;            /* when the line of progress was */
} cli_tuning;

/* Every function that returns an int returns CLI_GO_ON, or an exit code after a message. */

/* search.c: space, test ratings and journal, then all steps. */
int cli_tune_search(cli_tuning *t);
void cli_tune_free(cli_tuning *t);

/* results.c: what was found. */
int cli_tune_sum_up(cli_tuning *t);
recsys_trial cli_tune_trial(const cli_tuning *t, size_t trial);
/* The difference in the metric that a stage ended with; 0: none. */
int cli_tune_gain(const cli_tuning *t, recsys_tune_stage stage, recsys_difference *gain);
/* Trials for which no other is both better and cheaper by `cost`, cheapest first, into
 * frontier[trials]; returns how many. Only those judged on everything. */
typedef double (*cli_tune_cost)(const recsys_trial *trial);
size_t cli_tune_frontier(const cli_tuning *t, cli_tune_cost cost, size_t *frontier);
double cli_tune_fit_cost(const recsys_trial *trial);   /* seconds */
double cli_tune_size_cost(const recsys_trial *trial);  /* bytes */
double cli_tune_query_cost(const recsys_trial *trial); /* seconds */
/* One sentence on the gain, and what follows from it. */
void cli_tune_put_gain(const cli_tuning *t, rs_text *out);
void cli_tune_put_test(const cli_tuning *t, rs_text *out); /* nothing without --test */
/* "+0.0123 (0.0010 to 0.0236)" */
void cli_tune_put_difference(const recsys_difference *gain, rs_text *out);

/* The forms in which it is told. */
void cli_tune_text(const cli_tuning *t, rs_text *out);
void cli_tune_json(const cli_tuning *t, rs_text *out);
int cli_tune_config(cli_tuning *t, rs_text *out); /* the chosen config with the reasons */
void cli_tune_page(const cli_tuning *t, rs_text *out);

#endif
