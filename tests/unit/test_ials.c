/* iALS: factors, the loss, a query's own factors, scores and reasons against NumPy's through
 * the fixture that make_ials_fixture.py wrote; few steps come to the same end; the same bytes
 * for any number of threads and any instruction set; files, damaged ones too; updates. */
#include "alone_testing.h"
#include "configs_testing.h"
#include "numbers_testing.h"
#include "sample.h"

#include "base/error.h"
#include "kernels/factors.h"
#include "models/ials.h"
#include "models/ials_train.h"
#include "rank/context.h"
#include "rank/fuse.h"

enum { MOST = 1200, MOVIES = 64, FACTORS = 32, OPTIONS = 7, LINE = 1024 };

static const char *const keys[OPTIONS] = {
    "model.ials.factors",
    "model.ials.iterations",
    "model.ials.regularization",
    "model.ials.regularization_exponent",
    "model.ials.unobserved_weight",
    "model.ials.seed",
    "model.ials.popularity_discount",
};

typedef struct given {
    char user[8], movie[8];
    float rating;
} given;

/* One case of the fixture. */
typedef struct problem {
    char option[OPTIONS][16];
    given rating[MOST], ask[8];
    size_t next; /* of the ratings as rows */
    size_t ratings, asked, scores, reasons;
    double loss, factor[MOVIES][FACTORS], user[FACTORS];
    char movie[MOVIES][8];
    double score[MOVIES], reason[8];
} problem;

/* ---- the fixture ----------------------------------------------------------------- */

static void take_numbers(const char *text, double *into)
{
    char *end;
    for (size_t k = 0; k < FACTORS && *text != '\0' && *text != '\n'; k++, text = end)
        into[k] = strtod(text, &end);
}

static int take_line(problem *p, const char *line)
{
    given g = {.user = ""};
    double value;
    size_t movie;
    int skip = 0;
    if (sscanf(line, "rating %7s %7s %f", g.user, g.movie, &g.rating) == 3) {
        assert_true(p->ratings < MOST);
        p->rating[p->ratings++] = g;
    } else if (sscanf(line, "ask %7s %f", g.movie, &g.rating) == 2) {
        p->ask[p->asked++] = g;
    } else if (sscanf(line, "score %7s %lf", g.movie, &value) == 2) {
        memcpy(p->movie[p->scores], g.movie, sizeof g.movie);
        p->score[p->scores++] = value;
    } else if (sscanf(line, "reason %*s %lf", &value) == 1) {
        p->reason[p->reasons++] = value;
    } else if (sscanf(line, "loss %lf", &value) == 1) {
        p->loss = value;
    } else if (sscanf(line, "factors %zu %n", &movie, &skip) == 1) {
        assert_true(movie < MOVIES);
        take_numbers(line + skip, p->factor[movie]);
    } else if (strncmp(line, "user ", 5) == 0) {
        take_numbers(line + 5, p->user);
    } else {
        return 0;
    }
    return 1;
}

static int next_problem(FILE *file, char line[LINE], problem *p)
{
    memset(p, 0, sizeof *p);
    if (sscanf(line, "case %*d %*d %15s %15s %15s %15s %15s %15s %15s", p->option[0],
               p->option[1], p->option[2], p->option[3], p->option[4], p->option[5],
               p->option[6]) != OPTIONS)
        return 0;
    line[0] = '\0';
    while (fgets(line, LINE, file) != NULL && take_line(p, line)) line[0] = '\0';
    return 1;
}

static int next_row(void *data, recsys_row *out)
{
    problem *p = data;
    if (p->next == p->ratings) return 0;
    out->user = p->rating[p->next].user;
    out->movie = p->rating[p->next].movie;
    out->rating = p->rating[p->next++].rating;
    out->timestamp = 0;
    return 1;
}

/* ---- models and queries ---------------------------------------------------------- */

static recsys_model *fit_with(recsys_runtime *in, const recsys_ratings *ratings,
                              recsys_config *config)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = NULL;
    assert_ok(recsys_config_set(config, "model.ials.enabled", "true", &err), &err);
    assert_ok(recsys_model_fit(&model, in, ratings, NULL, config, NULL, &err), &err);
    recsys_config_destroy(config);
    return model;
}

