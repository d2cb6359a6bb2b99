/* A model of each release is kept in tests/models: every later library opens it, finds it sound
 * and gives the lists that its release gave. NAME.lists has a line for each user: id, then the
 * movies of their list. */
#include "testing.h"

#include <recsys/recsys.h>

static void check_line(const recsys_model *model, char *line)
{
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    char *rest, *user = strtok_r(line, " \n", &rest);
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_query_create(&query, NULL, &err), &err);
    assert_ok(recsys_query_set_user(query, user, &err), &err);
    assert_ok(recsys_query_set_limit(query, 5, &err), &err);
    assert_ok(recsys_recommend(&list, context, query, &err), &err);
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        const char *wanted = strtok_r(NULL, " \n", &rest);
        assert_non_null(wanted);
        assert_string_equal(recsys_result_item(list, i), wanted);
    }
    assert_null(strtok_r(NULL, " \n", &rest));
    recsys_query_destroy(query);
    recsys_context_destroy(context);
}

static void check_model(const char *name)
{
    char path[512], line[4096];
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_model_open(&model, NULL, test_path(path, "tests/models", name), &err),
              &err);
    assert_ok(recsys_model_validate(model, RECSYS_VALIDATE_FULL, &err), &err);
    memcpy(strrchr(path, '.'), ".lists", sizeof ".lists");
    FILE *lists = fopen(path, "r");
    assert_non_null(lists);
    size_t lines = 0;
    for (; fgets(line, sizeof line, lists) != NULL; lines++) check_line(model, line);
    assert_true(lines > 0);
    fclose(lists);
    recsys_model_destroy(model);
}

static void models_of_every_release_work(void **state)
{
    (void)state;
    size_t models = 0;
    DIR *folder = opendir("tests/models");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot == NULL || strcmp(dot, ".recsys") != 0) continue;
        check_model(entry->d_name);
        models++;
    }
    closedir(folder);
    assert_true(models > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(models_of_every_release_work)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
