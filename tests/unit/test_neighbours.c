/* Neighbour lists without a model, against the formulas of docs/models.md written down row by
 * row in doubles, for users and for movies; threads and instruction sets must not show. */
#include "pairs_testing.h"

#include <math.h>

#include "base/text.h"

#define CF "model.collaborative_filtering."

static const char *const kinds[] = {"cosine", "corated_cosine", "pearson", "adjusted_cosine",
                                    "jaccard"};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* ---- the formulas ----------------------------------------------------------------- */

/* Rows as plain tables, NaN where there is no rating. */
typedef struct table {
    size_t rows, columns;
    double *rating;
} table;

static table table_of(const recsys_ratings *ratings, recsys_side side)
{
    size_t users = recsys_ratings_users(ratings), movies = recsys_ratings_movies(ratings);
    table t = {side == RECSYS_USERS ? users : movies, side == RECSYS_USERS ? movies : users,
               NULL};
    t.rating = malloc(users * movies * sizeof *t.rating);
    assert_non_null(t.rating);
    for (size_t i = 0; i < users * movies; i++) t.rating[i] = NAN;
    for (size_t u = 0; u < users; u++)
        for (size_t j = 0; j < recsys_ratings_user_count(ratings, u); j++) {
            recsys_rating r = RECSYS_RATING_INIT;
            assert_true(recsys_ratings_user_at(ratings, u, j, &r));
            size_t at = side == RECSYS_USERS ? u * movies + r.movie : r.movie * users + u;
            t.rating[at] = (double)r.value;
        }
    return t;
}

/* Mean over the columns of a, or over those that b has too. */
static double mean(const double *a, const double *b, size_t columns)
{
    double sum = 0, n = 0;
    for (size_t i = 0; i < columns; i++) {
        if (isnan(a[i]) || isnan(b[i])) continue;
        sum += a[i];
        n++;
    }
    return sum / n;
}

static double cosine(const double *a, const double *b, size_t columns, double mean_a,
                     double mean_b, int over_all)
{
    double dot = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < columns; i++) {
        int both = !isnan(a[i]) && !isnan(b[i]);
        if (both) dot += (a[i] - mean_a) * (b[i] - mean_b);
        if (both || (over_all && !isnan(a[i]))) aa += (a[i] - mean_a) * (a[i] - mean_a);
        if (both || (over_all && !isnan(b[i]))) bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return aa < 1e-9 || bb < 1e-9 ? 0 : dot / sqrt(aa) / sqrt(bb);
}

static double formula(size_t kind, const double *a, const double *b, size_t columns, double n)
{
    double either = 0;
    switch (kind) {
    case 0: return cosine(a, b, columns, 0, 0, 1);
    case 1: return cosine(a, b, columns, 0, 0, 0);
    case 2: return cosine(a, b, columns, mean(a, b, columns), mean(b, a, columns), 0);
    case 3: return cosine(a, b, columns, mean(a, a, columns), mean(b, b, columns), 0);
    default:
        for (size_t i = 0; i < columns; i++) either += !isnan(a[i]) || !isnan(b[i]);
        return n / either;
    }
}

/* ---- comparing -------------------------------------------------------------------- */

typedef struct wanted {
    size_t kind, most, min_common;
    double threshold, shrinkage;
} wanted;

static recsys_config *config_of(const wanted *w)
{
    recsys_config *config = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    char text[64];
    assert_ok(recsys_config_create(&config, NULL, &err), &err);
    assert_ok(recsys_config_set(config, CF "similarity", kinds[w->kind], &err), &err);
    snprintf(text, sizeof text, "%zu", w->most);
    assert_ok(recsys_config_set(config, CF "n_neighbors", text, &err), &err);
    snprintf(text, sizeof text, "%zu", w->min_common);
    assert_ok(recsys_config_set(config, CF "min_common_items", text, &err), &err);
    rs_format_real(text, w->threshold);
    assert_ok(recsys_config_set(config, CF "similarity_threshold", text, &err), &err);
    rs_format_real(text, w->shrinkage);
    assert_ok(recsys_config_set(config, CF "shrinkage", text, &err), &err);
    return config;
}

/* Row i's similarity to each row, NaN where it is no neighbour; returns how many are. */
static size_t similarities(const table *t, const wanted *w, size_t i, double *s,
                           uint32_t *common)
{
    size_t found = 0;
    for (size_t j = 0; j < t->rows; j++) {
        const double *a = t->rating + i * t->columns, *b = t->rating + j * t->columns;
        double n = 0;
        for (size_t k = 0; k < t->columns; k++) n += !isnan(a[k]) && !isnan(b[k]);
        common[j] = (uint32_t)n;
        s[j] = NAN;
        if (i == j || n < (double)w->min_common) continue;
        s[j] = formula(w->kind, a, b, t->columns, n) * n / (n + w->shrinkage);
        if (!(s[j] > w->threshold)) s[j] = NAN;
        found += isnan(s[j]) ? 0 : 1;
    }
    return found;
}

