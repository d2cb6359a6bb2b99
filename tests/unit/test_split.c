/* user-random:RATIO - who goes to the test side, and that nothing else decides it. */
#include "testing.h"

#include <math.h>

#include <recsys/evaluate.h>

#include "eval/split.h"

/* ---- ratings from an array of rows ----------------------------------------------- */

typedef struct pair {
    char user[24], movie[24];
} pair;

typedef struct rows {
    const pair *pairs;
    size_t count, next;
    int backwards;
} rows;

static int next_row(void *data, recsys_row *row)
{
    rows *r = data;
    if (r->next == r->count) return 0;
    const pair *p = &r->pairs[r->backwards ? r->count - 1 - r->next : r->next];
    r->next++;
    row->user = p->user;
    row->movie = p->movie;
    row->rating = 4;
    row->timestamp = 0;
    return 1;
}

static recsys_ratings *make_ratings(recsys_runtime *runtime, const pair *pairs, size_t count,
                                    int backwards)
{
    recsys_ratings *ratings = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    rows r = {pairs, count, 0, backwards};
    if (recsys_ratings_from_rows(&ratings, runtime, next_row, &r, &err) != RECSYS_OK)
        fail_msg("%s", err.text);
    return ratings;
}

/* User u of 1..users has u ratings, of movies 1..u. */
static size_t triangle(pair *pairs, size_t users)
{
    size_t count = 0;
    for (size_t u = 1; u <= users; u++)
        for (size_t m = 1; m <= u; m++, count++) {
            snprintf(pairs[count].user, sizeof pairs->user, "%zu", u);
            snprintf(pairs[count].movie, sizeof pairs->movie, "%zu", m);
        }
    return count;
}

static int holds(const recsys_ratings *ratings, const char *user_id, const char *movie_id)
{
    size_t user = recsys_ratings_find_user(ratings, user_id);
    size_t movie = recsys_ratings_find_movie(ratings, movie_id);
    if (user == SIZE_MAX || movie == SIZE_MAX) return 0;
    recsys_rating r = RECSYS_RATING_INIT;
    for (size_t j = 0; recsys_ratings_user_at(ratings, user, j, &r); j++)
        if (r.movie == movie) return 1;
    return 0;
}

static size_t count_of(const recsys_ratings *ratings, const char *user_id)
{
    size_t user = recsys_ratings_find_user(ratings, user_id);
    return user == SIZE_MAX ? 0 : recsys_ratings_user_count(ratings, user);
}

static void split(recsys_ratings **train, recsys_ratings **test, const recsys_ratings *ratings,
                  const char *how, uint64_t seed)
{
    recsys_error err = RECSYS_ERROR_INIT;
    if (recsys_split(train, test, ratings, how, seed, &err) != RECSYS_OK)
        fail_msg("%s", err.text);
}

/* ---- tests ----------------------------------------------------------------------- */

static void share_is_rounded_and_single_ratings_stay(void **state)
{
    (void)state;
    assert_int_equal(rs_split_user_share(0.2, 0), 0);
    assert_int_equal(rs_split_user_share(0.9, 1), 0);
    assert_int_equal(rs_split_user_share(0.2, 2), 0);
    assert_int_equal(rs_split_user_share(0.2, 3), 1);
    assert_int_equal(rs_split_user_share(0.2, 7), 1);
    assert_int_equal(rs_split_user_share(0.2, 8), 2);
    assert_int_equal(rs_split_user_share(0.5, 3), 2);
    assert_int_equal(rs_split_user_share(0.9, 2), 2);
}

static void sides_are_a_partition(void **state)
{
    (void)state;
    static pair pairs[1300];
    size_t count = triangle(pairs, 50);
    recsys_ratings *all = make_ratings(NULL, pairs, count, 0), *train, *test;
    split(&train, &test, all, "user-random:0.2", 1);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(holds(train, pairs[i].user, pairs[i].movie) +
                             holds(test, pairs[i].user, pairs[i].movie),
                         1);
    assert_int_equal(recsys_ratings_count(train) + recsys_ratings_count(test), count);
    for (size_t u = 1; u <= 50; u++) {
        char id[24];
        snprintf(id, sizeof id, "%zu", u);
        size_t want = u == 1 ? 0 : (size_t)floor(0.2 * (double)u + 0.5);
        assert_int_equal(count_of(test, id), want);
    }
    recsys_ratings_destroy(all);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
}

/* What rs_hash64 of the ids draws, computed apart from the library.
 * A release that changes these changes everybody's splits. */
static void draw_is_pinned(void **state)
{
    (void)state;
    static const struct {
        const char *user;
        uint64_t seed;
        const char *movies[3];
    } cases[] = {
        {"7", 1, {"3", "6", "10"}},
        {"7", 2, {"2", "7", "8"}},
        {"alice", 1, {"2", "5", "10"}},
        {"alice", 2, {"3", "5", "6"}},
    };
    static pair pairs[10];
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (size_t m = 0; m < 10; m++) {
            snprintf(pairs[m].user, sizeof pairs->user, "%s", cases[c].user);
            snprintf(pairs[m].movie, sizeof pairs->movie, "%zu", m + 1);
        }
        recsys_ratings *all = make_ratings(NULL, pairs, 10, 0), *train, *test;
        split(&train, &test, all, "user-random:0.3", cases[c].seed);
        assert_int_equal(recsys_ratings_count(test), 3);
        for (size_t i = 0; i < 3; i++)
            assert_true(holds(test, cases[c].user, cases[c].movies[i]));
        recsys_ratings_destroy(all);
        recsys_ratings_destroy(train);
        recsys_ratings_destroy(test);
    }
}

