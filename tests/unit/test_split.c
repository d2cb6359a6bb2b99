/* Splits by hand: who goes to which side, and that nothing else decides it. What chance decides
 * is held against plain Python in test_split_oracle.c. */
#include "testing.h"

#include <math.h>

#include <recsys/split.h>

#include "eval/split.h"

/* ---- ratings from an array of rows ----------------------------------------------- */

typedef struct pair {
    char user[24], movie[24];
    int64_t time;
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
    row->timestamp = p->time;
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
    const char *bad[] = {"",
                         "user-random",
                         "user-random:",
                         "user-random:0",
                         "user-random:1.5",
                         "user-random:02",
                         "user-random:-1",
                         "user-random:nan",
                         "user-random:0.2x",
                         "User-random:0.2",
                         "given",
                         "random",
                         "random:1",
                         "leave-last:",
                         "leave-last:0",
                         "leave-last:1:2",
                         "leave-last:0.5",
                         "time",
                         "time:0",
                         "time:1",
                         "time:99999999",
                         "time:-5",
                         "time:2019-13-01",
                         "time:1960-01-01",
                         "time:tomorrow",
                         "windows",
                         "windows:7",
                         "windows:0:5",
                         "windows:-1:5",
                         "windows:7:0",
                         "windows:7:1001",
                         "windows:36501:1",
                         "windows:7:5:2",
                         "windows:1e-12:2",
                         "k-fold",
                         "k-fold:1",
                         "k-fold:1001",
                         "k-fold:2.0",
                         "cold-users",
                         "cold-movies:",
                         "cold-users:0",
                         "cold-users:2",
                         "cold-movies:1.0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        assert_int_equal(recsys_split(&a, &b, all, bad[i], 1, &err), RECSYS_E_INVALID);
        assert_non_null(strstr(err.text, "user-random:RATIO"));
        assert_non_null(strstr(err.text, bad[i]));
        assert_true(a == NULL && b == NULL);
        size_t folds = 77;
        assert_fails(recsys_split_folds(bad[i], &folds, &err), RECSYS_E_INVALID, &err);
        assert_int_equal(folds, 77);
    }
    assert_int_equal(recsys_split(&a, &b, all, NULL, 1, NULL), RECSYS_E_INVALID);
    assert_int_equal(recsys_split(&a, &b, NULL, "user-random:0.2", 1, NULL), RECSYS_E_INVALID);
    recsys_ratings_destroy(all);
}

static void empty_side_is_refused(void **state)
{
    (void)state;
    const pair pairs[] = {{"1", "1", 0}, {"1", "2", 0}, {"2", "1", 0}, {"2", "2", 0}};
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

/* ---- by time --------------------------------------------------------------------- */

#define DAY INT64_C(86400000)
#define NOON INT64_C(1561982400000) /* 2019-07-01T12:00:00Z */

/* All sides of one fold, as letters in the order of the pairs: r train, t test, n neither. */
static void expect_sides(const pair *pairs, size_t count, const char *how, size_t fold,
                         const char *expected)
{
    recsys_ratings *all = make_ratings(NULL, pairs, count, 1), *train = NULL, *test = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_split_fold(&train, &test, all, how, 1, fold, &err), &err);
    for (size_t i = 0; i < count; i++) {
        int in_train = holds(train, pairs[i].user, pairs[i].movie);
        int in_test = holds(test, pairs[i].user, pairs[i].movie);
        char side = in_train && !in_test ? 'r' : in_test && !in_train ? 't' : 'n';
        if (in_train && in_test) side = '2';
        if (side != expected[i])
            fail_msg("%s, fold %zu: rating %zu is %c, expected %c", how, fold, i, side,
                     expected[i]);
    }
    recsys_ratings_destroy(all);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
}

static const pair dated[] = {
    {"1", "1", 0},          {"1", "2", NOON},           {"1", "3", NOON + 1000},
    {"2", "1", NOON - DAY}, {"2", "2", NOON},           {"2", "3", NOON + DAY},
    {"3", "1", NOON},       {"3", "2", NOON + 2 * DAY},
};
enum { DATED = sizeof dated / sizeof *dated };

static void a_date_is_where_the_test_begins(void **state)
{
    (void)state;
    expect_sides(dated, DATED, "time:2019-07-01T12:00:00Z", 0, "rttrtttt");
    expect_sides(dated, DATED, "time:2019-07-01T14:00+02:00", 0, "rttrtttt");
    expect_sides(dated, DATED, "time:1561982400", 0, "rttrtttt");
    expect_sides(dated, DATED, "time:1561982400000", 0, "rttrtttt");
    expect_sides(dated, DATED, "time:1561982400001", 0, "rrtrrtrt");
    expect_sides(dated, DATED, "time:2019-07-02", 0, "rrrrrtrt");
}

