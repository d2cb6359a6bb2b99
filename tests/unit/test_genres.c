/* Lists with the user's shares of genres, against plain Python through the fixture that
 * make_genres_fixture.py wrote; and the logarithm that they go by. */
#include "sample.h"

#include "runtime_testing.h"

#include <math.h>

#include "base/logarithm.h"
#include "rank/context.h"
#include "rank/variety.h"

enum { MOST = 160, TEXT = 64 };

/* One case of the fixture, as the parts of a model and of a query that the choice looks at. */
typedef struct problem {
    double weight;
    size_t limit, movies, pool, rated, chosen;
    uint64_t offsets[MOST + 1];
    char genres[MOST * TEXT];
    double final[MOST], recall[MOST], divergence[MOST];
    uint32_t movie[MOST], picked[MOST], expected[MOST];
    float rating[MOST];
} problem;

static void take_movie(problem *p, double score, float rating, const char *genres)
{
    size_t i = p->movies++;
    assert_true(i < MOST);
    if (score >= 0) p->picked[p->pool++] = (uint32_t)i;
    p->final[i] = score;
    if (rating > -9) {
        p->movie[p->rated] = (uint32_t)i;
        p->rating[p->rated++] = rating;
    }
    const char *text = strcmp(genres, "-") == 0 ? "" : genres;
    size_t size = strlen(text) + 1;
    memcpy(p->genres + p->offsets[i], text, size);
    p->offsets[i + 1] = p->offsets[i] + size;
}

static int take_line(problem *p, const char *line)
{
    char genres[TEXT];
    double score, divergence;
    float rating;
    unsigned movie;
    if (sscanf(line, "movie %lf %f %63s", &score, &rating, genres) == 3) {
        take_movie(p, score, rating, genres);
    } else if (sscanf(line, "chosen %u %lf", &movie, &divergence) == 2) {
        p->divergence[p->chosen] = divergence;
        p->expected[p->chosen++] = movie;
    } else {
        return 0;
    }
    return 1;
}

static int next_problem(FILE *file, char line[256], problem *p)
{
    memset(p, 0, sizeof *p);
    if (sscanf(line, "case %lf %zu", &p->weight, &p->limit) != 2) return 0;
    line[0] = '\0';
    while (fgets(line, 256, file) != NULL && take_line(p, line)) line[0] = '\0';
    return 1;
}

static recsys_model model_of(const problem *p)
{
    return (recsys_model){.runtime = runtime,
                          .movies.count = p->movies,
                          .catalogue.genres = {p->offsets, p->genres}};
}

static rs_scratch scratch_of(problem *p)
{
    return (rs_scratch){.runtime = runtime,
                        .profile = {.count = p->rated, .movie = p->movie, .rating = p->rating},
                        .final = p->final,
                        .recall = p->recall,
                        .picked = p->picked};
}

/* The divergence by the C library's logarithm, from what the choice left behind. */
static double divergence_left(const rs_genres *g, size_t movies)
{
    double sum = 0;
    for (size_t i = 0; i < g->count; i++) {
        double p = g->wanted[i];
        if (p > 0) sum += p * log(p / (.99 * g->held[i] / (double)movies + .01 * p));
    }
    return sum;
}

static void check_problem(problem *p)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model model = model_of(p);
    rs_scratch s = scratch_of(p);
    rs_settings settings = {.list.calibrated_genres = p->weight};
    assert_ok(rs_variety_prepare(&model, &settings, &s, &err), &err);
    rs_variety_choose(&model, &settings, &s, p->pool, p->limit);
    size_t movies = 0;
    for (size_t k = 0; k < p->limit; k++) {
        assert_int_equal(p->picked[k], p->expected[k]);
        movies += s.genres.ptr[p->picked[k] + 1] > s.genres.ptr[p->picked[k]];
    }
    assert_near(divergence_left(&s.genres, movies), p->divergence[p->limit - 1], 1e-12);
    rs_genres_free(&s.genres, runtime);
}

static void lists_are_those_of_python(void **state)
{
    (void)state;
    static problem p;
    char line[256];
    size_t problems = 0;
    FILE *file = fopen("tests/data/genres.txt", "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    for (; next_problem(file, line, &p); problems++) {
        assert_int_equal(p.chosen, p.limit);
        check_problem(&p);
    }
    fclose(file);
    assert_int_equal(problems, 18);
}

/* By hand: Comedy and Drama equally. A second comedy is worth less than a drama of a lower
 * score; of two dramas that are equally good the smaller id comes first. */