/* The list names the right rows with the right numbers, and leaves out none that is better. */
static void check_row(const recsys_neighbours *n, const table *t, const wanted *w, size_t i,
                      double *s, uint32_t *both)
{
    const uint32_t *rows, *common;
    const float *similarity;
    size_t found = similarities(t, w, i, s, both);
    size_t count = recsys_neighbours_list(n, i, &rows, &similarity, &common);
    assert_int_equal(count, found < w->most ? found : w->most);
    if (count == 0) assert_true(rows == NULL && similarity == NULL && common == NULL);
    for (size_t k = 0; k < count; k++) {
        assert_true(rows[k] < t->rows && !isnan(s[rows[k]]));
        assert_near((double)similarity[k], s[rows[k]], 1e-6);
        assert_int_equal(common[k], both[rows[k]]);
        s[rows[k]] = NAN;
        if (k == 0 || similarity[k - 1] > similarity[k]) continue;
        assert_true(similarity[k - 1] == similarity[k] && common[k - 1] >= common[k]);
        assert_true(common[k - 1] > common[k] || rows[k - 1] < rows[k]);
    }
    for (size_t j = 0; count > 0 && j < t->rows; j++)
        assert_false(s[j] > (double)similarity[count - 1] + 1e-6);
}

static void check(const recsys_ratings *ratings, recsys_side side, const wanted *w)
{
    recsys_neighbours *n = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = config_of(w);
    table t = table_of(ratings, side);
    double *s = malloc(t.rows * sizeof *s);
    uint32_t *both = malloc(t.rows * sizeof *both);
    assert_ok(recsys_neighbours_fit(&n, NULL, ratings, side, config, NULL, &err), &err);
    assert_int_equal(recsys_neighbours_count(n), t.rows);
    for (size_t i = 0; i < t.rows; i++) check_row(n, &t, w, i, s, both);
    assert_int_equal(recsys_neighbours_list(n, t.rows, NULL, NULL, NULL), 0);
    recsys_neighbours_destroy(n);
    recsys_config_destroy(config);
    free(t.rating);
    free(s);
    free(both);
}

static recsys_ratings *draw(draws d)
{
    recsys_ratings *ratings = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_ratings_from_rows(&ratings, NULL, draws_row, &d, &err), &err);
    return ratings;
}

static const float half_stars[] = {0.5F, 1, 1.5F, 2, 2.5F, 3, 3.5F, 4, 4.5F, 5};
static const float signed_[] = {-3, -2, -1, 0, 1, 2, 3};
static const float any[] = {0.1F, 1.7F, 2.2F, 3.1F, 4.9F, 7.3F, 11.4F, 0.7F, 5.5F,
                            6.1F, 8.8F, 9.3F, 2.9F, 3.7F, 4.1F, 1.3F,  6.6F};

static void lists_follow_the_formulas(void **state)
{
    (void)state;
    const struct {
        const float *levels;
        size_t count;
    } scales[] = {{half_stars, 10}, {signed_, 7}, {any, sizeof any / sizeof *any}};
    for (size_t scale = 0; scale < 3; scale++) {
        recsys_ratings *ratings = draw((draws){.users = 75,
                                               .movies = 40,
                                               .chance = 3,
                                               .levels = scales[scale].levels,
                                               .level_count = scales[scale].count,
                                               .state = scale});
        for (size_t kind = 0; kind < KINDS; kind++)
            for (int side = RECSYS_USERS; side <= RECSYS_MOVIES; side++) {
                check(ratings, (recsys_side)side, &(wanted){kind, 6, 3, 0.1, 2});
                check(ratings, (recsys_side)side, &(wanted){kind, 100, 1, -0.97, 0});
            }
        recsys_ratings_destroy(ratings);
    }
}

/* ---- the handle ------------------------------------------------------------------- */