/* In order: 0, the day before, NOON three times, a second later, a day, two days. */
static void equal_times_at_the_quantile_are_all_test(void **state)
{
    (void)state;
    const char *three_noons[] = {"time:0.25", "time:0.375", "time:0.5"};
    for (size_t i = 0; i < 3; i++) expect_sides(dated, DATED, three_noons[i], 0, "rttrtttt");
    expect_sides(dated, DATED, "time:0.625", 0, "rrtrrtrt");
    expect_sides(dated, DATED, "time:0.75", 0, "rrrrrtrt");
    expect_sides(dated, DATED, "time:0.9", 0, "rrrrrrrt");
    expect_sides(dated, DATED, "time:0.1", 0, "rttttttt");
}

static void windows_end_at_the_newest_rating(void **state)
{
    (void)state;
    /* (NOON - 1 d, NOON], (NOON, NOON + 1 d], (NOON + 1 d, NOON + 2 d] */
    expect_sides(dated, DATED, "windows:1:3", 0, "rtnrtntn");
    expect_sides(dated, DATED, "windows:1:3", 1, "rrtrrtrn");
    expect_sides(dated, DATED, "windows:1:3", 2, "rrrrrrrt");
    expect_sides(dated, DATED, "windows:2:1", 0, "rrtrrtrt");
    expect_sides(dated, DATED, "windows:0.5:5", 0, "rtnrtntn");
    expect_sides(dated, DATED, "windows:36500:1", 0, "rttttttt");
}

static void the_newest_of_each_user_are_left(void **state)
{
    (void)state;
    expect_sides(dated, DATED, "leave-last", 0, "rrtrrtrt");
    expect_sides(dated, DATED, "leave-last:2", 0, "rttrttrr");
}

/* Ratings of one time: which go is up to the seed, not to the order in which they came. */
static void ties_do_not_depend_on_the_input(void **state)
{
    (void)state;
    static pair pairs[30];
    int differ = 0;
    for (size_t i = 0; i < 30; i++) {
        snprintf(pairs[i].user, sizeof pairs->user, "%zu", i / 10);
        snprintf(pairs[i].movie, sizeof pairs->movie, "%zu", i % 10);
        pairs[i].time = i % 10 == 0 ? NOON + DAY : NOON;
    }
    for (uint64_t seed = 0; seed < 4; seed++) {
        recsys_ratings *all[2], *train[2], *test[2];
        for (int i = 0; i < 2; i++) {
            all[i] = make_ratings(NULL, pairs, 30, i);
            split(&train[i], &test[i], all[i], "leave-last:4", seed);
            for (size_t u = 0; u < 3; u++) {
                assert_true(holds(test[i], pairs[10 * u].user, "0")); /* the newest */
                assert_int_equal(count_of(test[i], pairs[10 * u].user), 4);
            }
        }
        assert_string_equal(recsys_ratings_hash(test[0]), recsys_ratings_hash(test[1]));
        differ += !holds(test[0], "1", "1");
        for (int i = 0; i < 2; i++) {
            recsys_ratings_destroy(all[i]);
            recsys_ratings_destroy(train[i]);
            recsys_ratings_destroy(test[i]);
        }
    }
    assert_in_range(differ, 1, 3);
}

/* ---- folds ----------------------------------------------------------------------- */

static void number_of_folds(void **state)
{
    (void)state;
    const struct {
        const char *how;
        size_t folds;
    } cases[] = {{"user-random:0.2", 1}, {"user-random:7", 1}, {"random:0.2", 1},
                 {"leave-last", 1},      {"time:0.8", 1},      {"time:2019-07-01", 1},
                 {"windows:7:5", 5},     {"windows:7:1", 1},   {"k-fold:10", 10},
                 {"k-fold:1000", 1000},  {"cold-users:.5", 1}, {"cold-movies:0.1", 1}};
    recsys_error err = RECSYS_ERROR_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t folds = 0;
        assert_ok(recsys_split_folds(cases[i].how, &folds, &err), &err);
        assert_int_equal(folds, cases[i].folds);
    }
}

