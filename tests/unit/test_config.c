/* The option table, values in and out, YAML. Paths are relative to the repository root. */
#include "testing.h"

#include <recsys/config.h>

#include "base/memory.h"
#include "config/config.h"
#include "config/store.h"
#include "config/table.h"

static recsys_config *config;
static recsys_error err;

static int set_up(void **state)
{
    (void)state;
    err = (recsys_error)RECSYS_ERROR_INIT;
    return recsys_config_create(&config, NULL, &err) == RECSYS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    recsys_config_destroy(config);
    return 0;
}

static recsys_status load(const char *text)
{
    return recsys_config_load_text(config, text, strlen(text), "config.yaml", &err);
}

static void expect_error(const char *text, recsys_status status, const char *message)
{
    err.text[0] = '\0';
    assert_fails(load(text), status, &err);
    assert_string_equal(err.text, message);
}

#define CF "model.collaborative_filtering."

/* ---- the table ------------------------------------------------------------------- */

static void every_row_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < recsys_config_option_count(NULL); i++) {
        const recsys_option *row = recsys_config_option(NULL, i);
        char *canonical = NULL;
        assert_ok(rs_option_parse(row, config->runtime, "", row->default_value,
                                  strlen(row->default_value), &canonical, &err),
                  &err);
        assert_string_equal(canonical, row->default_value); /* written in canonical form */
        rs_free(config->runtime, canonical);
        assert_true(strlen(row->text) > 10 && strchr(row->text, '\n') == NULL);
        assert_string_equal(row->since, "0.1.0");
        assert_true(rs_option_find(NULL, row->key) == row); /* no key comes twice */
        assert_int_equal(row->type == RECSYS_OPTION_CHOICE, row->choices != NULL);
    }
    assert_null(recsys_config_option(NULL, recsys_config_option_count(NULL)));
}

static void config_yaml_holds_every_default(void **state)
{
    (void)state;
    assert_ok(recsys_config_load(config, "config/config.yaml", &err), &err);
    for (size_t i = 0; i < recsys_config_option_count(config); i++) {
        const recsys_option *row = recsys_config_option(config, i);
        if (!recsys_config_is_set(config, row->key))
            fail_msg("config/config.yaml lacks %s", row->key);
        if (strcmp(recsys_config_get(config, row->key), row->default_value) != 0)
            fail_msg("%s: config/config.yaml says %s, the table %s", row->key,
                     recsys_config_get(config, row->key), row->default_value);
    }
}

static void product_values(void **state)
{
    (void)state;
    assert_int_equal(rs_config_int(NULL, CF "n_neighbors"), 20);
    assert_int_equal(rs_config_int(NULL, CF "min_common_items"), 3);
    assert_near(rs_config_real(NULL, CF "similarity_threshold"), 0.1, 0);
    assert_int_equal(rs_config_int(NULL, "model.content_based.top_n_similar_movies"), 50);
    assert_near(rs_config_real(NULL, "model.hybrid.cf_weight"), 0.6, 0);
    assert_near(rs_config_real(NULL, "model.hybrid.content_weight"), 0.4, 0);
    assert_near(rs_config_real(NULL, "model.rerank.popularity_weight"), 0.4, 0);
    assert_near(rs_config_real(NULL, "model.rerank.rating_weight"), 0.6, 0);
    assert_int_equal(rs_config_int(NULL, "model.recommendation.top_n"), 20);
    assert_near(rs_config_real(NULL, "model.recommendation.min_rating_threshold"), 3, 0);
    assert_near(rs_config_real(NULL, "evaluation.gate.hit_rate"), 0.1, 0);
}

static void classic_yaml(void **state)
{
    (void)state;
    assert_ok(recsys_config_load(config, "config/classic.yaml", &err), &err);
    assert_string_equal(recsys_config_get(config, CF "similarity"), "corated_cosine");
    assert_int_equal(rs_config_choice(config, CF "similarity"), 1);
    assert_int_equal(rs_config_choice(config, CF "aggregation"), 1);
    assert_int_equal(rs_config_int(config, CF "n_neighbors"), 20);
    assert_near(rs_config_real(config, CF "shrinkage"), 0, 0);
    assert_near(rs_config_real(config, "model.hybrid.cf_weight"), 1, 0);
    assert_near(rs_config_real(config, "model.hybrid.content_weight"), 0, 0);
    assert_near(rs_config_real(config, "model.hybrid.popularity_weight"), 0, 0);
    assert_near(rs_config_real(config, "model.rerank.quality_weight"), 0, 0);
}

