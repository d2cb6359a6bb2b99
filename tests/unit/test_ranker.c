/* The fusion "learned": weights against SciPy's through the fixture that make_ranker_fixture.py
 * wrote, and what becomes of them in lists, against a look at every movie. */
#include "numbers_testing.h"
#include "sample.h"

#include "base/exponential.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "rank/candidates.h"
#include "rank/context.h"
#include "rank/ranker.h"
#include "rank/ranker_learn.h"
#include "rank/taste.h"

/* ---- learning -------------------------------------------------------------------- */

enum { MOST_USERS = 128, MOST_ROWS = 32, PLACES = 13 };

typedef struct problem {
    char name[32];
    size_t count;
    rs_fusion_kind chosen;
    rs_ranker_user user[MOST_USERS];
    uint8_t hit[MOST_USERS][MOST_ROWS];
    double value[MOST_USERS][MOST_ROWS][RS_FEATURES];
    double scaled[MOST_USERS][MOST_ROWS][RS_SOURCES];
    uint16_t place[MOST_USERS][MOST_ROWS][RS_SOURCES];
    double table[RS_SOURCES][PLACES];
    char use[16];
    rs_ranker wanted;
    double weights[RS_FEATURES], half[2][RS_FEATURES];
} problem;

/* All that the line has, `count` of them. */
static void read_reals(const char *text, double *reals, size_t count)
{
    char *end;
    for (size_t i = 0; i < count; i++, text = end) {
        reals[i] = strtod(text, &end);
        assert_true(end != text);
    }
    assert_string_equal(text, "\n");
}

static void take_movie(problem *p, const char *text)
{
    double field[1 + 2 * RS_SOURCES + RS_MOVIE_FEATURES];
    size_t u = p->count - 1, at = p->user[u].movies.count++;
    assert_true(at < MOST_ROWS);
    read_reals(text, field, sizeof field / sizeof *field);
    p->hit[u][at] = (uint8_t)field[0];
    p->user[u].movies.hits += p->hit[u][at];
    for (size_t s = 0; s < RS_SOURCES; s++) {
        double scaled = p->scaled[u][at][s] = field[1 + s];
        p->place[u][at][s] = (uint16_t)field[1 + RS_SOURCES + s];
        p->value[u][at][s] = scaled < 0 ? 0 : rs_ranker_feature(scaled);
    }
    for (size_t k = 0; k < RS_MOVIE_FEATURES; k++)
        p->value[u][at][RS_SOURCES + k] = field[1 + 2 * RS_SOURCES + k];
}

static int take_expected(problem *p, const char *line)
{
    rs_ranker *w = &p->wanted;
    unsigned long long single, users;
    if (sscanf(line, "expect %15s %llu %llu %lf %lf %lf %lf %lf %lf", p->use, &single, &users,
               &w->ndcg[RS_USE_BLEND], &w->ndcg[RS_USE_SINGLE], &w->ndcg[RS_USE_RANKER],
               &w->gain, &w->error, &w->taste) == 9) {
        w->single = single;
        w->users = users;
    } else if (strncmp(line, "weights ", 8) == 0) {
        read_reals(line + 8, p->weights, RS_FEATURES);
    } else if (strncmp(line, "half", 4) == 0) {
        read_reals(line + 5, p->half[line[4] - '0'], RS_FEATURES);
    } else {
        return 0;
    }
    return 1;
}

static void take_line(problem *p, const char *line)
{
    int part;
    size_t relevant, source;
    if (sscanf(line, "user %d %zu", &part, &relevant) == 2) {
        size_t u = p->count++;
        assert_true(u < MOST_USERS);
        p->user[u] = (rs_ranker_user){{0, 0, part, p->hit[u], &p->value[u][0][0]},
                                      relevant,
                                      &p->scaled[u][0][0],
                                      &p->place[u][0][0]};
    } else if (strncmp(line, "movie ", 6) == 0) {
        take_movie(p, line + 6);
    } else if (sscanf(line, "table %zu", &source) == 1) {
        read_reals(line + 8, p->table[source], PLACES);
    } else {
        assert_true(take_expected(p, line));
    }
}