static recsys_model *fit_sample(recsys_runtime *in, size_t users, size_t movies)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    assert_ok(sample_ratings(&ratings, in, users, movies, &err), &err);
    recsys_model *model = fit_with(in, ratings, config_with("model.ials.factors", "24"));
    recsys_ratings_destroy(ratings);
    return model;
}

static recsys_query *ask_alone(const given *rated, size_t count)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_query *query = query_alone("model.ials.share");
    for (size_t i = 0; i < count; i++)
        assert_ok(recsys_query_add_rating(query, rated[i].movie, rated[i].rating, 0, &err),
                  &err);
    return query;
}

/* ---- NumPy ----------------------------------------------------------------------- */

typedef struct heard {
    const problem *p;
    size_t count;
    double sum;
} heard;

/* What a movie that was asked about adds to the first score, before the discount. */
static double part_of_first(const problem *p, size_t asked)
{
    return p->reason[asked] * (double)p->ask[asked].rating / 5;
}

/* Reasons come by their share: find each by its movie. */
static int hear(void *data, const recsys_reason *reason)
{
    heard *h = data;
    double whole = 0;
    size_t at = 0;
    assert_string_equal(reason->source, "ials");
    assert_int_equal(reason->kind, RECSYS_REASON_SIMILAR);
    while (strcmp(h->p->ask[at].movie, reason->movie_id) != 0) at++;
    for (size_t i = 0; i < h->p->asked; i++) whole += part_of_first(h->p, i);
    is_within(reason->similarity, h->p->reason[at], 1e-5, "a weight");
    is_within(reason->share, part_of_first(h->p, at) / whole, 1e-4, "a share");
    h->sum += reason->share;
    h->count++;
    return 0;
}

static void check_list(const problem *p, const recsys_result *result,
                       const recsys_context *context)
{
    const rs_scores *scores = &context->scratch.scores[RS_IALS];
    recsys_error err = RECSYS_ERROR_INIT;
    heard h = {p, 0, 0};
    assert_int_equal(recsys_result_size(result), p->scores < 20 ? p->scores : 20);
    for (size_t i = 0; i < recsys_result_size(result); i++) {
        assert_string_equal(recsys_result_item(result, i), p->movie[i]);
        is_within(scores->score[recsys_result_movie(result, i)], p->score[i], 1e-5, "a score");
    }
    for (size_t i = 1; i < scores->count; i++)
        assert_true(scores->touched[i] > scores->touched[i - 1]);
    assert_ok(recsys_result_explain(result, 0, hear, &h, &err), &err);
    assert_int_equal(h.count, p->asked);
    is_near(h.sum, recsys_result_score(result, 0), "shares");
}

static void check_factors(const problem *p, const recsys_model *model,
                          const recsys_context *context)
{
    size_t factors = (size_t)model->ials.head->factors;
    assert_true(factors == (size_t)strtol(p->option[0], NULL, 10) && factors <= FACTORS);
    for (size_t i = 0; i < model->movies.count; i++)
        for (size_t k = 0; k < factors; k++)
            is_within((double)model->ials.movie[i * factors + k], p->factor[i][k], 1e-5,
                      "a movie's factor");
    for (size_t k = 0; k < factors; k++)
        is_within(context->scratch.ials.user[k], p->user[k], 1e-5, "a user's factor");
    is_within(model->ials.head->loss, p->loss, 1e-5 * p->loss, "the loss");
}

static recsys_config *config_of(const problem *p)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config = config_with("model.ials.steps", "100");
    for (size_t i = 0; i < OPTIONS; i++)
        assert_ok(recsys_config_set(config, keys[i], p->option[i], &err), &err);
    return config;
}

/* With steps enough each row's equations are solved whole, as NumPy does. */
static void all_is_numpys(void **state)
{
    (void)state;
    char line[LINE];
    size_t cases = 0;
    problem *p = malloc(sizeof *p);
    FILE *file = fopen("tests/data/ials.txt", "r");
    assert_true(p != NULL && file != NULL && fgets(line, sizeof line, file) != NULL);
    for (; next_problem(file, line, p); cases++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_ratings *ratings = NULL;
        assert_ok(recsys_ratings_from_rows(&ratings, NULL, next_row, p, &err), &err);
        recsys_model *model = fit_with(NULL, ratings, config_of(p));
        recsys_context *context = NULL;
        recsys_query *query = ask_alone(p->ask, p->asked);
        const recsys_result *result = NULL;
        assert_ok(recsys_context_create(&context, model, &err), &err);
        assert_ok(recsys_recommend(&result, context, query, &err), &err);
        check_factors(p, model, context);
        check_list(p, result, context);
        recsys_query_destroy(query);
        recsys_context_destroy(context);
        recsys_model_destroy(model);
        recsys_ratings_destroy(ratings);
    }
    assert_int_equal(cases, 9);
    fclose(file);
    free(p);
}