static void recent_yaml(void **state)
{
    (void)state;
    assert_ok(recsys_config_load(config, "config/recent.yaml", &err), &err);
    assert_near(rs_config_real(config, "model.ratings.half_life"), 30, 0);
    assert_near(rs_config_real(config, "model.popularity.half_life"), 7, 0);
    assert_near(rs_config_real(config, "model.hybrid.popularity_weight"), 0.5, 0);
}

/* ---- single values --------------------------------------------------------------- */

static void values_become_canonical(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {CF "n_neighbors", "+080", "80"},
        {"model.hybrid.cf_weight", "0.50", "0.5"},
        {"model.hybrid.cf_weight", "5e-1", "0.5"},
        {"model.hybrid.cf_weight", "-0", "0"},
        {"model.hybrid.fusion", "rrf", "rrf"},
        {"data.max_bad_rows", "1000000000000", "1000000000000"},
        {"data.user_column", "user \xc3\xa9", "user \xc3\xa9"},
        {"data.user_column", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_ok(recsys_config_set(config, cases[i][0], cases[i][1], &err), &err);
        assert_string_equal(recsys_config_get(config, cases[i][0]), cases[i][2]);
    }
}

static void bad_values_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {CF "n_neighbors", "0", "\"0\" is not an integer within [1, 10000]"},
        {CF "n_neighbors", "1.5", "\"1.5\" is not an integer within [1, 10000]"},
        {CF "n_neighbors", "", "\"\" is not an integer within [1, 10000]"},
        {CF "n_neighbors", "99999999999999999999",
         "\"99999999999999999999\" is not an integer within [1, 10000]"},
        {"model.hybrid.cf_weight", "abc", "\"abc\" is not a number within [0, 1]"},
        {"model.hybrid.cf_weight", "1.01", "\"1.01\" is not a number within [0, 1]"},
        {"model.hybrid.cf_weight", "nan", "\"nan\" is not a number within [0, 1]"},
        {"model.hybrid.cf_weight", "0,5", "\"0,5\" is not a number within [0, 1]"},
        {"model.hybrid.cf_weight", "0.5 ", "\"0.5 \" is not a number within [0, 1]"},
        {"model.hybrid.cf_weight", "a\nb\x1b[31m",
         "\"a?b?[31m\" is not a number within [0, 1]"},
        {"model.hybrid.fusion", "Auto",
         "\"Auto\" is not one of auto|calibrated|minmax|rrf|learned"},
        {"model.hybrid.fusion", "auto|calibrated",
         "\"auto|calibrated\" is not one of auto|calibrated|minmax|rrf|learned"},
        {"data.user_column", "\xff", "\"\xff\" is not UTF-8 text without zero bytes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char wanted[256];
        snprintf(wanted, sizeof wanted, "%s: %s", cases[i][0], cases[i][2]);
        assert_fails(recsys_config_set(config, cases[i][0], cases[i][1], &err), RECSYS_E_CONFIG,
                     &err);
        assert_string_equal(err.text, wanted);
        assert_false(recsys_config_is_set(config, cases[i][0]));
    }
}

static void unknown_keys_find_the_nearest(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"model.hybrid.cf_wieght", "model.hybrid.cf_weight"},
        {"cf_weight", "model.hybrid.cf_weight"},
        {"model.content_weight", "model.hybrid.content_weight"},
        {"model.recommendation.topn", "model.recommendation.top_n"},
        {"evaluation.gate.hitrate", "evaluation.gate.hit_rate"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char wanted[256];
        snprintf(wanted, sizeof wanted, "%s: unknown key, did you mean %s?", cases[i][0],
                 cases[i][1]);
        assert_fails(recsys_config_set(config, cases[i][0], "1", &err), RECSYS_E_CONFIG, &err);
        assert_string_equal(err.text, wanted);
    }
    assert_fails(recsys_config_set(config, "colour", "1", &err), RECSYS_E_CONFIG, &err);
    assert_string_equal(err.text, "colour: unknown key");
    assert_null(recsys_config_get(config, "colour"));
    assert_false(recsys_config_is_set(config, "colour"));
}

static void null_config_means_defaults(void **state)
{
    (void)state;
    assert_string_equal(recsys_config_get(NULL, CF "similarity"), "cosine");
    assert_int_equal(rs_config_choice(NULL, "model.hybrid.fusion"), 0);
    assert_false(recsys_config_is_set(NULL, CF "similarity"));
    assert_fails(recsys_config_set(NULL, "a", "b", &err), RECSYS_E_INVALID, &err);
    assert_fails(recsys_config_load(config, NULL, &err), RECSYS_E_INVALID, &err);
    recsys_config_destroy(NULL);
}

