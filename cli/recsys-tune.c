/* recsys-tune: a search for the options that are best for some ratings. */
#include <string.h>

#include "common/save.h"
#include "tune/tune.h"

static const char *const synopsis[] = {
    "--ratings FILE [--movies FILE] [--space WHAT] [--trials N | --time T] [OPTION]... "
    "-o CONFIG",
    NULL};

static const char summary[] =
    "Find better options for these ratings and write a config with them. Configs are drawn "
    "from "
    "a space of keys and judged by the lists that models give on validation splits of the "
    "ratings. The best one is then compared with the given config on splits that chose "
    "nothing; "
    "it is written if the gain is more than chance, else the given config is.\n"
    "Ratings of --test take no part in this. At the very end they tell what the choice is "
    "worth.\n"
    "Each result goes into a journal at once: after Ctrl-C, a kill or a power cut the same "
    "command goes on where it was, and more --trials or --time go on from there.";

static const cli_exit exits[] = {
    CLI_EXITS,
    {130, "interrupted by Ctrl-C; the same command goes on"},
    {0, NULL},
};

static const char *const notes[] = {
    "Spaces:",
    "  default   what matters most of the sources that the config enables\n"
    "  user_cf   neighbours of users and how they vote\n"
    "  content   terms of movies and lists of similar ones\n"
    "  ease      the linear model of movies, switched on\n"
    "  item_cf   movies that the same people rate, switched on\n"
    "  rp3beta   random walks over who rated what, switched on\n"
    "  ials      factors of movies, switched on\n"
    "  time      how fast ratings age; for a --split by time\n"
    "  blend     weights of the sources, fusion and rerank: no training\n"
    "  FILE      YAML, keys as in a config; below each one\n"
    "            {choices: [a, b]} or {min: 10, max: 200, scale: log}",
    CLI_ENVIRONMENT,
    "Examples:",
    "  recsys-tune -r train.csv -m movies.csv --time 10m -o tuned.yaml\n"
    "  recsys-tune -r train.csv -m movies.csv -s model.ease.enabled=true \\\n"
    "      --trials 100 --test test.csv --report tuned.html -o tuned.yaml\n"
    "  recsys-train -r ratings.csv -m movies.csv --config tuned.yaml -o model.recsys",
    NULL};

static int check_usage(const cli_program *program, const cli_tune_given *given)
{
    if (given->inputs.ratings_path == NULL)
        return cli_usage_error(program, "--ratings is needed");
    if (given->output == NULL)
        return cli_usage_error(program, "--output is needed: where the config goes");
    if (given->flags.json && cli_is_stdout(given->output))
        return cli_usage_error(program, "--json and --output cannot share standard output");
    if (given->page != NULL && cli_is_stdout(given->page))
        return cli_usage_error(program, "--report is a file, not standard output");
    if (given->page != NULL && strcmp(given->page, given->output) == 0)
        return cli_usage_error(program, "--output and --report are the same: %s", given->page);
    if (given->test != NULL && strcmp(given->test, given->inputs.ratings_path) == 0)
        return cli_usage_error(program, "--ratings and --test are the same: %s", given->test);
    int outcome = cli_check_file(program, "output", given->output);
    if (outcome == CLI_GO_ON) outcome = cli_check_file(program, "report", given->page);
    if (outcome == CLI_GO_ON && given->journal != NULL)
        outcome = cli_check_file(program, "journal", given->journal);
    return outcome;
}

static int write_config(cli_tuning *t)
{
    rs_text text;
    rs_text_begin(&text, t->session.memory);
    int outcome = cli_tune_config(t, &text);
    if (outcome == CLI_GO_ON) return cli_save_text(&t->session, &text, t->given->output);
    rs_text_free(&text);
    return outcome;
}

static int write_page(cli_tuning *t)
{
    rs_text text;
    if (t->given->page == NULL) return CLI_GO_ON;
    rs_text_begin(&text, t->session.memory);
    cli_tune_page(t, &text);
    return cli_save_text(&t->session, &text, t->given->page);
}

static int tell(cli_tuning *t)
{
    rs_text text;
    const cli_tune_given *given = t->given;
    if (given->flags.quiet && !given->flags.json) return CLI_OK;
    rs_text_begin(&text, t->session.memory);
    if (given->flags.json) {
        cli_tune_json(t, &text);
    } else {
        cli_tune_text(t, &text);
        if (!cli_is_stdout(given->output))
            rs_text_printf(&text, "Written    %s\n", given->output);
    }
    return cli_tell(&t->session, given->output, &text);
}

