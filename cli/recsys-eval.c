/* recsys-eval: train on a split and score it, or score a given model, or given lists. */
#include <string.h>

#include "eval/evaluation.h"

/* ---- command line ---------------------------------------------------------------- */

static const char *const synopsis[] = {
    "--ratings FILE [--movies FILE] [--split HOW] [--seed N | --seeds A-B] [OPTION]...",
    "--train FILE --test FILE [--movies FILE] [OPTION]...",
    "--model FILE --test FILE [OPTION]...",
    "--run FILE --qrels FILE [--train FILE] [--movies FILE] [OPTION]...", NULL};

static const char summary[] =
    "Measure how good recommendations are. With --ratings, the ratings are split, a model is "
    "trained on one side and its lists are scored on the other; with --train and --test, both "
    "sides are files; with --model, a trained model is scored on the ratings of --test and "
    "refused if it has seen any of them; with --run, lists that any system made are scored "
    "against judgements.\n"
    "Printed are precision, recall, F1, NDCG, hit rate, MAP and MRR at K with confidence "
    "intervals, coverage, diversity and more of all lists together, the differences between "
    "systems and which of them are significant, and what the quality gate (evaluation.gate.*) "
    "says, which is always judged at K = 10. The verdict on a model goes to HASH.verdict.json "
    "beside it; one of an earlier evaluation is removed at the beginning.\n"
    "One FILE of the report may be `-': standard output; the text then goes to standard error.";

static const cli_exit exits[] = {
    CLI_EXITS,
    {CLI_GATE, "the quality gate did not pass"},
    CLI_EXIT_INTERRUPTED,
    {0, NULL},
};

static const char *const notes[] = {
    "Splits (docs/evaluation.md):",
    "  user-random:RATIO|N   a share, or N, of each user's ratings, by chance\n"
    "  random:RATIO          a share of all ratings, by chance\n"
    "  leave-last[:N]        each user's N newest ratings\n"
    "  time:QUANTILE|DATE    what is newer than the oldest share, or from DATE;\n"
    "                        the one that does not leak\n"
    "  windows:DAYS:N        N folds: a window of DAYS, trained on all before it\n"
    "  k-fold:K              K folds of each user's ratings\n"
    "  cold-users:RATIO, cold-movies:RATIO\n"
    "                        all ratings of a share of the users, or of the movies",
    "Profiles (evaluation.profile; which definition a metric has where tools differ):",
    "  checked against the tool: recsys, ranx, trec, lenskit, rectools, recbole,\n"
    "                            msrec\n"
    "  written from its source:  elliot, dacrema, vaecf, lightgcn, ncf",
    CLI_ENVIRONMENT,
    "Examples:",
    "  recsys-eval --ratings ratings.csv --movies movies.csv --seeds 1-5 \\\n"
    "      --against popularity --against config/classic.yaml\n"
    "  recsys-eval --model tonight.recsys --test test.csv --champion deployed.recsys\n"
    "  recsys-eval --run other.trec --qrels test.trec --profile ranx --cutoffs 5,20",
    NULL};

static int has_seeds(const cli_eval_given *given)
{
    return given->seed != CLI_NOT_GIVEN || given->seeds != NULL;
}

static int check_lists(const cli_program *program, const cli_eval_given *given)
{
    const cli_inputs *in = &given->inputs;
    if (given->run == NULL || given->judgements == NULL)
        return cli_usage_error(program, "--run and --qrels belong together");
    if (in->ratings_path != NULL || in->tags_path != NULL || in->links_path != NULL ||
        given->split != NULL || has_seeds(given) || given->model != NULL ||
        given->train.count > 1 || given->test.count > 0)
        return cli_usage_error(program, "nothing is trained with --run: it goes with --qrels, "
                                        "one --train, --movies and options alone");
    if (given->verdict_dir != NULL)
        return cli_usage_error(program, "--verdict-dir is for verdicts on models, which are "
                                        "named after them; lists of --run have no such file");
    return CLI_GO_ON;
}