static int next_problem(FILE *file, char line[512], problem *p)
{
    char chosen[16];
    memset(p, 0, sizeof *p);
    if (sscanf(line, "case %31s %*d %15s", p->name, chosen) != 2) return 0;
    p->chosen = strcmp(chosen, "minmax") == 0 ? RS_MINMAX : RS_CALIBRATED;
    while ((line[0] = '\0', fgets(line, 512, file)) != NULL && strncmp(line, "case ", 5) != 0)
        take_line(p, line);
    return 1;
}

/* A model of the sources that the fixture speaks of. */
static recsys_model model_of(const problem *p, recsys_runtime *runtime)
{
    static const uint64_t lists[1];
    recsys_model model = {.runtime = runtime};
    rs_settings_read(&model.settings, NULL);
    model.fusion.chosen = p->chosen;
    model.fusion.share[RS_USER_CF] = 0.3;
    model.fusion.share[RS_EASE] = 0.7;
    model.lists[RS_CONTENT].ptr = lists;
    model.lists[RS_EASE].ptr = lists;
    for (size_t s = 0; s < RS_SOURCES; s++) model.fusion.table[s] = p->table[s];
    return model;
}

static void check_weights(const double *got, const double *want, const char *name)
{
    for (size_t k = 0; k < RS_FEATURES; k++) {
        is_within(got[k], want[k], 1e-7, name);
        if (k < RS_SOURCES) assert_true(got[k] >= 0);
        if (k < RS_SOURCES && want[k] == 0) assert_true(got[k] == 0);
    }
}

static void check_fit(const problem *p, recsys_runtime *runtime)
{
    static const uint8_t none[RS_FEATURES];
    rs_choices users[MOST_USERS];
    double weight[RS_FEATURES];
    recsys_error err = RECSYS_ERROR_INIT;
    for (size_t i = 0; i < p->count; i++) users[i] = p->user[i].movies;
    for (int part = -1; part < 2; part++) {
        assert_ok(rs_ranker_fit(weight, users, p->count, part, none, runtime, NULL, &err),
                  &err);
        check_weights(weight, part < 0 ? p->weights : p->half[part], p->name);
    }
}

static void check_learned(const rs_ranker *got, const problem *p)
{
    static const char *const uses[] = {"blend", "single", "ranker"};
    const rs_ranker *want = &p->wanted;
    assert_string_equal(uses[got->use], p->use);
    assert_int_equal(got->single, want->single);
    assert_int_equal(got->users, want->users);
    for (size_t use = 0; use <= RS_USE_RANKER; use++)
        is_near(got->ndcg[use], want->ndcg[use], p->name);
    is_within(got->gain, want->gain, 1e-7, p->name);
    is_within(got->error, want->error, 1e-7, p->name);
    is_near(got->taste, want->taste, p->name);
    check_weights(got->source, p->weights, p->name);
    for (size_t k = 0; k < RS_MOVIE_FEATURES; k++)
        is_within(got->movie[k], p->weights[RS_SOURCES + k], 1e-7, p->name);
}

static void what_is_learned_is_scipys(void **state)
{
    (void)state;
    char line[512];
    size_t cases = 0, used[RS_USE_RANKER + 1] = {0};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *in = NULL;
    problem *p = malloc(sizeof *p);
    FILE *file = fopen("tests/data/ranker.txt", "r");
    assert_true(p != NULL && file != NULL);
    assert_ok(rs_runtime_hold(&in, NULL, &err), &err);
    while (fgets(line, sizeof line, file) != NULL && strncmp(line, "exp ", 4) == 0) continue;
    for (; next_problem(file, line, p); cases++) {
        recsys_model model = model_of(p, in);
        rs_ranker got = {0};
        assert_ok(rs_ranker_learn(&got, &model, p->user, p->count, NULL, &err), &err);
        check_fit(p, in); /* tastes are filled in */
        check_learned(&got, p);
        used[got.use]++;
    }
    assert_int_equal(cases, 7);
    for (size_t use = 0; use <= RS_USE_RANKER; use++) assert_true(used[use] > 0);
    rs_runtime_release(in);
    fclose(file);
    free(p);
}