/* ---- training -------------------------------------------------------------------- */

static double loss_of(const recsys_ratings *ratings, const char *iterations, const char *steps)
{
    recsys_model *model =
        fit_with(NULL, ratings,
                 config_with("model.ials.iterations", iterations, "model.ials.steps", steps,
                             "model.ials.factors", "8"));
    double loss = model->ials.head->loss;
    recsys_model_destroy(model);
    return loss;
}

/* Every iteration makes the loss smaller; few steps and many iterations end where whole
 * solutions do. */
static void losses_fall_to_the_same_end(void **state)
{
    (void)state;
    static const char *const iterations[] = {"1", "2", "3", "5", "10", "20"};
    double before = INFINITY;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    assert_ok(sample_ratings(&ratings, NULL, 60, 40, &err), &err);
    for (size_t i = 0; i < sizeof iterations / sizeof *iterations; i++) {
        double loss = loss_of(ratings, iterations[i], "2");
        assert_true(loss > 0 && loss < before);
        before = loss;
    }
    double whole = loss_of(ratings, "600", "100");
    is_within(loss_of(ratings, "600", "3"), whole, 1e-4 * whole, "the loss at the end");
    recsys_ratings_destroy(ratings);
}

static void neither_threads_nor_instructions_show(void **state)
{
    (void)state;
    static const struct {
        size_t threads;
        const char *isa;
    } cases[] = {{1, "auto"}, {3, "auto"}, {2, "avx2"}, {2, "scalar"}};
    char hash[65] = "";
    for (size_t t = 0; t < sizeof cases / sizeof *cases; t++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_runtime *in = NULL;
        assert_ok(recsys_runtime_create(&in, NULL, &err), &err);
        assert_ok(recsys_runtime_set_threads(in, cases[t].threads, &err), &err);
        if (recsys_runtime_set_isa(in, cases[t].isa, &err) == RECSYS_OK) {
            recsys_model *model = fit_sample(in, 400, 300);
            if (hash[0] == '\0') snprintf(hash, sizeof hash, "%s", recsys_model_hash(model));
            assert_string_equal(recsys_model_hash(model), hash);
            recsys_model_destroy(model);
        }
        recsys_runtime_destroy(in);
    }
}

/* Kernels beside plain sums in doubles, for lengths with and without a rest. */
static void check_kernel(const rs_factor_kernel *kernel, size_t count)
{
    enum { WIDTH = 48, ROWS = 13 };
    static float table[WIDTH * WIDTH];
    float x[WIDTH], target[ROWS], out[WIDTH], sum[4 * RS_FACTOR_STEP];
    uint32_t index[ROWS];
    uint64_t draw = 7;
    for (size_t i = 0; i < WIDTH * WIDTH; i++) table[i] = (float)test_below(&draw, 99) / 50 - 1;
    for (size_t k = 0; k < WIDTH; k++) x[k] = (float)test_below(&draw, 99) / 50 - 1;
    for (size_t i = 0; i < ROWS; i++) {
        index[i] = (uint32_t)(i * 3 + 1);
        target[i] = (float)i / ROWS;
    }
    for (int with = 0; with < 2; with++) {
        memset(out, 0, sizeof out);
        kernel->project(table, index, with ? target : NULL, count, WIDTH, x, out);
        for (size_t c = 0; c < WIDTH; c++) {
            double want = 0;
            for (size_t i = 0; i < count; i++) {
                double dot = 0;
                for (size_t k = 0; k < WIDTH; k++)
                    dot += (double)table[index[i] * WIDTH + k] * (double)x[k];
                want += (with ? (double)target[i] - dot : dot) *
                        (double)table[index[i] * WIDTH + c];
            }
            is_within((double)out[c], want, 1e-4, "project");
        }
    }
    memset(out, 0, sizeof out);
    kernel->multiply(table, WIDTH, x, out);
    kernel->square(table, count, WIDTH, 20, 32, sum);
    for (size_t c = 0; c < WIDTH; c++) {
        double want = 0, of_rows = 0;
        for (size_t i = 0; i < WIDTH; i++) want += (double)x[i] * (double)table[i * WIDTH + c];
        is_within((double)out[c], want, 1e-4, "multiply");
        for (size_t i = 0; i < count && c < 4 * RS_FACTOR_STEP; i++)
            of_rows += (double)table[i * WIDTH + 20 + c / RS_FACTOR_STEP] *
                       (double)table[i * WIDTH + 32 + c % RS_FACTOR_STEP];
        is_within((double)sum[c], of_rows, 1e-4, "square");
    }
}