static int check_model(const cli_program *program, const cli_eval_given *given)
{
    const cli_inputs *in = &given->inputs;
    if (given->model == NULL || given->test.count != 1)
        return cli_usage_error(program, "--model and one --test belong together");
    if (in->ratings_path != NULL || given->train.count > 0 || given->split != NULL ||
        has_seeds(given))
        return cli_usage_error(program,
                               "--ratings, --train, --split and seeds do not go with --model: "
                               "its test ratings are given");
    if (in->movies_path != NULL || in->tags_path != NULL || in->links_path != NULL)
        return cli_usage_error(program, "--model has its catalogue inside; leave out --movies, "
                                        "--tags and --links");
    return CLI_GO_ON;
}

static int check_files(const cli_program *program, const cli_eval_given *given)
{
    if (given->train.count != given->test.count)
        return cli_usage_error(program, "%zu --train and %zu --test: they are pairs",
                               given->train.count, given->test.count);
    if (given->inputs.ratings_path != NULL || given->split != NULL || has_seeds(given))
        return cli_usage_error(program, "--ratings, --split and seeds do not go with --train: "
                                        "the sides are given");
    return CLI_GO_ON;
}

/* The four ways to call the program do not mix. */
static int check_way(const cli_program *program, const cli_eval_given *given)
{
    if (given->run != NULL || given->judgements != NULL) return check_lists(program, given);
    if (given->train.count > 0 && given->model == NULL) return check_files(program, given);
    if (given->model != NULL || given->test.count > 0) return check_model(program, given);
    if (given->seed != CLI_NOT_GIVEN && given->seeds != NULL)
        return cli_usage_error(program, "give --seed or --seeds, not both");
    if (given->inputs.ratings_path != NULL) return CLI_GO_ON;
    return cli_usage_error(program, "--ratings, or --train and --test, or --model and --test, "
                                    "or --run and --qrels, are needed");
}

static int check_usage(const cli_program *program, const cli_eval_given *given)
{
    int outcome = check_way(program, given);
    if (outcome == CLI_GO_ON) outcome = cli_systems_check(program, given);
    return outcome == CLI_GO_ON ? cli_eval_check_outputs(program, given) : outcome;
}

/* A page shows curves, parts and what every model has to beat, unless something else is asked
 * for. Empty options are not: config.yaml has them. */
static int complete_page(cli_evaluation *e)
{
    static const char *const options[][2] = {
        {"evaluation.breakdowns", "activity,popularity,time"},
        {"evaluation.cutoffs", "1,3,5,10,20,50"},
    };
    cli_eval_given *given = e->given;
    int outcome = CLI_GO_ON;
    for (size_t i = 0; i < 2 && outcome == CLI_GO_ON; i++)
        if (recsys_config_get(e->session.config, options[i][0])[0] == '\0')
            outcome = cli_set(&e->session, options[i][0], options[i][1]);
    if (outcome != CLI_GO_ON || given->run != NULL || given->against.count > 0) return outcome;
    if (given->champion != NULL && strcmp(given->champion, "popularity") == 0) return outcome;
    return cli_list_add(&given->against, "popularity") ? outcome
                                                       : cli_no_memory(e->session.program);
}

static int set_options(cli_evaluation *e)
{
    const cli_eval_given *given = e->given;
    int outcome = CLI_GO_ON;
    if (given->k != CLI_NOT_GIVEN) outcome = cli_set_int(&e->session, "evaluation.k", given->k);
    if (outcome == CLI_GO_ON && given->profile != NULL)
        outcome = cli_set(&e->session, "evaluation.profile", given->profile);
    if (outcome == CLI_GO_ON && given->cutoffs != NULL)
        outcome = cli_set(&e->session, "evaluation.cutoffs", given->cutoffs);
    return outcome == CLI_GO_ON && given->page != NULL ? complete_page(e) : outcome;
}

static int run(const cli_program *program, void *given)
{
    cli_evaluation e = {.given = given};
    int outcome = check_usage(program, given);
    if (outcome != CLI_GO_ON) return outcome;
    outcome = cli_begin(&e.session, program, &e.given->flags);
    if (outcome == CLI_GO_ON) outcome = set_options(&e);
    if (outcome == CLI_GO_ON) outcome = cli_evaluate(&e);
    if (outcome == CLI_GO_ON) outcome = cli_eval_tell(&e);
    if (outcome == CLI_OK && e.systems[0].runs[0].verdict != NULL && !cli_all_passed(&e))
        outcome = CLI_GATE;
    cli_verdict_tell_withdrawn(&e);
    cli_systems_free(&e);
    cli_inputs_free(&e.given->inputs);
    cli_end(&e.session);
    return outcome;
}