static void a_missing_genre_comes_first(void **state)
{
    (void)state;
    static problem p;
    memset(&p, 0, sizeof p);
    take_movie(&p, -1, 4, "Comedy|Drama");
    take_movie(&p, 0.9, -9, "comedy");
    take_movie(&p, 0.8, -9, "Comedy");
    take_movie(&p, 0.5, -9, "DRAMA");
    take_movie(&p, 0.5, -9, "Drama");
    p.weight = 0.5;
    p.limit = 4;
    static const uint32_t order[] = {1, 3, 2, 4};
    memcpy(p.expected, order, sizeof order);
    p.divergence[3] = 0; /* the shares are met */
    check_problem(&p);
}

/* Whoever rated nothing, or nothing with genres, has no shares: the list goes by score. */
static void without_taste_the_score_decides(void **state)
{
    (void)state;
    static problem p;
    recsys_error err = RECSYS_ERROR_INIT;
    for (int rated = 0; rated < 3; rated++) {
        memset(&p, 0, sizeof p);
        if (rated == 1) take_movie(&p, -1, 4, "-");
        if (rated == 2) take_movie(&p, -1, 0, "Drama");
        uint32_t first = (uint32_t)p.movies;
        take_movie(&p, 0.3, -9, "Drama");
        take_movie(&p, 0.9, -9, "War");
        take_movie(&p, 0.6, -9, "-");
        recsys_model model = model_of(&p);
        rs_scratch s = scratch_of(&p);
        rs_settings settings = {.list.calibrated_genres = 1};
        assert_ok(rs_variety_prepare(&model, &settings, &s, &err), &err);
        rs_variety_choose(&model, &settings, &s, 3, 3);
        assert_int_equal(p.picked[0], first + 1);
        assert_int_equal(p.picked[1], first + 2);
        assert_int_equal(p.picked[2], first);
        rs_genres_free(&s.genres, runtime);
    }
}

/* The whole way: as an option of a query it changes the list, and the scores still add up. */
static int add_share(void *user_data, const recsys_reason *reason)
{
    *(double *)user_data += reason->share;
    return 0;
}

static void a_query_may_ask_for_it(void **state)
{
    (void)state;
    char folder[256], path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = NULL;
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list;
    uint32_t before[5];
    size_t same = 0;
    sample_catalogue_file(path, test_folder(folder), 60);
    assert_ok(sample_model(&model, runtime, path, 40, 60, &err), &err);
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_query_create(&query, runtime, &err), &err);
    assert_ok(recsys_query_set_user(query, "u003", &err), &err);
    assert_ok(recsys_query_set_limit(query, 5, &err), &err);
    assert_ok(recsys_recommend(&list, context, query, &err), &err);
    for (size_t i = 0; i < 5; i++) before[i] = context->scratch.picked[i];
    assert_null(context->scratch.genres.ptr);
    assert_ok(
        recsys_query_set_option(query, "model.recommendation.calibrated_genres", "0.9", &err),
        &err);
    assert_ok(recsys_recommend(&list, context, query, &err), &err);
    assert_int_equal(recsys_result_size(list), 5);
    for (size_t i = 0; i < 5; i++) {
        double sum = 0;
        assert_ok(recsys_result_explain(list, i, add_share, &sum, &err), &err);
        assert_near(sum, recsys_result_score(list, i), 1e-12);
        same += before[i] == context->scratch.picked[i];
    }
    assert_true(same < 5);
    assert_fails(
        recsys_query_set_option(query, "model.recommendation.calibrated_genres", "1.1", &err),
        RECSYS_E_CONFIG, &err);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    recsys_model_destroy(model);
    test_remove_folder(folder);
}

static void logarithms_are_right(void **state)
{
    (void)state;
    static const double fixed[][2] = {/* Python's math.log */
                                      {1, 0},
                                      {2, 0.6931471805599453},
                                      {0.5, -0.6931471805599453},
                                      {100, 4.605170185988092},
                                      {0.01, -4.605170185988091},
                                      {0.7071067811865476, -0.3465735902799726},
                                      {0.999999, -1.000000500029089e-06},
                                      {1e-300, -690.7755278982137},
                                      {1.7e308, 709.7268368932282}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        assert_near(rs_ln(fixed[i][0]), fixed[i][1], 4e-16 * (1 + fabs(fixed[i][1])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_those_of_python),
        cmocka_unit_test(a_missing_genre_comes_first),
        cmocka_unit_test(without_taste_the_score_decides),
        cmocka_unit_test(a_query_may_ask_for_it),
        cmocka_unit_test(logarithms_are_right),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