/* ---- YAML ------------------------------------------------------------------------ */

static void sections_become_dots(void **state)
{
    (void)state;
    assert_ok(load("# a comment\n"
                   "model:\n"
                   "  hybrid: {cf_weight: 0.7, 'content_weight': \"0.3\"}\n"
                   "  rerank:\n"
                   "    # all of it commented out\n"
                   "  collaborative_filtering.n_neighbors: 80\n"
                   "data:\n"
                   "  delimiter: \"\\t\"\n"
                   "  user_column: ~\n"
                   "evaluation.seed: 9\n"),
              &err);
    assert_string_equal(recsys_config_get(config, "model.hybrid.cf_weight"), "0.7");
    assert_string_equal(recsys_config_get(config, "model.hybrid.content_weight"), "0.3");
    assert_string_equal(recsys_config_get(config, CF "n_neighbors"), "80");
    assert_string_equal(recsys_config_get(config, "data.delimiter"), "\t");
    assert_string_equal(recsys_config_get(config, "data.user_column"), "");
    assert_string_equal(recsys_config_get(config, "evaluation.seed"), "9");
    assert_true(recsys_config_is_set(config, "data.user_column"));
    assert_false(recsys_config_is_set(config, "data.movie_column"));
}

static void nothing_is_a_config_too(void **state)
{
    (void)state;
    assert_ok(load(""), &err);
    assert_ok(load("# only a comment\n"), &err);
    assert_ok(load("---\n...\n"), &err);
    assert_ok(load("{}"), &err);
    assert_ok(load("model:\n"), &err);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    expect_error("model:\n  hybrid:\n    cf_wieght: 0.5\n", RECSYS_E_CONFIG,
                 "config.yaml:3: model.hybrid.cf_wieght: unknown key, did you mean "
                 "model.hybrid.cf_weight?");
    expect_error("model:\n  hybird:\n    cf_weight: 0.5\n", RECSYS_E_CONFIG,
                 "config.yaml:3: model.hybird: unknown section, did you mean model.hybrid?");
    expect_error(
        "model:\n  hybrid:\n    cf_weight: abc\n", RECSYS_E_CONFIG,
        "config.yaml:3: model.hybrid.cf_weight: \"abc\" is not a number within [0, 1]");
    expect_error("model:\n  hybrid: 3\n", RECSYS_E_CONFIG,
                 "config.yaml:2: model.hybrid: is a section, expected keys below it");
    expect_error("model.hybrid.cf_weight: {x: 1}\n", RECSYS_E_CONFIG,
                 "config.yaml:1: model.hybrid.cf_weight: a section stands where one value is "
                 "expected");
    expect_error("model.hybrid.cf_weight: 1\nmodel: {hybrid: {cf_weight: 1}}\n",
                 RECSYS_E_CONFIG, "config.yaml:2: model.hybrid.cf_weight: is given twice");
    expect_error("data: {}\ndata: {}\n", RECSYS_E_CONFIG,
                 "config.yaml:2: data: is given twice");
    expect_error("- a\n- b\n", RECSYS_E_CONFIG,
                 "config.yaml:1: a list stands where one value is expected");
    expect_error("data:\n  format: [csv]\n", RECSYS_E_CONFIG,
                 "config.yaml:2: data.format: a list stands where one value is expected");
    expect_error("just words\n", RECSYS_E_CONFIG,
                 "config.yaml:1: expected a mapping of keys to values");
    expect_error("? [a]\n: 1\n", RECSYS_E_CONFIG,
                 "config.yaml:1: a list stands where one value is expected");
    expect_error("? {a: 1}\n: 1\n", RECSYS_E_CONFIG, "config.yaml:1: a key must be one word");
    expect_error("'': 1\n", RECSYS_E_CONFIG, "config.yaml:1: a key is empty");
}