static void every_rating_is_tested_in_one_fold(void **state)
{
    (void)state;
    static pair pairs[1300];
    size_t count = triangle(pairs, 50), tested = 0;
    static int times[1300];
    recsys_ratings *all = make_ratings(NULL, pairs, count, 0), *train, *test;
    recsys_error err = RECSYS_ERROR_INIT;
    for (size_t fold = 0; fold < 7; fold++) {
        assert_ok(recsys_split_fold(&train, &test, all, "k-fold:7", 3, fold, &err), &err);
        for (size_t i = 0; i < count; i++) {
            int here = holds(test, pairs[i].user, pairs[i].movie);
            assert_int_equal(holds(train, pairs[i].user, pairs[i].movie), !here);
            times[i] += here;
        }
        for (size_t u = 1; u <= 50; u++) {
            char id[24];
            snprintf(id, sizeof id, "%zu", u);
            assert_in_range(count_of(test, id), u / 7, u / 7 + (u % 7 != 0));
        }
        /* 1275 ratings: no fold gets much more than its part. */
        assert_in_range(recsys_ratings_count(test), 160, 205);
        tested += recsys_ratings_count(test);
        recsys_ratings_destroy(train);
        recsys_ratings_destroy(test);
    }
    assert_int_equal(tested, count);
    for (size_t i = 0; i < count; i++) assert_int_equal(times[i], 1);
    recsys_ratings_destroy(all);
}

static void folds_are_made_one_by_one(void **state)
{
    (void)state;
    recsys_ratings *all = make_ratings(NULL, dated, DATED, 0), *a = NULL, *b = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_fails(recsys_split(&a, &b, all, "k-fold:3", 1, &err), RECSYS_E_INVALID, &err);
    assert_contains(err.text, "k-fold:3 has 3 folds");
    assert_contains(err.text, "recsys_split_fold");
    assert_fails(recsys_split_fold(&a, &b, all, "k-fold:3", 1, 3, &err), RECSYS_E_INVALID,
                 &err);
    assert_contains(err.text, "no fold 3, only 0 to 2");
    assert_fails(recsys_split_fold(&a, &b, all, "time:0.5", 1, 1, &err), RECSYS_E_INVALID,
                 &err);
    assert_true(a == NULL && b == NULL);
    recsys_ratings_destroy(all);
}

/* ---- cold ------------------------------------------------------------------------ */

static void cold_ids_are_on_one_side_only(void **state)
{
    (void)state;
    static pair pairs[1300];
    size_t count = triangle(pairs, 50);
    recsys_ratings *all = make_ratings(NULL, pairs, count, 0), *train, *test;
    split(&train, &test, all, "cold-users:0.3", 1);
    assert_int_equal(recsys_ratings_users(test), 15);
    assert_int_equal(recsys_ratings_users(train), 35);
    assert_int_equal(recsys_ratings_count(train) + recsys_ratings_count(test), count);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    split(&train, &test, all, "cold-movies:0.25", 1);
    assert_int_equal(recsys_ratings_movies(test), 13); /* floor(12.5 + 0.5) */
    assert_int_equal(recsys_ratings_movies(train), 37);
    assert_int_equal(recsys_ratings_count(train) + recsys_ratings_count(test), count);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
    recsys_ratings_destroy(all);
}

/* ---- empty sides ----------------------------------------------------------------- */

static void expect_empty(const pair *pairs, size_t count, const char *how, size_t fold,
                         const char *text)
{
    recsys_ratings *all = make_ratings(NULL, pairs, count, 0), *a = NULL, *b = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_fails(recsys_split_fold(&a, &b, all, how, 1, fold, &err), RECSYS_E_EMPTY, &err);
    char wanted[300];
    snprintf(wanted, sizeof wanted, "recsys_split: the %s", text);
    assert_string_equal(err.text, wanted);
    assert_true(a == NULL && b == NULL);
    recsys_ratings_destroy(all);
}