static void kernels_are_right(void **state)
{
    (void)state;
    static const char *const names[] = {"avx512", "avx2", "scalar"};
    for (size_t i = 0; i < 3; i++)
        for (size_t count = 0; count <= 13; count++)
            check_kernel(rs_factor_kernel_named(names[i]), count);
    assert_string_equal(rs_factor_kernel_named("scalar")->name, "scalar");
}

static void first_factors_are_drawn(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    assert_ok(sample_ratings(&ratings, NULL, 50, 400, &err), &err);
    rs_ials_training t = {.runtime = ratings->runtime,
                          .ratings = &ratings->matrix,
                          .head = {.factors = 100},
                          .seed = 1};
    double sum = 0, square = 0, n = 100 * 400;
    assert_ok(rs_ials_begin(&t, &err), &err);
    assert_int_equal(t.width, 112);
    for (size_t i = 0; i < 400; i++)
        for (size_t k = 0; k < t.width; k++) {
            double x = 100 * (double)t.movies.row[i * t.width + k];
            assert_true(k < 100 ? fabs(x) < 6 : x == 0);
            sum += x;
            square += x * x;
        }
    is_within(sum / n, 0, 0.03, "mean");
    is_within(square / n, 1, 0.04, "variance");
    rs_ials_free(&t);
    recsys_ratings_destroy(ratings);
}

static int stop_late(void *data, const char *stage, uint64_t done, uint64_t total)
{
    uint64_t *last = data;
    if (strcmp(stage, "ials") != 0) return 0;
    assert_true(done >= *last && done <= total);
    *last = done;
    return done > total / 2;
}

static void training_can_be_stopped(void **state)
{
    (void)state;
    uint64_t last = 0;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    recsys_model *model = NULL;
    recsys_config *config = config_with("model.ials.enabled", "true");
    recsys_progress progress = {0};
    progress.call = stop_late;
    progress.user_data = &last;
    assert_ok(sample_ratings(&ratings, NULL, 60, 40, &err), &err);
    assert_fails(recsys_model_fit(&model, NULL, ratings, NULL, config, &progress, &err),
                 RECSYS_CANCELLED, &err);
    assert_true(last > 0);
    recsys_config_destroy(config);
    recsys_ratings_destroy(ratings);
}

/* ---- queries --------------------------------------------------------------------- */

static int add_share(void *data, const recsys_reason *reason)
{
    double *sum = data;
    assert_string_equal(reason->source, "ials");
    assert_true(reason->movie_id != NULL && reason->similarity != 0);
    *sum += reason->share;
    return 0;
}