static void seed_decides_and_order_does_not(void **state)
{
    (void)state;
    static pair pairs[1300];
    size_t count = triangle(pairs, 50);
    recsys_ratings *train[3], *test[3];
    for (int i = 0; i < 3; i++) {
        recsys_ratings *all = make_ratings(NULL, pairs, count, i == 1);
        split(&train[i], &test[i], all, "user-random:0.2", i == 2 ? 2 : 1);
        recsys_ratings_destroy(all);
    }
    assert_string_equal(recsys_ratings_hash(test[0]), recsys_ratings_hash(test[1]));
    assert_string_equal(recsys_ratings_hash(train[0]), recsys_ratings_hash(train[1]));
    assert_string_not_equal(recsys_ratings_hash(test[0]), recsys_ratings_hash(test[2]));
    for (int i = 0; i < 3; i++) {
        recsys_ratings_destroy(train[i]);
        recsys_ratings_destroy(test[i]);
    }
}

/* One id that is no number turns the whole table into strings, with another order. */
static void other_ids_do_not_change_a_users_draw(void **state)
{
    (void)state;
    static pair pairs[1300];
    size_t count = triangle(pairs, 40);
    recsys_ratings *plain = make_ratings(NULL, pairs, count, 0), *train[2], *test[2];
    strcpy(pairs[count].user, "zoe");
    strcpy(pairs[count].movie, "tt0001");
    recsys_ratings *mixed = make_ratings(NULL, pairs, count + 1, 0);
    split(&train[0], &test[0], plain, "user-random:0.25", 9);
    split(&train[1], &test[1], mixed, "user-random:0.25", 9);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(holds(test[0], pairs[i].user, pairs[i].movie),
                         holds(test[1], pairs[i].user, pairs[i].movie));
    recsys_ratings_destroy(plain);
    recsys_ratings_destroy(mixed);
    for (int i = 0; i < 2; i++) {
        recsys_ratings_destroy(train[i]);
        recsys_ratings_destroy(test[i]);
    }
}

static void bad_how_is_refused(void **state)
{
    (void)state;
    static pair pairs[10];
    recsys_ratings *all = make_ratings(NULL, pairs, triangle(pairs, 4), 0), *a = NULL,
                   *b = NULL;
    const char *bad[] = {"",           "user-random",     "user-random:",   "user-random:0",
                         "random:0.2", "user-random:1",   "user-random:-1", "user-random:nan",
                         "given",      "user-random:0.2x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        assert_int_equal(recsys_split(&a, &b, all, bad[i], 1, &err), RECSYS_E_INVALID);
        assert_non_null(strstr(err.text, "user-random:RATIO"));
        assert_non_null(strstr(err.text, bad[i]));
        assert_true(a == NULL && b == NULL);
    }
    assert_int_equal(recsys_split(&a, &b, all, NULL, 1, NULL), RECSYS_E_INVALID);
    assert_int_equal(recsys_split(&a, &b, NULL, "user-random:0.2", 1, NULL), RECSYS_E_INVALID);
    recsys_ratings_destroy(all);
}

static void empty_side_is_refused(void **state)
{
    (void)state;
    const pair pairs[] = {{"1", "1"}, {"1", "2"}, {"2", "1"}, {"2", "2"}};
    recsys_ratings *all = make_ratings(NULL, pairs, 4, 0), *a = NULL, *b = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_int_equal(recsys_split(&a, &b, all, "user-random:0.2", 1, &err), RECSYS_E_EMPTY);
    assert_non_null(strstr(err.text, "test side of user-random:0.2"));
    assert_non_null(strstr(err.text, "2 ratings"));
    assert_int_equal(recsys_split(&a, &b, all, "user-random:0.8", 1, &err), RECSYS_E_EMPTY);
    assert_non_null(strstr(err.text, "train side of user-random:0.8"));
    assert_true(a == NULL && b == NULL);
    recsys_ratings_destroy(all);
}

/* ---- each allocation made to fail in turn ---------------------------------------- */

static recsys_status read_and_split(recsys_runtime *runtime, void *data, recsys_error *err)
{
    rows r = {data, 45, 0, 0};
    recsys_ratings *all = NULL, *train = NULL, *test = NULL;
    recsys_status status = recsys_ratings_from_rows(&all, runtime, next_row, &r, err);
    if (status == RECSYS_OK)
        status = recsys_split(&train, &test, all, "user-random:0.3", 1, err);
    assert_int_equal(train != NULL && test != NULL, status == RECSYS_OK);
    recsys_ratings_destroy(all);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static pair pairs[45];
    assert_int_equal(triangle(pairs, 9), 45);
    assert_true(test_each_allocation(read_and_split, pairs, 1, 1) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(share_is_rounded_and_single_ratings_stay),
        cmocka_unit_test(sides_are_a_partition),
        cmocka_unit_test(draw_is_pinned),
        cmocka_unit_test(seed_decides_and_order_does_not),
        cmocka_unit_test(other_ids_do_not_change_a_users_draw),
        cmocka_unit_test(bad_how_is_refused),
        cmocka_unit_test(empty_side_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