static void extras_of_yaml_are_refused(void **state)
{
    (void)state;
    expect_error("data: &a {format: csv}\n", RECSYS_E_CONFIG,
                 "config.yaml:1: data: an anchor is not supported in a config");
    expect_error("data:\n  format: *a\n", RECSYS_E_CONFIG,
                 "config.yaml:2: data.format: an alias is not supported in a config");
    expect_error("data:\n  format: !!str csv\n", RECSYS_E_CONFIG,
                 "config.yaml:2: data.format: a tag is not supported in a config");
    expect_error("data: {format: csv}\n---\ndata: {format: dat}\n", RECSYS_E_CONFIG,
                 "config.yaml:2: a second document begins, expected one");
    expect_error("data: {format: csv\n", RECSYS_E_PARSE,
                 "config.yaml:2: not YAML: did not find expected ',' or '}'");
    expect_error("a:\n\t- b\n", RECSYS_E_PARSE,
                 "config.yaml:2: not YAML: found character that cannot start any token");
    expect_error("data: {user_column: \"\\0\"}\n", RECSYS_E_CONFIG,
                 "config.yaml:1: data.user_column: \"?\" is not UTF-8 text without zero bytes");
    assert_int_equal(load("\xff\xfe\x01"), RECSYS_E_PARSE);
    assert_contains(err.text, "config.yaml: not YAML: ");
}

static void a_bad_file_changes_nothing(void **state)
{
    (void)state;
    assert_ok(load("model.hybrid.cf_weight: 0.2\n"), &err);
    assert_fails(load("model.hybrid.cf_weight: 0.9\nmodel.hybrid.fusion: no\n"),
                 RECSYS_E_CONFIG, &err);
    assert_string_equal(recsys_config_get(config, "model.hybrid.cf_weight"), "0.2");
    assert_ok(load("model.hybrid.cf_weight: 0.9\n"), &err); /* a later file wins */
    assert_string_equal(recsys_config_get(config, "model.hybrid.cf_weight"), "0.9");
}

static void files_are_found_or_named(void **state)
{
    (void)state;
    char folder[256], path[512];
    test_folder(folder);
    test_text_file(path, folder, "a.yaml", "evaluation: {k: 7}\n");
    assert_ok(recsys_config_load(config, path, &err), &err);
    assert_int_equal(rs_config_int(config, "evaluation.k"), 7);
    test_path(path, folder, "none.yaml");
    assert_fails(recsys_config_load(config, path, &err), RECSYS_E_IO, &err);
    assert_contains(err.text, "none.yaml");
    char *large = calloc(1, (1 << 20) + 1);
    memset(large, '\n', (1 << 20) + 1);
    assert_fails(recsys_config_load_text(config, large, (1 << 20) + 1, NULL, &err),
                 RECSYS_E_CONFIG, &err);
    free(large);
    test_remove_folder(folder);
}

/* ---- dump, copy, register -------------------------------------------------------- */

static void dump_reads_back(void **state)
{
    (void)state;
    recsys_runtime *runtime = NULL;
    recsys_config *again = NULL;
    char *first = NULL, *second = NULL;
    assert_ok(rs_runtime_make(&runtime, NULL, &err), &err);
    assert_ok(load("model: {hybrid: {cf_weight: 0.25, fusion: minmax}, rerank: "
                   "{quality_weight: 0.125}}\nevaluation: {k: 5}\n"),
              &err);
    assert_ok(rs_config_dump(config, runtime, &first, &err), &err);
    assert_contains(first, "model:\n  ratings:\n    half_life: 0\n");
    assert_contains(first, "\n  hybrid:\n    cf_weight: 0.25\n");
    assert_null(strstr(first, "evaluation"));
    assert_null(strstr(first, "data"));
    assert_ok(recsys_config_create(&again, runtime, &err), &err);
    assert_ok(recsys_config_load_text(again, first, strlen(first), NULL, &err), &err);
    assert_ok(rs_config_dump(again, runtime, &second, &err), &err);
    assert_string_equal(first, second);
    assert_true(recsys_config_is_set(again, CF "n_neighbors"));
    rs_free(runtime, first);
    rs_free(runtime, second);
    recsys_config_destroy(again);
    rs_runtime_release(runtime);
}

static const recsys_option extra[] = {
    {sizeof(recsys_option), "serve.port", RECSYS_OPTION_INT, 0, 65535, "8080", NULL,
     "port to listen at", "0.1.0", RECSYS_STAGE_PROGRAM, "serve"},
    {sizeof(recsys_option), "serve.verbose", RECSYS_OPTION_BOOL, 0, 0, "false", NULL,
     "log each request", "0.1.0", RECSYS_STAGE_PROGRAM, "serve"},
};