static void nobody_to_learn_from(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *in = NULL;
    problem *p = calloc(1, sizeof *p);
    rs_ranker got = {0};
    assert_non_null(p);
    assert_ok(rs_runtime_hold(&in, NULL, &err), &err);
    recsys_model model = model_of(p, in);
    assert_ok(rs_ranker_learn(&got, &model, p->user, 3, NULL, &err), &err);
    assert_int_equal(got.use, RS_USE_BLEND);
    for (size_t s = 0; s < RS_SOURCES; s++) assert_true(got.source[s] == 0);
    rs_runtime_release(in);
    free(p);
}

static void the_exponential_is_that_of_decimals(void **state)
{
    (void)state;
    char line[512];
    double x, y;
    size_t count = 0;
    FILE *file = fopen("tests/data/ranker.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL && sscanf(line, "exp %lf %lf", &x, &y) == 2) {
        is_within(rs_exp(x), y, 4e-16 * y, "exp");
        count++;
    }
    assert_int_equal(count, 52);
    assert_true(rs_exp(0) == 1 && rs_exp(-1e300) == 0 && rs_exp(-701) == 0);
    assert_true(isinf(rs_exp(1e300)) && isinf(rs_exp(701)));
    fclose(file);
}

/* ---- lists ----------------------------------------------------------------------- */

enum { USERS = 60, MOVIES = 50 };

typedef struct world {
    char folder[256];
    recsys_model *model;
    const rs_ranker *learned; /* the model's own */
    rs_ranker ranker;         /* in its place */
} world;

static int set_up(void **state)
{
    char buffer[512];
    recsys_error err = RECSYS_ERROR_INIT;
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    test_folder(w->folder);
    sample_catalogue_file(buffer, w->folder, MOVIES);
    assert_ok(sample_model(&w->model, NULL, buffer, USERS, MOVIES, &err), &err);
    w->learned = w->model->fusion.ranker;
    assert_non_null(w->learned);
    w->model->fusion.ranker = &w->ranker;
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    world *w = *state;
    w->model->fusion.ranker = w->learned;
    recsys_model_destroy(w->model);
    test_remove_folder(w->folder);
    free(w);
    return 0;
}

static void use(world *w, rs_ranker_use what)
{
    w->ranker = *w->learned;
    w->ranker.use = what;
    w->ranker.single = RS_EASE;
    static const double source[RS_SOURCES] = {0.3, 0.7, 1.5, 0, 0, 0, 0.2};
    static const double movie[RS_MOVIE_FEATURES] = {0.4, 1.1, -0.6, 2.5};
    memcpy(w->ranker.source, source, sizeof source);
    memcpy(w->ranker.movie, movie, sizeof movie);
}

typedef struct asked {
    recsys_context *context;
    recsys_query *query;
    const recsys_result *list;
} asked;

static asked ask(const world *w, const char *user, const char *fusion, const char *quality)
{
    asked a = {0};
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_context_create(&a.context, w->model, &err), &err);
    assert_ok(recsys_query_create(&a.query, NULL, &err), &err);
    assert_ok(recsys_query_set_user(a.query, user, &err), &err);
    assert_ok(recsys_query_set_limit(a.query, MOVIES, &err), &err);
    assert_ok(recsys_query_set_option(a.query, "model.hybrid.fusion", fusion, &err), &err);
    assert_ok(recsys_query_set_option(a.query, "model.rerank.quality_weight", quality, &err),
              &err);
    assert_ok(recsys_query_set_option(a.query, "model.recommendation.min_rating_threshold", "0",
                                      &err),
              &err);
    assert_ok(recsys_recommend(&a.list, a.context, a.query, &err), &err);
    return a;
}

static void done(asked a)
{
    recsys_query_destroy(a.query);
    recsys_context_destroy(a.context);
}

