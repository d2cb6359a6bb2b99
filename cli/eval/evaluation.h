/* What recsys-eval works on: systems, each with one run for every split. */
#ifndef CLI_EVALUATION_H
#define CLI_EVALUATION_H

#include "common/inputs.h"
#include "report/view.h"

enum { CLI_NOT_GIVEN = -1 };

/* The command line. */
typedef struct cli_eval_given {
    cli_inputs inputs;
    cli_flags flags;
    const char *split, *seeds, *model, *verdict_dir, *run, *judgements, *profile, *cutoffs,
        *champion;
    cli_list against, train, test;
    const char *page, *markdown, *csv, *per_user;
    int64_t seed, k;
    int argc;
    char **argv;
} cli_eval_given;

typedef enum cli_system_kind {
    CLI_SYSTEM_CONFIG,    /* trained on each split's training side */
    CLI_SYSTEM_MODEL,     /* a model file */
    CLI_SYSTEM_RUN,       /* lists in a file */
    CLI_SYSTEM_POPULARITY /* the most rated movies of the first system's model */
} cli_system_kind;

/* One system on one split. */
typedef struct cli_run {
    int64_t seed;
    size_t fold; /* of the split, or number of the given pair of files */
    char model_hash[65];
    recsys_report *report;
    recsys_verdict *verdict; /* of the first system alone */
    char *verdict_path;      /* where the verdict is written, or NULL */
    int withdrawn;           /* an earlier verdict was removed there, and none is there yet */
} cli_run;

typedef struct cli_system {
    const char *name; /* file or word of the command line */
    cli_system_kind kind;
    int is_champion;
    recsys_config *config; /* CONFIG, but for the first: what it is trained with */
    cli_run *runs;         /* [runs] */
} cli_system;

typedef struct cli_evaluation {
    cli_session session;
    cli_eval_given *given;
    cli_system *systems;           /* [count] the first one is judged */
    size_t count, runs, folds;     /* runs: seeds x folds */
    recsys_comparison *comparison; /* of all with the first; NULL: there is but one */
} cli_evaluation;

/* Every function here returns CLI_GO_ON, or an exit code after a message. */

/* ---- systems.c: who is evaluated ------------------------------------------------- */

/* Systems are told apart by their names. Returns CLI_GO_ON or CLI_USAGE after a message. */
int cli_systems_check(const cli_program *program, const cli_eval_given *given);
/* Number of runs from --seed and --seeds, and the first system. */
int cli_systems_make(cli_evaluation *e);
/* The others that the command line names. */
int cli_systems_add(cli_evaluation *e);
void cli_systems_free(cli_evaluation *e);
/* Is there a split, whose seed matters? Else the test side was given. */
int cli_is_split(const cli_evaluation *e);
/* The champion among the systems, or NULL. */
const cli_system *cli_champion(const cli_evaluation *e);
int cli_set(cli_session *session, const char *key, const char *value);
int cli_set_int(cli_session *session, const char *key, int64_t value);

/* ---- verdicts.c: files of what the gate said ------------------------------------- */

/* Can verdicts be written where they go? */
int cli_verdict_check(const cli_evaluation *e);
/* What an earlier evaluation said of this model goes: it must not stand as the word of one that
 * cannot be completed. */
int cli_verdict_withdraw(cli_evaluation *e, cli_run *r, const char *hash);
/* The same for a model that was given, before anything else is read. */
int cli_verdict_withdraw_given(cli_evaluation *e);
int cli_verdict_write(cli_evaluation *e, cli_run *r);
/* After an evaluation that failed: which verdicts are gone. */
void cli_verdict_tell_withdrawn(const cli_evaluation *e);

/* ---- evaluate.c: the reports and verdicts of all runs ---------------------------- */

int cli_evaluate(cli_evaluation *e);

/* ---- numbers over runs ----------------------------------------------------------- */

double cli_mean_of(const cli_evaluation *e, const cli_system *system, size_t metric);
/* Standard deviation of a sample: divided by n - 1, not defined for one run. */
double cli_deviation_of(const cli_evaluation *e, const cli_system *system, size_t metric);
/* Did the first system pass in every run? 0 too if it was never judged. */
int cli_all_passed(const cli_evaluation *e);

/* ---- what is told ---------------------------------------------------------------- */

/* At most one thing goes to standard output, and each to a place of its own. Returns CLI_GO_ON
 * or CLI_USAGE after a message. */
int cli_eval_check_outputs(const cli_program *program, const cli_eval_given *given);
/* Can all files be written? */
int cli_eval_check_places(const cli_program *program, const cli_eval_given *given);
/* Text or JSON to standard output, then the files that were asked for. Returns CLI_OK or an
 * exit code after a message. */
int cli_eval_tell(cli_evaluation *e);

void cli_eval_json(const cli_evaluation *e, rs_text *out);
/* `view` is of that JSON and says where to write. */
void cli_eval_text(const cli_evaluation *e, const cli_report *view);
/* Its first lines, up to the tables. */
void cli_eval_heading(const cli_evaluation *e, const cli_report *view);
/* One row a user: its id and its values at each cut-off, of all systems and runs. */
void cli_eval_per_user(const cli_evaluation *e, const cli_report *view);

#endif