static int run(const cli_program *program, void *data)
{
    cli_tune_given *given = data;
    cli_tuning t = {.given = given};
    int outcome = check_usage(program, given);
    if (outcome != CLI_GO_ON) return outcome;
    outcome = cli_begin(&t.session, program, &given->flags);
    if (outcome == CLI_GO_ON) outcome = cli_tune_search(&t);
    if (outcome == CLI_GO_ON) outcome = cli_tune_sum_up(&t);
    if (outcome == CLI_GO_ON) outcome = write_config(&t);
    if (outcome == CLI_GO_ON) outcome = write_page(&t);
    if (outcome == CLI_GO_ON) outcome = tell(&t);
    cli_tune_free(&t);
    cli_inputs_free(&given->inputs);
    cli_end(&t.session);
    return outcome;
}

int main(int argc, char **argv)
{
    static cli_tune_given given = {.seed = 1};
    static const cli_option options[] = {
        CLI_HEAD("Input"),
        CLI_INPUT_FLAGS(given.inputs),
        {CLI_TEXT, 0, "test", "FILE",
         "Ratings that nothing is chosen by: what the chosen config gains on them is told at "
         "the end. None of them may be among --ratings.",
         &given.test, 0, 0},
        CLI_HEAD("Search"),
        {CLI_TEXT, 0, "space", "WHAT",
         "Keys to vary and their values: a name or a YAML file, see below (default: default).",
         &given.space, 0, 0},
        {CLI_TEXT, 0, "metric", "NAME@K",
         "What is to be high: precision, recall, f1, ndcg, hit_rate, map, mrr or auc (default: "
         "ndcg@10).",
         &given.metric, 0, 0},
        {CLI_INT, 0, "trials", "N",
         "Configs to try besides the given one (default: 60, or as "
         "many as --time allows).",
         &given.trials, 1, 1000000},
        {CLI_TEXT, 0, "time", "T",
         "Seconds, or a number with m or h, for the search and the comparison after it, that "
         "of "
         "earlier runs in the journal counted; a last step may take longer.",
         &given.time, 0, 0},
        {CLI_TEXT, 0, "method", "NAME",
         "halving (the default): try many on a few users, and the best 1/eta of them on eta "
         "times as many, up to all; random: all on all.",
         &given.method, 0, 0},
        {CLI_INT, 0, "eta", "N", "See above (default: 3).", &given.eta, 2, 10},
        {CLI_TEXT, 0, "split", "HOW",
         "Validation splits, in the words of recsys-split (default: user-random:0.2).",
         &given.split, 0, 0},
        {CLI_INT, 0, "seeds", "N",
         "Validation splits, each with a seed of its own (default: 3).", &given.seeds, 1, 100},
        {CLI_INT, 0, "seed", "N",
         "Seed of the values drawn and of the first split (default: 1).", &given.seed, 0,
         INT64_C(9007199254740992)},
        {CLI_INT, 0, "trials-per-fit", "N",
         "Trials that share a trained model and differ by query-stage keys alone (default: 4).",
         &given.per_fit, 1, 1000},
        {CLI_FLAG, 0, "always", NULL, "Take the best config even if its gain may be chance.",
         &given.always, 0, 0},
        CLI_HEAD("Output"),
        {CLI_TEXT, 'o', "output", "CONFIG",
         "Where the chosen config goes, with the reasons as comments; `-' is standard output.",
         &given.output, 0, 0},
        {CLI_TEXT, 0, "report", "FILE", "Write a page with all of it, to look at in a browser.",
         &given.page, 0, 0},
        {CLI_TEXT, 0, "journal", "FILE",
         "Where results are noted as they come (default: CONFIG.journal; none with -o -).",
         &given.journal, 0, 0},
        {CLI_FLAG, 0, "restart", NULL, "Begin anew: remove the journal that is there.",
         &given.restart, 0, 0},
        CLI_HEAD("Options"),
        CLI_CONFIG_FLAGS(given.flags),
        CLI_COMMON_FLAGS(given.flags),
    };
    static const cli_program program = {
        .name = "recsys-tune",
        .synopsis = synopsis,
        .summary = summary,
        .options = options,
        .count = sizeof options / sizeof *options,
        .exits = exits,
        .notes = notes,
    };
    given.argc = argc;
    given.argv = argv;
    return cli_main(&program, argc, argv, run, &given);
}