/* A user of the model, and somebody unknown who rated the same: the same list, explained. */
static void users_are_folded_in(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = fit_sample(NULL, 40, 30);
    recsys_context *context = NULL, *other = NULL;
    recsys_query *known = ask_alone(NULL, 0), *unknown = ask_alone(NULL, 0);
    const recsys_result *a = NULL, *b = NULL;
    const rs_matrix *m = &model->ratings;
    assert_ok(recsys_query_set_user(known, "u003", &err), &err);
    for (uint64_t at = m->user_ptr[3]; at < m->user_ptr[4]; at++) {
        char id[8];
        snprintf(id, sizeof id, "m%03u", m->user_movie[at]);
        assert_ok(recsys_query_add_rating(unknown, id, rs_user_rating(m, at), 0, &err), &err);
    }
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_context_create(&other, model, &err), &err);
    assert_ok(recsys_recommend(&a, context, known, &err), &err);
    assert_ok(recsys_recommend(&b, other, unknown, &err), &err);
    assert_true(recsys_result_size(a) > 5);
    assert_int_equal(recsys_result_size(a), recsys_result_size(b));
    for (size_t i = 0; i < recsys_result_size(a); i++) {
        double sum = 0;
        assert_string_equal(recsys_result_item(a, i), recsys_result_item(b, i));
        is_near(recsys_result_score(a, i), recsys_result_score(b, i), "a score");
        assert_ok(recsys_result_explain(a, i, add_share, &sum, &err), &err);
        is_near(sum, recsys_result_score(a, i), "shares");
    }
    recsys_query_destroy(known);
    recsys_query_destroy(unknown);
    recsys_context_destroy(context);
    recsys_context_destroy(other);
    recsys_model_destroy(model);
}

static void nothing_rated_scores_nothing(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = fit_sample(NULL, 40, 30);
    recsys_context *context = NULL;
    recsys_query *query = ask_alone(NULL, 0);
    const recsys_result *result = NULL;
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_recommend(&result, context, query, &err), &err);
    assert_int_equal(context->scratch.scores[RS_IALS].count, 0);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    recsys_model_destroy(model);
}

/* ---- files ----------------------------------------------------------------------- */

static void files_hold_it(void **state)
{
    (void)state;
    char folder[256], path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *opened = NULL, *model = fit_sample(NULL, 40, 30);
    test_folder(folder);
    test_path(path, folder, "model");
    assert_ok(recsys_model_save(model, path, &err), &err);
    assert_ok(recsys_model_open(&opened, NULL, path, &err), &err);
    assert_ok(recsys_model_validate(opened, 1, &err), &err);
    assert_string_equal(recsys_model_hash(opened), recsys_model_hash(model));
    assert_true(opened->ials.head->factors == 24 && opened->ials.head->movies == 30);
    assert_memory_equal(opened->ials.movie, model->ials.movie, 30 * 24 * sizeof(float));
    assert_contains(recsys_model_manifest(opened), "\"ials\": {\"factors\": 24, ");
    recsys_model_destroy(opened);
    recsys_model_destroy(model);
    test_remove_folder(folder);
}

static void bind_fails(recsys_model *model, const char *part)
{
    recsys_error err = RECSYS_ERROR_INIT;
    assert_fails(rs_model_bind_sources(model, &err), RECSYS_E_DAMAGED, &err);
    assert_contains(err.text, part);
}

/* Of numbers whose checksums are right. */
static void validation_fails(recsys_model *model, const char *part)
{
    recsys_error err = RECSYS_ERROR_INIT;
    rs_container_seal(&model->parts);
    assert_fails(rs_model_validate(model, 1, &err), RECSYS_E_DAMAGED, &err);
    assert_contains(err.text, part);
}

#define FAILS_WITH(model, part, field, value)                                                  \
    do {                                                                                       \
        rs_ials_head *head_ = (rs_ials_head *)(model)->ials.head, held_ = *head_;              \
        head_->field = value;                                                                  \
        bind_fails(model, part);                                                               \
        *head_ = held_;                                                                        \
    } while (0)

static void damaged_parts_are_refused(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = fit_sample(NULL, 40, 30);
    float *movie = (float *)model->ials.movie, held = movie[17];
    double *gram = (double *)model->ials.gram, kept = gram[5];
    FAILS_WITH(model, "ials.head", factors, 0);
    FAILS_WITH(model, "ials.head", factors, 513);
    FAILS_WITH(model, "ials.movie", factors, 25);
    FAILS_WITH(model, "ials.head", movies, 31);
    FAILS_WITH(model, "ials.head", users, 41);
    FAILS_WITH(model, "ials.head", regularization, 0);
    FAILS_WITH(model, "ials.head", regularization, INFINITY);
    FAILS_WITH(model, "ials.head", exponent, NAN);
    FAILS_WITH(model, "ials.head", exponent, 2.5);
    FAILS_WITH(model, "ials.head", unobserved, -1);
    FAILS_WITH(model, "ials.head", unobserved, INFINITY);
    FAILS_WITH(model, "ials.head", loss, NAN);
    movie[17] = NAN;
    bind_fails(model, "ials.movie");
    movie[17] = held;
    gram[5] = INFINITY;
    bind_fails(model, "ials.gram");
    gram[5] = kept;
    assert_ok(rs_model_bind_sources(model, &err), &err);
    assert_ok(rs_model_validate(model, 1, &err), &err);
    gram[5] += 1e-9;
    validation_fails(model, "ials.gram");
    gram[5] = kept;
    ((rs_ials_head *)model->ials.head)->movies--;
    validation_fails(model, "ials.head");
    recsys_model_destroy(model);
}