/* The features once more, by the C library's logarithm and from the ratings. */
static double own_value(const world *w, const recsys_context *c, size_t movie)
{
    const recsys_model *m = w->model;
    const rs_profile *p = &c->scratch.profile;
    double share[5] = {0}, all = 0, raters = 0, sum = 0, mean = 0, taste = 0;
    for (size_t k = 0; k < p->count; k++) { /* genres are those of sample.h */
        share[p->movie[k] % 2] += (double)p->rating[k] / 2;
        share[2 + p->movie[k] % 3] += (double)p->rating[k] / 2;
        all += (double)p->rating[k];
    }
    for (uint64_t at = 0; at < m->ratings.count; at++) {
        mean += (double)rs_user_rating(&m->ratings, at) / (double)m->ratings.count;
        if (m->ratings.user_movie[at] != movie) continue;
        raters++;
        sum += (double)rs_user_rating(&m->ratings, at);
    }
    taste = (share[movie % 2] + share[2 + movie % 3]) / 2 / all;
    mean = ((sum + 5 * mean) / (raters + 5) - (double)m->ratings.scale_min) /
           (double)(m->ratings.scale_max - m->ratings.scale_min);
    double age = log(1 + 2009.0 - (double)(1960 + movie % 60)); /* of 50 movies */
    if (movie >= MOVIES) age = 0;                               /* newer than any rated one */
    return 0.4 * log(1 + raters) + 1.1 * mean - 0.6 * age + 2.5 * taste;
}

static double value_of(const world *w, const recsys_context *c, size_t movie)
{
    double value = w->ranker.use == RS_USE_RANKER ? own_value(w, c, movie) : 0;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        const rs_scores *scores = &c->scratch.scores[s];
        double low = INFINITY, high = -INFINITY, mine = NAN;
        double weight = w->ranker.use == RS_USE_RANKER ? w->ranker.source[s] : s == RS_EASE;
        for (size_t i = 0; i < w->model->movies.count; i++) {
            int scored = s == RS_POPULARITY ? c->scratch.raters[i] > 0 : scores->scored[i];
            if (!c->scratch.is_listed[i] || !scored) continue;
            double score = s == RS_POPULARITY ? c->scratch.raters[i] : scores->score[i];
            low = fmin(low, score);
            high = fmax(high, score);
            if (i == movie) mine = score;
        }
        if (weight > 0 && !isnan(mine))
            value += weight * log(1 + 10 * (high > low ? (mine - low) / (high - low) : 1));
    }
    return value;
}

static void recalls_are_those_of_the_formula(void **state)
{
    world *w = *state;
    static const rs_ranker_use uses[] = {RS_USE_RANKER, RS_USE_SINGLE};
    for (size_t u = 0; u < USERS; u += 7)
        for (size_t k = 0; k < 2; k++) {
            char id[16];
            double top = -INFINITY, last = INFINITY;
            use(w, uses[k]);
            snprintf(id, sizeof id, "u%03zu", u);
            asked a = ask(w, id, "learned", "0");
            size_t count = recsys_result_size(a.list);
            assert_true(count > 10);
            for (size_t i = 0; i < count; i++)
                top = fmax(top, value_of(w, a.context, recsys_result_movie(a.list, i)));
            for (size_t i = 0; i < count; i++) {
                size_t movie = recsys_result_movie(a.list, i);
                double score = recsys_result_score(a.list, i);
                double want = a.context->scratch.is_listed[movie]
                                  ? exp(value_of(w, a.context, movie) - top)
                                  : 0;
                is_within(score, want, k == 0 ? 1e-12 : 1e-5, id);
                assert_true(score >= 0 && score <= last);
                last = score;
            }
            is_near(recsys_result_score(a.list, 0), 1, id);
            done(a);
        }
}

