/* Titles as people type them. */
#include "testing.h"

#include <recsys/recsys.h>

static const char lines[] =
    "{\"movie_id\": \"1\", \"title\": \"The Matrix\"}\n"
    "{\"movie_id\": \"2\", \"title\": \"The Matrix Reloaded\"}\n"
    "{\"movie_id\": \"3\", \"title\": \"Am\\u00e9lie\"}\n"
    "{\"movie_id\": \"4\", \"title\": \"M\"}\n"
    "{\"movie_id\": \"5\", \"title\": \"Star Wars: Episode IV - A New Hope\"}\n"
    "{\"movie_id\": \"6\", \"title\": \"Schindler's List\"}\n"
    "{\"movie_id\": \"7\", \"title\": \"Matrimony\"}\n"
    "{\"movie_id\": \"8\", \"title\": \"\"}\n";

static char folder[256];
static recsys_catalogue *movies;
static recsys_model *model;

/* Movie 2 has three raters, 1 has one, the others none. */
static int next_row(void *user_data, recsys_row *row)
{
    static const struct {
        const char *user, *movie;
    } rows[] = {{"a", "2"}, {"b", "2"}, {"c", "2"}, {"a", "1"}};
    size_t *at = user_data;
    if (*at == 4) return 0;
    row->user = rows[*at].user;
    row->movie = rows[*at].movie;
    row->rating = (float)(1 + *at);
    row->timestamp = (int64_t)(*at)++;
    return 1;
}

static int setup(void **state)
{
    (void)state;
    char path[512];
    size_t at = 0;
    recsys_ratings *ratings = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    test_text_file(path, test_folder(folder), "movies.jsonl", lines);
    assert_ok(recsys_catalogue_read(&movies, NULL, path, NULL, &err), &err);
    assert_ok(recsys_ratings_from_rows(&ratings, NULL, next_row, &at, &err), &err);
    assert_ok(recsys_model_fit(&model, NULL, ratings, movies, NULL, NULL, &err), &err);
    recsys_ratings_destroy(ratings);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    recsys_model_destroy(model);
    recsys_catalogue_destroy(movies);
    test_remove_folder(folder);
    return 0;
}

/* The ids found, in order, without blanks between. */
static const char *found(const char *text, size_t limit)
{
    static char ids[64];
    size_t numbers[8], count = 99;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_catalogue_find(movies, text, limit, numbers, &count, &err), &err);
    ids[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        char id[8];
        recsys_catalogue_movie_id(movies, numbers[i], id, sizeof id);
        strcat(ids, id);
    }
    return ids;
}

static void words_beginnings_and_errors(void **state)
{
    (void)state;
    assert_string_equal(found("matrix", 8), "12"); /* the shorter title first */
    assert_string_equal(found("MATRIX the", 8), "12");
    assert_string_equal(found("matri", 8), "712"); /* a beginning; "Matrimony" has one word */
    assert_string_equal(found("matrxi", 8), "12"); /* a transposition */
    assert_string_equal(found("martix reloded", 8), "2");
    assert_string_equal(found("am\xc3\xa9lie", 8), "3");
    assert_string_equal(found("AM\xc3\x89LIE", 8), "3");
    assert_string_equal(found("shindlers lsit", 8), "6"); /* two letters off, and one */
    assert_string_equal(found("chindlres list", 8), "");  /* three letters off */
    assert_string_equal(found("schindler", 8), "6");
    assert_string_equal(found("shindler", 8), "6");
    assert_string_equal(found("star iv", 8), "5");
    assert_string_equal(found("m", 8), "4712"); /* whole word, then beginnings */
    assert_string_equal(found("nothing like it", 8), "");
    assert_string_equal(found("", 8), "");
    assert_string_equal(found(" - ", 8), "");
    assert_string_equal(found("matrix", 1), "1");
    assert_string_equal(found("matrix", 0), "");
}

static void popular_titles_come_first_in_a_model(void **state)
{
    (void)state;
    size_t numbers[8], count = 0;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_model_search(model, "matrix", 8, numbers, &count, &err), &err);
    assert_int_equal(count, 2);
    assert_int_equal(numbers[0], recsys_model_find_movie(model, "2"));
    assert_int_equal(numbers[1], recsys_model_find_movie(model, "1"));
}

static void figures_are_those_of_the_data(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double value;
    } rows[] = {{"users", 3},         {"movies", 8},      {"ratings", 4},
                {"movies_rated", 2},  {"most_raters", 3}, {"mean_rating", 2.5},
                {"density", 4.0 / 6}, {"newest", 3000}};
    double value = -1;
    recsys_error err = RECSYS_ERROR_INIT;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_ok(recsys_model_stat(model, rows[i].name, &value, &err), &err);
        assert_near(value, rows[i].value, 1e-15);
    }
    assert_fails(recsys_model_stat(model, "luck", &value, &err), RECSYS_E_NOT_FOUND, &err);
}

static recsys_status search_once(recsys_runtime *runtime, void *path, recsys_error *err)
{
    recsys_catalogue *catalogue = NULL;
    size_t numbers[8], count;
    recsys_status status = recsys_catalogue_read(&catalogue, runtime, path, NULL, err);
    if (status == RECSYS_OK)
        status = recsys_catalogue_find(catalogue, "matrix", 8, numbers, &count, err);
    recsys_catalogue_destroy(catalogue);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    char path[512];
    test_path(path, folder, "movies.jsonl");
    assert_true(test_each_allocation(search_once, path, 1, 1) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_beginnings_and_errors),
        cmocka_unit_test(popular_titles_come_first_in_a_model),
        cmocka_unit_test(figures_are_those_of_the_data),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