/* A = 1 but for the first two factors, whose first one follows the second 1e150-fold. */
static void make_solution_huge(recsys_model *model)
{
    double *gram = (double *)model->ials.gram;
    rs_ials_head *head = (rs_ials_head *)model->ials.head;
    head->unobserved = 1;
    head->regularization = 1e-305;
    for (size_t i = 0; i < 30; i++) ((float *)model->ials.movie)[i * 24] = 0;
    for (size_t k = 0; k < 24 * 24; k++) gram[k] = k % 25 == 0;
    gram[0] = 1e-300;
    gram[1] = 1e-150;
}

/* Numbers that opening cannot see through: no score is made of them, and nothing breaks. */
static void what_cannot_be_solved_scores_nothing(void **state)
{
    (void)state;
    static const double worse[] = {-1e6, 1e308, -1e308};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = fit_sample(NULL, 40, 30);
    recsys_context *context = NULL;
    recsys_query *query = ask_alone(NULL, 0);
    const recsys_result *result = NULL;
    double *gram = (double *)model->ials.gram;
    assert_ok(recsys_query_set_user(query, "u003", &err), &err);
    assert_ok(recsys_context_create(&context, model, &err), &err);
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 24 * 24; k++) gram[k] = worse[i];
        assert_ok(recsys_recommend(&result, context, query, &err), &err);
        const rs_scores *scores = &context->scratch.scores[RS_IALS];
        assert_int_equal(scores->count, 0);
    }
    make_solution_huge(model);
    assert_ok(recsys_recommend(&result, context, query, &err), &err);
    assert_int_equal(context->scratch.scores[RS_IALS].count, 0);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    recsys_model_destroy(model);
}

/* Movies of the catalogue that nobody rated have no factors and no score. */
static void unrated_movies_have_none(void **state)
{
    (void)state;
    char folder[256], path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    recsys_catalogue *catalogue = NULL;
    recsys_model *model = NULL;
    recsys_context *context = NULL;
    const recsys_result *result = NULL;
    const given rated[] = {{"", "m003", 5}, {"", "m030", 5}};
    recsys_query *query = ask_alone(rated, 2);
    recsys_config *config = config_with("model.ials.enabled", "true");
    test_folder(folder);
    assert_ok(sample_ratings(&ratings, NULL, 40, 30, &err), &err);
    assert_ok(sample_catalogue(&catalogue, NULL, sample_catalogue_file(path, folder, 30), &err),
              &err);
    assert_ok(recsys_model_fit(&model, NULL, ratings, catalogue, config, NULL, &err), &err);
    assert_int_equal(model->movies.count, 32);
    assert_int_equal(model->ials.head->movies, 30);
    assert_ok(recsys_model_validate(model, 1, &err), &err);
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_recommend(&result, context, query, &err), &err);
    assert_int_equal(context->scratch.scores[RS_IALS].count, 30);
    double sum = 0, first = context->scratch.scores[RS_IALS].score[0];
    assert_ok(recsys_result_explain(result, 0, add_share, &sum, &err), &err);
    is_near(sum, recsys_result_score(result, 0), "shares");
    recsys_query *one = ask_alone(rated, 1); /* who rated a movie without raters says no more */
    assert_ok(recsys_recommend(&result, context, one, &err), &err);
    assert_true(context->scratch.scores[RS_IALS].score[0] == first);
    recsys_query_destroy(one);
    float *last = (float *)&model->ials.movie[31 * model->ials.head->factors];
    assert_true(*last == 0);
    *last = 1;
    validation_fails(model, "ials.movie");
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    recsys_model_destroy(model);
    recsys_catalogue_destroy(catalogue);
    recsys_ratings_destroy(ratings);
    recsys_config_destroy(config);
    test_remove_folder(folder);
}