static void empty_sides_say_why(void **state)
{
    (void)state;
    static const pair timeless[] = {{"1", "1", 0}, {"1", "2", 0}, {"2", "1", 0}};
    expect_empty(dated, DATED, "user-random:3", 0,
                 "test side of user-random:3 is empty: the most active of 3 users has 3 "
                 "ratings, of which the split takes none");
    expect_empty(dated, DATED, "leave-last:9", 0,
                 "test side of leave-last:9 is empty: the most active of 3 users has 3 "
                 "ratings, of which the split takes none");
    expect_empty(dated, DATED, "random:0.05", 0,
                 "test side of random:0.05 is empty: the share of 8 ratings, rounded, is none");
    expect_empty(dated, DATED, "random:0.95", 0,
                 "train side of random:0.95 is empty: the share of 8 ratings, rounded, is all "
                 "of them");
    expect_empty(
        dated, DATED, "cold-users:0.1", 0,
        "test side of cold-users:0.1 is empty: the share of 3 users, rounded, is none");
    expect_empty(dated, DATED, "cold-movies:0.9", 0,
                 "train side of cold-movies:0.9 is empty: the share of 3 movies, rounded, is "
                 "all of them");
    expect_empty(dated, DATED, "time:0.99", 0,
                 "test side of time:0.99 is empty: the share of 8 ratings, rounded, is all of "
                 "them");
    expect_empty(dated + 1, 2, "time:0.1", 0,
                 "train side of time:0.1 is empty: none of the 2 ratings is from before "
                 "2019-07-01T12:00:00Z, the oldest is from 2019-07-01T12:00:00Z");
    expect_empty(dated, DATED, "time:2020-02-29", 0,
                 "test side of time:2020-02-29 is empty: all 8 ratings are from before "
                 "2020-02-29T00:00:00Z, the newest is from 2019-07-03T12:00:00Z");
    expect_empty(dated, DATED, "time:1970-01-01", 0,
                 "train side of time:1970-01-01 is empty: none of the 8 ratings is from before "
                 "1970-01-01T00:00:00Z, the oldest has no time and counts as "
                 "1970-01-01T00:00:00Z");
    expect_empty(timeless, 3, "time:0.5", 0,
                 "train side of time:0.5 is empty: none of the 3 ratings has a time");
    expect_empty(timeless, 3, "windows:1:2", 1,
                 "test side of fold 2 of 2 of windows:1:2 is empty: none of the 3 ratings has "
                 "a time");
    expect_empty(dated + 3, 5, "windows:1:4", 0,
                 "train side of fold 1 of 4 of windows:1:4 is empty: none of the 5 ratings is "
                 "from before 2019-06-29T12:00:00.001Z, the oldest is from "
                 "2019-06-30T12:00:00Z");
    expect_empty(dated, DATED, "windows:0.25:3", 1,
                 "test side of fold 2 of 3 of windows:0.25:3 is empty: none of the 8 ratings "
                 "is from 2019-07-03T00:00:00.001Z to 2019-07-03T06:00:00Z");
    expect_empty(dated, DATED, "windows:36500:2", 0,
                 "test side of fold 1 of 2 of windows:36500:2 is empty: it would end before "
                 "1970, the newest of 8 ratings is from 2019-07-03T12:00:00Z");
    expect_empty(timeless + 2, 1, "k-fold:2", 0,
                 "test side of fold 1 of 2 of k-fold:2 is empty: of 1 ratings of 1 users, "
                 "dealt to 2 folds, it gets none");
    expect_empty(timeless + 2, 1, "k-fold:2", 1,
                 "train side of fold 2 of 2 of k-fold:2 is empty: of 1 ratings of 1 users, "
                 "dealt to 2 folds, it gets all");
}

/* ---- each allocation made to fail in turn ---------------------------------------- */

typedef struct split_work {
    const pair *pairs;
    const char *how;
} split_work;

static recsys_status read_and_split(recsys_runtime *runtime, void *data, recsys_error *err)
{
    const split_work *work = data;
    rows r = {work->pairs, 45, 0, 0};
    recsys_ratings *all = NULL, *train = NULL, *test = NULL;
    recsys_status status = recsys_ratings_from_rows(&all, runtime, next_row, &r, err);
    if (status == RECSYS_OK)
        status = recsys_split_fold(&train, &test, all, work->how, 1, 0, err);
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
    static const char *const hows[] = {"user-random:0.3", "random:0.3", "leave-last",
                                       "time:0.5",        "k-fold:3",   "cold-users:0.3",
                                       "cold-movies:0.3", "windows:1:1"};
    assert_int_equal(triangle(pairs, 9), 45);
    for (size_t i = 0; i < 45; i++) pairs[i].time = NOON + DAY * (int64_t)(i % 5);
    for (size_t i = 0; i < sizeof hows / sizeof *hows; i++) {
        split_work work = {pairs, hows[i]};
        assert_true(test_each_allocation(read_and_split, &work, 1, 1) > 10);
    }
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
        cmocka_unit_test(a_date_is_where_the_test_begins),
        cmocka_unit_test(equal_times_at_the_quantile_are_all_test),
        cmocka_unit_test(windows_end_at_the_newest_rating),
        cmocka_unit_test(the_newest_of_each_user_are_left),
        cmocka_unit_test(ties_do_not_depend_on_the_input),
        cmocka_unit_test(number_of_folds),
        cmocka_unit_test(every_rating_is_tested_in_one_fold),
        cmocka_unit_test(folds_are_made_one_by_one),
        cmocka_unit_test(cold_ids_are_on_one_side_only),
        cmocka_unit_test(empty_sides_say_why),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