static void registered_rows_work_like_ours(void **state)
{
    (void)state;
    recsys_config *copy = NULL;
    size_t ours = recsys_config_option_count(NULL);
    assert_fails(load("serve: {port: 1}\n"), RECSYS_E_CONFIG, &err);
    assert_ok(recsys_config_register(config, extra, 2, &err), &err);
    assert_int_equal(recsys_config_option_count(config), ours + 2);
    assert_string_equal(recsys_config_option(config, ours)->key, "serve.port");
    assert_ok(load("serve: {port: 81, verbose: true}\nevaluation: {k: 3}\n"), &err);
    assert_ok(recsys_config_copy(&copy, config, &err), &err);
    assert_ok(recsys_config_set(config, "serve.port", "82", &err), &err);
    assert_int_equal(rs_config_int(copy, "serve.port"), 81);
    assert_int_equal(rs_config_bool(copy, "serve.verbose"), 1);
    assert_int_equal(rs_config_int(copy, "evaluation.k"), 3);
    assert_false(recsys_config_is_set(copy, CF "n_neighbors"));
    recsys_config_destroy(copy);
    assert_fails(recsys_config_set(config, "serve.verbose", "yes", &err), RECSYS_E_CONFIG,
                 &err);
    assert_contains(err.text, "\"yes\" is not one of true|false");
}

static void refuse_row(recsys_option row, const char *message)
{
    assert_fails(recsys_config_register(config, &row, 1, &err), RECSYS_E_INVALID, &err);
    assert_contains(err.text, message);
}

static void bad_rows_are_refused(void **state)
{
    (void)state;
    recsys_option row = extra[0];
    row.key = "evaluation.k";
    refuse_row(row, "evaluation.k exists already");
    row.key = "evaluation";
    refuse_row(row, "exists already"); /* a section cannot be a value too */
    row.key = "evaluation.k.more";
    refuse_row(row, "exists already");
    row.key = "Serve.Port";
    refuse_row(row, "is no key");
    row.key = "serve..port";
    refuse_row(row, "is no key");
    row = extra[0];
    row.text = NULL;
    refuse_row(row, "lacks a part");
    row = extra[0];
    row.min = 70000;
    refuse_row(row, "lacks a part");
    row = extra[0];
    row.default_value = "08080";
    refuse_row(row, "must be written 8080");
    row = extra[0];
    row.struct_size = 0;
    refuse_row(row, "struct_size");
    row = extra[0];
    row.default_value = "x";
    assert_fails(recsys_config_register(config, &row, 1, &err), RECSYS_E_CONFIG, &err);
    recsys_option twice[] = {extra[0], extra[0]};
    assert_fails(recsys_config_register(config, twice, 2, &err), RECSYS_E_INVALID, &err);
    assert_int_equal(recsys_config_option_count(config), recsys_config_option_count(NULL));
}

/* ---- memory ---------------------------------------------------------------------- */

static recsys_status all_calls(recsys_runtime *runtime, void *data, recsys_error *error)
{
    static const char text[] = "model: {hybrid: {cf_weight: 0.25}}\nserve: {port: 9}\n";
    recsys_config *made = NULL, *copy = NULL;
    char *dump = NULL;
    (void)data;
    recsys_status status = recsys_config_create(&made, runtime, error);
    if (status == RECSYS_OK) status = recsys_config_register(made, extra, 2, error);
    if (status == RECSYS_OK)
        status = recsys_config_load_text(made, text, sizeof text - 1, "text", error);
    if (status == RECSYS_OK) status = recsys_config_set(made, "evaluation.k", "4", error);
    if (status == RECSYS_OK) status = recsys_config_copy(&copy, made, error);
    if (status == RECSYS_OK) status = rs_config_dump(copy, runtime, &dump, error);
    rs_free(runtime, dump);
    recsys_config_destroy(copy);
    recsys_config_destroy(made);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(test_each_allocation(all_calls, NULL, 1, 1) > 10);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_row_is_complete),
        TEST(config_yaml_holds_every_default),
        TEST(product_values),
        TEST(classic_yaml),
        TEST(recent_yaml),
        TEST(values_become_canonical),
        TEST(bad_values_are_refused),
        TEST(unknown_keys_find_the_nearest),
        TEST(null_config_means_defaults),
        TEST(sections_become_dots),
        TEST(nothing_is_a_config_too),
        TEST(mistakes_are_named),
        TEST(extras_of_yaml_are_refused),
        TEST(a_bad_file_changes_nothing),
        TEST(files_are_found_or_named),
        TEST(dump_reads_back),
        TEST(registered_rows_work_like_ours),
        TEST(bad_rows_are_refused),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