int main(int argc, char **argv)
{
    static cli_eval_given given = {.seed = CLI_NOT_GIVEN, .k = CLI_NOT_GIVEN};
    static const cli_option options[] = {
        CLI_HEAD("Train on a split"),
        CLI_INPUT_FLAGS(given.inputs),
        {CLI_TEXT, 0, "split", "HOW",
         "How to divide the ratings, see below (default: evaluation.split).", &given.split, 0,
         0},
        {CLI_LIST, 0, "train", "FILE",
         "Ratings to train on, and then those of --test to be scored on, instead of --ratings. "
         "Both may be given again: each pair is a fold. With --run: what the lists were "
         "trained on, for novelty, popularity bias and the like.",
         &given.train, 0, 0},
        {CLI_INT, 0, "seed", "N", "Seed of the split (default: evaluation.seed).", &given.seed,
         0, INT64_C(9007199254740992)},
        {CLI_TEXT, 0, "seeds", "A-B",
         "One run for each seed from A to B, then mean and "
         "standard deviation.",
         &given.seeds, 0, 0},
        CLI_HEAD("Score a model"),
        {CLI_TEXT, 0, "model", "FILE", "A trained model.", &given.model, 0, 0},
        {CLI_LIST, 0, "test", "FILE", "Test ratings, in any format that --ratings takes.",
         &given.test, 0, 0},
        CLI_HEAD("Score lists"),
        {CLI_TEXT, 0, "run", "FILE",
         "Lists: a TREC run, or text with a header or JSON lines with user, movie and score or "
         "rank; also gzipped.",
         &given.run, 0, 0},
        {CLI_TEXT, 0, "qrels", "FILE",
         "Judgements: TREC qrels, or text with a header or JSON lines with user, movie and, if "
         "there are any, grades. Relevant from evaluation.relevant_grade on.",
         &given.judgements, 0, 0},
        CLI_HEAD("Side by side"),
        {CLI_LIST, 0, "against", "WHAT",
         "Evaluate another system too and say which differences are real: a config file with "
         "--ratings, a model with --model, lists with --run; or `popularity': the most rated "
         "movies. May be given again.",
         &given.against, 0, 0},
        {CLI_TEXT, 0, "champion", "WHAT",
         "The same for the system that is deployed: the gate refuses one that is worse "
         "(evaluation.gate.champion.*).",
         &given.champion, 0, 0},
        CLI_HEAD("Report"),
        {CLI_TEXT, 0, "report", "FILE",
         "Write a page with all of it, to look at in a browser. What is not asked for is "
         "added: evaluation.breakdowns activity,popularity,time, evaluation.cutoffs "
         "1,3,5,10,20,50 and, where a model is evaluated, --against popularity.",
         &given.page, 0, 0},
        {CLI_TEXT, 0, "markdown", "FILE", "The tables of the page as Markdown.",
         &given.markdown, 0, 0},
        {CLI_TEXT, 0, "csv", "FILE", "All metrics as CSV, with their intervals.", &given.csv, 0,
         0},
        {CLI_TEXT, 0, "per-user", "FILE", "Write each user's values, as CSV.", &given.per_user,
         0, 0},
        CLI_HEAD("Options"),
        {CLI_INT, 'k', "k", "N",
         "Length of the lists that are scored, but for the gate (default: evaluation.k).",
         &given.k, 1, 100000},
        {CLI_TEXT, 0, "cutoffs", "LIST",
         "More lengths, such as 5,20,50 (default: evaluation.cutoffs).", &given.cutoffs, 0, 0},
        {CLI_TEXT, 0, "profile", "NAME",
         "Definitions of the metrics, see below (default: evaluation.profile).", &given.profile,
         0, 0},
        {CLI_TEXT, 0, "verdict-dir", "DIR",
         "Write each model's verdict into this folder as HASH.verdict.json; it is made if it "
         "is missing.",
         &given.verdict_dir, 0, 0},
        CLI_CONFIG_FLAGS(given.flags),
        CLI_COMMON_FLAGS(given.flags),
    };
    static const cli_program program = {
        .name = "recsys-eval",
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