static void recall_rises_with_each_source(void **state)
{
    world *w = *state;
    use(w, RS_USE_RANKER);
    asked a = ask(w, "u004", "learned", "0");
    rs_scratch *s = &a.context->scratch;
    for (size_t k = 0; k < RS_POPULARITY; k++)
        for (size_t i = 0; i < s->scores[k].count; i++) {
            uint32_t movie = s->scores[k].touched[i];
            double *score = &s->scores[k].score[movie], was = *score;
            double before = rs_ranker_value(w->model, s, movie);
            if (!s->candidate[movie] && !s->is_listed[movie]) continue;
            *score += 0.25 * (s->scores[k].high - was);
            double after = rs_ranker_value(w->model, s, movie);
            assert_true(after >= before);
            if (w->ranker.source[k] > 0 && *score > was) assert_true(after > before);
            *score = was;
        }
    done(a);
}

static void without_a_better_ranker_it_is_auto(void **state)
{
    world *w = *state;
    use(w, RS_USE_BLEND);
    asked a = ask(w, "u011", "learned", "0.05"), b = ask(w, "u011", "auto", "0.05");
    assert_int_equal(recsys_result_size(a.list), recsys_result_size(b.list));
    for (size_t i = 0; i < recsys_result_size(a.list); i++) {
        assert_int_equal(recsys_result_movie(a.list, i), recsys_result_movie(b.list, i));
        assert_true(recsys_result_score(a.list, i) == recsys_result_score(b.list, i));
    }
    done(a);
    done(b);
}

/* Of whom nothing is known: what many rate, and never by number. */
static void strangers_get_what_is_popular(void **state)
{
    world *w = *state;
    static const rs_ranker_use uses[] = {RS_USE_RANKER, RS_USE_SINGLE};
    for (size_t k = 0; k < 2; k++) {
        use(w, uses[k]);
        asked a = ask(w, "nobody", "learned", "0");
        assert_int_equal(recsys_result_size(a.list), MOVIES);
        near(recsys_result_score(a.list, 0), 1);
        for (size_t i = 0; i < MOVIES; i++)
            assert_int_equal(recsys_result_movie(a.list, i), w->model->statistics.popular[i]);
        done(a);
    }
}

static int add_share(void *user_data, const recsys_reason *reason)
{
    double *sum = user_data;
    assert_true(reason->share >= 0 || reason->kind == RECSYS_REASON_SIMILAR);
    *sum += reason->share;
    return 0;
}

static void reasons_add_up(void **state)
{
    world *w = *state;
    recsys_error err = RECSYS_ERROR_INIT;
    static const char *const people[] = {"u000", "u013", "nobody"};
    for (size_t u = 0; u < 3; u++)
        for (size_t k = RS_USE_SINGLE; k <= RS_USE_RANKER; k++)
            for (int sign = -1; sign <= 1; sign += 2) {
                use(w, (rs_ranker_use)k);
                for (size_t j = 0; j < RS_MOVIE_FEATURES; j++) w->ranker.movie[j] *= sign;
                asked a = ask(w, people[u], "learned", "0.3");
                for (size_t i = 0; i < recsys_result_size(a.list); i++) {
                    double sum = 0;
                    assert_ok(recsys_result_explain(a.list, i, add_share, &sum, &err), &err);
                    near(sum, recsys_result_score(a.list, i));
                }
                done(a);
            }
}

static void models_without_one_say_so(void **state)
{
    world *w = *state;
    recsys_error err = RECSYS_ERROR_INIT;
    const recsys_result *list = NULL;
    use(w, RS_USE_BLEND);
    asked a = ask(w, "u011", "learned", "0");
    w->model->fusion.ranker = NULL;
    assert_fails(recsys_recommend(&list, a.context, a.query, &err), RECSYS_E_CONFIG, &err);
    assert_contains(err.text, "train it anew");
    w->model->fusion.ranker = &w->ranker;
    done(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_learned_is_scipys),
        cmocka_unit_test(nobody_to_learn_from),
        cmocka_unit_test(the_exponential_is_that_of_decimals),
        cmocka_unit_test_setup_teardown(recalls_are_those_of_the_formula, set_up, tear_down),
        cmocka_unit_test_setup_teardown(recall_rises_with_each_source, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_better_ranker_it_is_auto, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strangers_get_what_is_popular, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reasons_add_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(models_without_one_say_so, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