static void same_lists(const recsys_neighbours *a, const recsys_neighbours *b)
{
    assert_int_equal(recsys_neighbours_count(a), recsys_neighbours_count(b));
    for (size_t i = 0; i < recsys_neighbours_count(a); i++) {
        const uint32_t *rows[2], *common[2];
        const float *similarity[2];
        size_t count = recsys_neighbours_list(a, i, &rows[0], &similarity[0], &common[0]);
        assert_int_equal(recsys_neighbours_list(b, i, &rows[1], &similarity[1], &common[1]),
                         count);
        if (count == 0) continue;
        assert_memory_equal(rows[0], rows[1], count * sizeof *rows[0]);
        assert_memory_equal(common[0], common[1], count * sizeof *common[0]);
        assert_memory_equal(similarity[0], similarity[1], count * sizeof *similarity[0]);
    }
}

static void threads_and_sets_do_not_show(void **state)
{
    (void)state;
    static const char *const sets[] = {"scalar", "avx2", "avx512", "neon"};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = draw((draws){
        .users = 300, .movies = 60, .chance = 3, .levels = half_stars, .level_count = 10});
    for (int side = RECSYS_USERS; side <= RECSYS_MOVIES; side++) {
        recsys_neighbours *first = NULL, *other = NULL;
        assert_ok(
            recsys_neighbours_fit(&first, NULL, ratings, (recsys_side)side, NULL, NULL, &err),
            &err);
        for (size_t i = 0; i < 8; i++) {
            recsys_runtime *runtime = NULL;
            assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
            assert_ok(recsys_runtime_set_threads(runtime, 1 + 4 * (i / 4), &err), &err);
            if (recsys_runtime_set_isa(runtime, sets[i % 4], NULL) == RECSYS_OK) {
                assert_ok(recsys_neighbours_fit(&other, runtime, ratings, (recsys_side)side,
                                                NULL, NULL, &err),
                          &err);
                same_lists(first, other);
                recsys_neighbours_destroy(other);
            }
            recsys_runtime_destroy(runtime);
        }
        recsys_neighbours_destroy(first);
    }
    recsys_ratings_destroy(ratings);
}

static void it_outlives_the_ratings(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_neighbours *n = NULL;
    recsys_ratings *ratings = draw((draws){
        .users = 20, .movies = 10, .chance = 2, .levels = half_stars, .level_count = 10});
    assert_ok(recsys_neighbours_fit(&n, NULL, ratings, RECSYS_USERS, NULL, NULL, &err), &err);
    recsys_ratings_destroy(ratings);
    assert_ptr_equal(recsys_neighbours_retain(n), n);
    recsys_neighbours_destroy(n);
    const uint32_t *rows = NULL;
    assert_true(recsys_neighbours_list(n, 0, &rows, NULL, NULL) > 0);
    assert_true(rows[0] < 20);
    recsys_neighbours_destroy(n);
}

static int stop(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    assert_string_equal(stage, "neighbours");
    ++*(size_t *)user_data;
    return 1;
}

static void wrong_sides_and_stops(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_neighbours *n = NULL;
    size_t calls = 0;
    recsys_progress progress = {stop, &calls};
    recsys_ratings *ratings = draw((draws){
        .users = 20, .movies = 10, .chance = 2, .levels = half_stars, .level_count = 10});
    for (int side = -1; side < 5; side++) {
        if (side == RECSYS_USERS || side == RECSYS_MOVIES) continue;
        assert_fails(
            recsys_neighbours_fit(&n, NULL, ratings, (recsys_side)side, NULL, NULL, &err),
            RECSYS_E_INVALID, &err);
        assert_contains(err.text, "RECSYS_USERS");
    }
    assert_fails(recsys_neighbours_fit(&n, NULL, ratings, RECSYS_USERS, NULL, &progress, &err),
                 RECSYS_CANCELLED, &err);
    assert_true(calls >= 1 && n == NULL);
    recsys_ratings_destroy(ratings);
}

static recsys_status run_once(recsys_runtime *runtime, void *data, recsys_error *err)
{
    recsys_neighbours *n = NULL;
    recsys_status status =
        recsys_neighbours_fit(&n, runtime, data, RECSYS_MOVIES, NULL, NULL, err);
    recsys_neighbours_destroy(n);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    recsys_ratings *fits = draw((draws){
        .users = 80, .movies = 70, .chance = 2, .levels = half_stars, .level_count = 10});
    recsys_ratings *rest =
        draw((draws){.users = 80, .movies = 70, .chance = 2, .levels = any, .level_count = 17});
    assert_true(test_each_allocation(run_once, fits, 2, 1) > 10);
    assert_true(test_each_allocation(run_once, rest, 2, 1) > 5);
    recsys_ratings_destroy(fits);
    recsys_ratings_destroy(rest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_follow_the_formulas),
        cmocka_unit_test(threads_and_sets_do_not_show),
        cmocka_unit_test(it_outlives_the_ratings),
        cmocka_unit_test(wrong_sides_and_stops),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