/* ---- updates --------------------------------------------------------------------- */

static const void *part_of(const recsys_model *model, const char *name, size_t *size)
{
    const rs_part *part = rs_container_find(&model->parts, name);
    assert_non_null(part);
    *size = part->size;
    return part->data;
}

/* An update learns it anew, as a fit on everything does, or keeps what there was. */
static void updates_refit_or_keep(void **state)
{
    (void)state;
    static const char *const parts[] = {"ials.head", "ials.movie", "ials.gram"};
    static const recsys_update_mode modes[] = {RECSYS_UPDATE_REFIT, RECSYS_UPDATE_KEEP};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *before = NULL, *after = NULL;
    assert_ok(sample_ratings(&before, NULL, 30, 30, &err), &err);
    assert_ok(sample_ratings(&after, NULL, 40, 30, &err), &err);
    recsys_model *old = fit_with(NULL, before, config_with("model.ials.factors", "8"));
    recsys_model *whole = fit_with(NULL, after, config_with("model.ials.factors", "8"));
    for (size_t i = 0; i < 2; i++) {
        recsys_model *next = NULL;
        assert_ok(recsys_model_update(&next, old, after, NULL, modes[i], NULL, NULL, &err),
                  &err);
        for (size_t k = 0; k < 3; k++) {
            size_t size, wanted;
            const void *data = part_of(next, parts[k], &size);
            const recsys_model *like = modes[i] == RECSYS_UPDATE_KEEP ? old : whole;
            const void *want = part_of(like, parts[k], &wanted);
            assert_int_equal(size, wanted);
            assert_memory_equal(data, want, size);
        }
        recsys_model_destroy(next);
    }
    recsys_model_destroy(old);
    recsys_model_destroy(whole);
    recsys_ratings_destroy(before);
    recsys_ratings_destroy(after);
}

/* ---- memory, and models without it ----------------------------------------------- */

static recsys_status fit_and_ask(recsys_runtime *runtime, void *data, recsys_error *err)
{
    (void)data;
    recsys_status status;
    recsys_ratings *ratings = NULL;
    recsys_model *model = NULL;
    recsys_context *context = NULL;
    recsys_config *config =
        config_with("model.ials.enabled", "true", "model.ials.iterations", "1");
    RS_TRY(sample_ratings(&ratings, runtime, 14, 9, err));
    RS_TRY(recsys_model_fit(&model, runtime, ratings, NULL, config, NULL, err));
    RS_TRY(recsys_model_validate(model, 1, err));
    RS_TRY(recsys_context_create(&context, model, err));
out:
    recsys_context_destroy(context);
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
    recsys_config_destroy(config);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(test_each_allocation(fit_and_ask, NULL, 1, 1) > 100);
}

static void models_without_it_do_not_change(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    recsys_model *model = NULL;
    double weight[RS_SOURCES];
    assert_ok(sample_ratings(&ratings, NULL, 40, 30, &err), &err);
    assert_ok(recsys_model_fit(&model, NULL, ratings, NULL, NULL, NULL, &err), &err);
    assert_null(model->ials.head);
    assert_null(strstr(recsys_model_manifest(model), "ials"));
    rs_settings settings = model->settings;
    settings.share[RS_IALS] = 1;
    rs_weigh_sources(model, &settings, weight);
    assert_true(weight[RS_USER_CF] == settings.hybrid.cf_weight && weight[RS_IALS] == 0);
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_numpys),
        cmocka_unit_test(losses_fall_to_the_same_end),
        cmocka_unit_test(neither_threads_nor_instructions_show),
        cmocka_unit_test(kernels_are_right),
        cmocka_unit_test(first_factors_are_drawn),
        cmocka_unit_test(training_can_be_stopped),
        cmocka_unit_test(users_are_folded_in),
        cmocka_unit_test(nothing_rated_scores_nothing),
        cmocka_unit_test(files_hold_it),
        cmocka_unit_test(damaged_parts_are_refused),
        cmocka_unit_test(what_cannot_be_solved_scores_nothing),
        cmocka_unit_test(unrated_movies_have_none),
        cmocka_unit_test(updates_refit_or_keep),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(models_without_it_do_not_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
