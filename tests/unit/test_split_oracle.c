/* Every way of splitting against tests/oracle/splits.py, through the fixture that
 * make_splits_fixture.py wrote: on which side each rating is, or which side is empty. */
#include "testing.h"

#include <recsys/split.h>

enum { MOST_ROWS = 4096 };

typedef struct row {
    char user[64], movie[64];
    long long milli;
} row;

typedef struct data {
    row rows[MOST_ROWS];
    size_t count, next, step;
    recsys_ratings *ratings;
} data;

/* Rows come in any order: every `step`-th of them, round and round. */
static int next_row(void *user_data, recsys_row *to)
{
    data *d = user_data;
    if (d->next == d->count) return 0;
    const row *from = &d->rows[d->next++ * d->step % d->count];
    to->user = from->user;
    to->movie = from->movie;
    to->rating = 3;
    to->timestamp = from->milli;
    return 1;
}

static size_t prime_to(size_t count)
{
    size_t step = 7;
    for (;; step += 2) {
        size_t a = count, b = step;
        while (b != 0) {
            size_t rest = a % b;
            a = b;
            b = rest;
        }
        if (a == 1) return step;
    }
}

static const recsys_ratings *ratings_of(data *d)
{
    recsys_error err = RECSYS_ERROR_INIT;
    if (d->ratings != NULL) return d->ratings;
    d->next = 0;
    d->step = prime_to(d->count);
    assert_ok(recsys_ratings_from_rows(&d->ratings, NULL, next_row, d, &err), &err);
    assert_int_equal(recsys_ratings_count(d->ratings), d->count);
    return d->ratings;
}

static void forget(data *d)
{
    recsys_ratings_destroy(d->ratings);
    d->ratings = NULL;
    d->count = 0;
}

static int holds(const recsys_ratings *ratings, const row *wanted)
{
    size_t user = recsys_ratings_find_user(ratings, wanted->user);
    size_t movie = recsys_ratings_find_movie(ratings, wanted->movie);
    recsys_rating r = RECSYS_RATING_INIT;
    if (user == SIZE_MAX || movie == SIZE_MAX) return 0;
    for (size_t j = 0; recsys_ratings_user_at(ratings, user, j, &r); j++)
        if (r.movie == movie) {
            assert_int_equal(r.timestamp, wanted->milli);
            return 1;
        }
    return 0;
}

static size_t count_letter(const char *letters, char letter)
{
    size_t count = 0;
    for (; *letters != '\0'; letters++) count += *letters == letter;
    return count;
}

static void check_sides(const data *d, const char *how, const char *letters,
                        const recsys_ratings *train, const recsys_ratings *test)
{
    assert_int_equal(recsys_ratings_count(train), count_letter(letters, 'r'));
    assert_int_equal(recsys_ratings_count(test), count_letter(letters, 't'));
    for (size_t i = 0; i < d->count; i++)
        if (holds(train, &d->rows[i]) != (letters[i] == 'r') ||
            holds(test, &d->rows[i]) != (letters[i] == 't'))
            fail_msg("%s: user %s, movie %s: expected %c", how, d->rows[i].user,
                     d->rows[i].movie, letters[i]);
}

static void check_split(data *d, const char *how, uint64_t seed, size_t fold,
                        const char *letters)
{
    recsys_ratings *train = NULL, *test = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_status status =
        recsys_split_fold(&train, &test, ratings_of(d), how, seed, fold, &err);
    assert_int_equal(strlen(letters), d->count);
    if (count_letter(letters, 't') == 0 || count_letter(letters, 'r') == 0) {
        const char *side = count_letter(letters, 't') == 0 ? "the test side" : "the train side";
        assert_int_equal(status, RECSYS_E_EMPTY);
        assert_contains(err.text, side);
        assert_contains(err.text, how);
        assert_true(train == NULL && test == NULL);
        return;
    }
    assert_ok(status, &err);
    check_sides(d, how, letters, train, test);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(test);
}

static void sides_are_those_of_the_oracle(void **state)
{
    (void)state;
    static data d;
    static char letters[MOST_ROWS + 1];
    char line[64], how[64];
    unsigned long long seed;
    size_t fold, splits = 0;
    FILE *file = fopen("tests/data/splits.txt", "r");
    assert_non_null(file);
    while (fscanf(file, "%63s", line) == 1) {
        if (strcmp(line, "data") == 0) {
            forget(&d);
        } else if (strcmp(line, "split") == 0) {
            assert_int_equal(fscanf(file, "%63s %llu %zu %4096s", how, &seed, &fold, letters),
                             4);
            check_split(&d, how, seed, fold, letters);
            splits++;
        } else {
            row *to = &d.rows[d.count++];
            assert_true(d.count <= MOST_ROWS);
            snprintf(to->user, sizeof to->user, "%s", line);
            assert_int_equal(fscanf(file, "%63s %lld", to->movie, &to->milli), 2);
        }
    }
    fclose(file);
    forget(&d);
    assert_true(splits > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sides_are_those_of_the_oracle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
