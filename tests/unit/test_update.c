/* Updating a model against fitting one on everything: the same bytes, whatever the history and
 * wherever it is cut. */
#include "testing.h"

#include <recsys/recsys.h>

#include "config/config.h"
#include "data/merge.h"
#include "models/source.h"
#include "rank/context.h"

/* ---- histories --------------------------------------------------------------------- */

/* Some are texts in the end only, or in the beginning only. */
typedef enum id_kind { NUMBERS, TEXTS, TURNING, ONCE } id_kind;
typedef enum time_kind { NO_TIMES, RISING, ANY_ORDER, MILLIS, LATE_TIMES } time_kind;
typedef enum value_kind { STARS, FEW, SIGNED, CONTINUOUS, GROWING } value_kind;

typedef struct plan {
    size_t events, users, movies;
    id_kind user_ids, movie_ids;
    time_kind times;
    value_kind values;
    int catalogue;
} plan;

typedef struct event {
    char user[24], movie[24];
    float rating;
    int64_t time;
} event;

typedef struct history {
    event *event;
    size_t count, at, end;
} history;

static void put_id(char id[24], char letter, id_kind kind, size_t number, int late)
{
    int turned = kind == TURNING ? late : kind == ONCE && !late;
    int text = kind == TEXTS || (turned && number % 5 == 0);
    if (text)
        snprintf(id, 24, "%c%zu", letter, number);
    else
        snprintf(id, 24, "%zu", number);
}

static float draw_value(uint64_t *draw, value_kind kind, int late)
{
    static const float few[] = {0, 3, 5};
    switch (kind) {
    case FEW: return few[test_below(draw, 3)];
    case SIGNED: return (float)test_below(draw, 5) - 2;
    case CONTINUOUS: return (float)test_below(draw, 1000) / 90;
    case GROWING: return (float)(1 + test_below(draw, late ? 20 : 5));
    default: return (float)(1 + test_below(draw, 10)) / 2;
    }
}

static int64_t draw_time(uint64_t *draw, time_kind kind, size_t i, int late)
{
    switch (kind) {
    case RISING: return (int64_t)(1000000 + i);
    case ANY_ORDER: return (int64_t)(1000000 + test_below(draw, 50));
    case MILLIS: return (int64_t)(1000000000000 + test_below(draw, 1000));
    case LATE_TIMES: return late ? (int64_t)(1000000 + i) : 0;
    default: return 0;
    }
}

/* New users and movies come all the time; pairs are rated again. */
static history draw_history(const plan *p, uint64_t seed)
{
    history h = {.event = calloc(p->events, sizeof *h.event), .count = p->events};
    uint64_t draw = seed;
    assert_non_null(h.event);
    for (size_t i = 0; i < p->events; i++) {
        event *e = &h.event[i];
        int late = i >= p->events - p->events / 10;
        size_t users = 4 + p->users * i / p->events, movies = 4 + p->movies * i / p->events;
        put_id(e->user, 'u', p->user_ids, 7 + test_below(&draw, users), late);
        put_id(e->movie, 'm', p->movie_ids, 7 + test_below(&draw, movies), late);
        e->rating = draw_value(&draw, p->values, late);
        e->time = draw_time(&draw, p->times, i, late);
    }
    return h;
}

static int next_event(void *user_data, recsys_row *row)
{
    history *h = user_data;
    if (h->at == h->end) return 0;
    const event *e = &h->event[h->at++];
    row->user = e->user;
    row->movie = e->movie;
    row->rating = e->rating;
    row->timestamp = e->time;
    return 1;
}

static recsys_ratings *ratings_of(history *h, recsys_runtime *runtime, size_t from, size_t to)
{
    recsys_ratings *ratings = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    h->at = from;
    h->end = to;
    assert_ok(recsys_ratings_from_rows(&ratings, runtime, next_event, h, &err), &err);
    return ratings;
}

/* Some of the movies that may be rated, and others. */
static recsys_catalogue *catalogue_of(const plan *p, const char *folder)
{
    char path[512], text[8192], id[24];
    size_t size = 0;
    recsys_catalogue *catalogue = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    if (!p->catalogue) return NULL;
    for (size_t i = 0; i < p->movies + 6; i += 1 + i % 2) {
        put_id(id, 'm', p->movie_ids, 7 + i, 0);
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "{\"movie_id\": \"%s\", \"title\": \"Film number%zu\", "
                                 "\"year\": %zu, \"genres\": [\"G%zu\", \"H%zu\"]}\n",
                                 id, i % 9, 1960 + i % 60, i % 2, i % 3);
    }
    assert_true(size < sizeof text);
    test_text_file(path, folder, "movies.jsonl", text);
    assert_ok(recsys_catalogue_read(&catalogue, NULL, path, NULL, &err), &err);
    return catalogue;
}

/* ---- ratings ------------------------------------------------------------------------- */

/* Is a row new, or are its movies and values others? By ids, as the numbers may be. */
static int differs(const recsys_ratings *before, const recsys_ratings *after, size_t user)
{
    char id[32], movie[32];
    recsys_rating a = RECSYS_RATING_INIT, b = RECSYS_RATING_INIT;
    recsys_ratings_user_id(after, user, id, sizeof id);
    size_t old = recsys_ratings_find_user(before, id);
    if (old == SIZE_MAX) return 1;
    if (recsys_ratings_user_count(before, old) != recsys_ratings_user_count(after, user))
        return 1;
    for (size_t i = 0; recsys_ratings_user_at(after, user, i, &a); i++) {
        int found = 0;
        recsys_ratings_movie_id(after, a.movie, movie, sizeof movie);
        size_t wanted = recsys_ratings_find_movie(before, movie);
        for (size_t j = 0; recsys_ratings_user_at(before, old, j, &b); j++)
            found |= b.movie == wanted && b.value == a.value;
        if (!found) return 1;
    }
    return 0;
}

static void check_merge(const plan *p, uint64_t seed, size_t cut)
{
    recsys_error err = RECSYS_ERROR_INIT;
    history h = draw_history(p, seed);
    recsys_ratings *old = ratings_of(&h, NULL, 0, cut), *made = NULL;
    recsys_ratings *fresh = ratings_of(&h, NULL, cut, h.count);
    recsys_ratings *all = ratings_of(&h, NULL, 0, h.count);
    rs_ratings_view view = {&old->matrix, &old->users, &old->movies};
    rs_merged merged;
    rs_matrix checked;
    assert_ok(rs_ratings_merge(&made, old->runtime, &view, fresh, &merged, NULL, &err), &err);
    assert_string_equal(recsys_ratings_hash(made), recsys_ratings_hash(all));
    assert_ok(rs_matrix_bind(&checked, &made->parts, &err), &err);
    assert_int_equal(made->parts.count, all->parts.count);
    for (size_t i = 0; i < all->parts.count; i++) { /* the columns too, which have no hash */
        const rs_part *a = &made->parts.parts[i], *b = &all->parts.parts[i];
        assert_string_equal(a->name, b->name);
        assert_int_equal(a->size, b->size);
        assert_memory_equal(a->data, b->data, a->size);
    }
    for (size_t u = 0; u < made->users.count; u++)
        assert_int_equal(merged.changed[u], differs(old, made, u));
    for (size_t u = 0; u < old->users.count; u++) {
        char a[32], b[32];
        recsys_ratings_user_id(old, u, a, sizeof a);
        recsys_ratings_user_id(made, merged.user[u], b, sizeof b);
        assert_string_equal(a, b);
    }
    assert_int_equal(made->matrix.count, old->matrix.count + merged.added);
    rs_merged_free(&merged, old->runtime);
    recsys_ratings_destroy(old);
    recsys_ratings_destroy(fresh);
    recsys_ratings_destroy(all);
    recsys_ratings_destroy(made);
    free(h.event);
}

static void ratings_are_those_of_one_reading(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int ids = 0; ids < 16; ids++)
        for (int times = NO_TIMES; times <= LATE_TIMES; times++)
            for (int values = STARS; values <= GROWING; values++) {
                plan p = {.events = 150, .users = 20, .movies = 12};
                p.user_ids = (id_kind)(ids % 4);
                p.movie_ids = (id_kind)(ids / 4);
                p.times = (time_kind)times;
                p.values = (value_kind)values;
                check_merge(&p, seed++, 1 + test_below(&seed, p.events - 1));
            }
}

/* ---- models -------------------------------------------------------------------------- */

static const char *const similarities[] = {"cosine", "corated_cosine", "pearson",
                                           "adjusted_cosine", "jaccard"};

static void set_number(recsys_config *config, const char *key, size_t value)
{
    char text[24];
    recsys_error err = RECSYS_ERROR_INIT;
    snprintf(text, sizeof text, "%zu", value);
    assert_ok(recsys_config_set(config, key, text, &err), &err);
}

#define CF "model.collaborative_filtering."
static recsys_config *config_for(size_t number, size_t spare)
{
    recsys_config *config = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_config_create(&config, NULL, &err), &err);
    set_number(config, CF "n_neighbors", 1 + number % 6);
    set_number(config, CF "spare_neighbors", spare);
    set_number(config, CF "min_common_items", 1 + number % 3);
    assert_ok(recsys_config_set(config, CF "similarity_threshold",
                                number % 2 == 0 ? "-1" : "0.1", &err),
              &err);
    assert_ok(recsys_config_set(config, CF "similarity", similarities[number % 5], &err), &err);
    assert_ok(recsys_config_set(config, "evaluation.relevance_threshold", "0.6", &err), &err);
    return config;
}

static size_t times_updated, times_refitted, rows_lost, entries_spared;

/* Sections of the same name and bytes; those whose name begins with `but` need not be. */
static void same_sections(const recsys_model *a, const recsys_model *b, const char *const *but)
{
    assert_int_equal(a->parts.count, b->parts.count);
    for (size_t i = 0; i < a->parts.count; i++) {
        const rs_part *x = &a->parts.parts[i], *y = &b->parts.parts[i];
        int skipped = 0;
        for (size_t k = 0; but[k] != NULL; k++)
            skipped |= strncmp(x->name, but[k], strlen(but[k])) == 0;
        if (skipped) continue;
        assert_string_equal(x->name, y->name);
        if (x->size != y->size || memcmp(x->data, y->data, x->size) != 0)
            fail_msg("section %s differs", x->name);
    }
}

static uint64_t length(const rs_neighbours *n, size_t user)
{
    return n->ptr[user + 1] - n->ptr[user];
}

/* What is spared is an exact beginning of what a fit spares. */
static void check_spare(const recsys_model *updated, const recsys_model *fitted)
{
    assert_int_equal(updated->spare_complete != NULL, fitted->spare_complete != NULL);
    if (fitted->spare_complete == NULL) return;
    for (size_t user = 0; user < fitted->users.count; user++) {
        const rs_neighbours *a = &updated->spare, *b = &fitted->spare;
        uint64_t count = length(a, user);
        assert_true(count <= length(b, user));
        if (updated->spare_complete[user]) assert_int_equal(count, length(b, user));
        for (uint64_t k = 0; k < count; k++) {
            uint64_t i = a->ptr[user] + k, j = b->ptr[user] + k;
            assert_int_equal(a->user[i], b->user[j]);
            assert_int_equal(a->common[i], b->common[j]);
            assert_true(a->similarity[i] == b->similarity[j]);
        }
        entries_spared += count;
    }
}

static recsys_model *fit(history *h, recsys_runtime *runtime, size_t end,
                         const recsys_catalogue *catalogue, const recsys_config *config)
{
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = ratings_of(h, runtime, 0, end);
    assert_ok(recsys_model_fit(&model, runtime, ratings, catalogue, config, NULL, &err), &err);
    recsys_ratings_destroy(ratings);
    return model;
}

static recsys_model *update(const recsys_model *model, history *h, size_t from, size_t to,
                            const recsys_catalogue *catalogue, recsys_update_mode mode,
                            recsys_update_report *report)
{
    recsys_model *next = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = ratings_of(h, NULL, from, to);
    assert_ok(recsys_model_update(&next, model, ratings, catalogue, mode, report, NULL, &err),
              &err);
    recsys_ratings_destroy(ratings);
    return next;
}

/* The model as another library wrote it: without spare lists, or with another manifest (NULL:
 * its own); through a file. */
static recsys_model *rewritten(recsys_model *model, int spare, const char *manifest,
                               const char *folder)
{
    char path[512];
    rs_container parts;
    recsys_model *opened = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    rs_container_begin(&parts, model->runtime, "model");
    for (size_t i = 0; i < model->parts.count; i++) {
        const rs_part *part = &model->parts.parts[i];
        int other = manifest != NULL && strcmp(part->name, "manifest") == 0;
        if (!spare && strncmp(part->name, "spare.", 6) == 0) continue;
        assert_ok(rs_container_add(&parts, part->name, part->required,
                                   other ? manifest : part->data,
                                   other ? strlen(manifest) + 1 : part->size, NULL, &err),
                  &err);
    }
    rs_container_seal(&parts);
    assert_ok(rs_container_save(&parts, test_path(path, folder, "old"), &err), &err);
    rs_container_close(&parts);
    assert_ok(recsys_model_open(&opened, model->runtime, path, &err), &err);
    recsys_model_destroy(model);
    return opened;
}

static void check_refit(const recsys_model *updated, const recsys_model *fitted,
                        const recsys_update_report *report, const char *folder)
{
    static const char *const but[] = {"spare.", NULL};
    char a[512], b[512];
    recsys_error err = RECSYS_ERROR_INIT;
    same_sections(updated, fitted, but);
    check_spare(updated, fitted);
    assert_ok(recsys_model_validate(updated, RECSYS_VALIDATE_FULL, &err), &err);
    assert_int_equal(report->users, recsys_model_users(fitted));
    assert_true(report->changed <= report->made && report->made <= report->users);
    assert_int_equal(report->full_fit, report->made == report->users);
    assert_false(report->stale_content || report->stale_learned || report->stale_fusion);
    if (report->full_fit)
        times_refitted++;
    else
        times_updated++;
    if (!report->full_fit) rows_lost += (size_t)(report->made - report->changed);
    if (updated->settings.cf.spare_neighbors > 0) return;
    assert_ok(recsys_model_save(updated, test_path(a, folder, "a"), &err), &err);
    assert_ok(recsys_model_save(fitted, test_path(b, folder, "b"), &err), &err);
    test_same_file(a, b);
}

enum { PIECES = 6 };

/* The history in pieces: a fit on the first events (0: so many are drawn), then updates, each
 * against a fit. */
static void check_history(const plan *p, uint64_t seed, size_t first, size_t spare,
                          size_t threads, const char *folder)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = NULL;
    uint64_t number = seed;
    history h = draw_history(p, seed);
    recsys_catalogue *catalogue = catalogue_of(p, folder);
    recsys_config *config = config_for((size_t)seed, spare);
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    assert_ok(recsys_runtime_set_threads(runtime, threads, &err), &err);
    size_t cut[PIECES] = {first > 0 ? first : 1 + test_below(&seed, h.count - 20 * PIECES)};
    for (size_t i = 1; i < PIECES - 1; i++) /* short nights but for the last */
        cut[i] = cut[i - 1] + 1 + test_below(&seed, i % 2 == 0 ? 20 : 4);
    cut[PIECES - 1] = h.count;
    recsys_model *model = fit(&h, runtime, cut[0], catalogue, config);
    if (number % 4 == 0) model = rewritten(model, 0, NULL, folder);
    for (size_t i = 1; i < PIECES; i++) {
        recsys_update_report report = RECSYS_UPDATE_REPORT_INIT;
        recsys_model *fitted = fit(&h, runtime, cut[i], catalogue, config);
        recsys_model *next = update(model, &h, cut[i - 1], cut[i], i == 2 ? catalogue : NULL,
                                    RECSYS_UPDATE_REFIT, &report);
        check_refit(next, fitted, &report, folder);
        recsys_model_destroy(model);
        recsys_model_destroy(fitted);
        model = next;
    }
    recsys_model_destroy(model);
    recsys_config_destroy(config);
    recsys_catalogue_destroy(catalogue);
    recsys_runtime_destroy(runtime);
    free(h.event);
}

static const size_t spares[] = {0, 10, 2};

static void an_update_is_a_fit(void **state)
{
    for (uint64_t seed = 0; seed < 90; seed++) {
        plan p = {.events = 700, .users = 90, .movies = 24};
        p.user_ids = (id_kind)(seed % 2);
        p.movie_ids = (id_kind)(seed / 2 % 2);
        p.times = (time_kind)(seed % 5);
        p.values = (value_kind)(seed / 3 % 4);
        p.catalogue = (int)(seed / 5 % 2);
        check_history(&p, seed, 0, spares[seed % 3], 1 + seed % 2 * 2, *state);
    }
}

static void so_it_is_when_the_order_changes(void **state)
{
    for (uint64_t seed = 0; seed < 60; seed++) {
        plan p = {.events = 500, .users = 90, .movies = 20, .times = RISING};
        p.user_ids = seed % 3 == 0 ? TURNING : NUMBERS;
        p.movie_ids = seed % 3 == 1 ? TURNING : NUMBERS;
        p.values = seed % 3 == 2 ? GROWING : seed % 3 == 1 ? CONTINUOUS : FEW;
        p.catalogue = (int)(seed / 9 % 2);
        size_t before = p.events - p.events / 10 - seed % 4; /* soon, in a short night */
        check_history(&p, seed, before, spares[seed / 3 % 3], 1, *state);
    }
}

/* Its lists may be rounded in another way, so they are not taken over. */
static void models_of_other_versions_are_updated_too(void **state)
{
    static const char *const but[] = {"spare.", NULL};
    plan p = {.events = 700, .users = 90, .movies = 24, .times = RISING};
    history h = draw_history(&p, 3);
    recsys_config *config = config_for(3, 10);
    recsys_model *fitted = fit(&h, NULL, h.count, NULL, config);
    for (int other = 0; other < 2; other++) {
        recsys_update_report report = RECSYS_UPDATE_REPORT_INIT;
        recsys_model *model = fit(&h, NULL, h.count - 3, NULL, config);
        model = rewritten(model, 1, other ? "{\"library\": \"0.0.9\"}" : NULL, *state);
        recsys_model *next =
            update(model, &h, h.count - 3, h.count, NULL, RECSYS_UPDATE_REFIT, &report);
        assert_int_equal(report.full_fit, other);
        same_sections(next, fitted, but);
        recsys_model_destroy(model);
        recsys_model_destroy(next);
    }
    recsys_model_destroy(fitted);
    recsys_config_destroy(config);
    free(h.event);
}

static void all_ways_were_taken(void **state)
{
    (void)state;
    printf("# updates %zu, full fits %zu; lost %zu, spared %zu\n", times_updated,
           times_refitted, rows_lost, entries_spared);
    assert_true(times_updated > 100 && times_refitted > 10);
    assert_true(rows_lost > 100 && entries_spared > 100);
}

/* ---- what may be kept ------------------------------------------------------------------ */

/* Each movie's list is the one that it had, new movies have none. */
static size_t movie_before(const recsys_model *before, const recsys_model *after, size_t movie)
{
    char id[32];
    recsys_model_movie_id(after, movie, id, sizeof id);
    return recsys_model_find_movie(before, id);
}

static void check_kept_terms(const recsys_model *before, const recsys_model *after)
{
    for (size_t j = 0; j < after->movies.count; j++) {
        size_t old = movie_before(before, after, j);
        uint64_t terms = after->terms.ptr[j + 1] - after->terms.ptr[j];
        if (old == SIZE_MAX) {
            assert_int_equal(terms, 0);
            continue;
        }
        assert_int_equal(terms, before->terms.ptr[old + 1] - before->terms.ptr[old]);
        assert_memory_equal(after->terms.weight + after->terms.ptr[j],
                            before->terms.weight + before->terms.ptr[old], 4 * terms);
        assert_memory_equal(after->terms.term + after->terms.ptr[j],
                            before->terms.term + before->terms.ptr[old], 4 * terms);
    }
}

static void check_kept_lists(const recsys_model *before, const recsys_model *after,
                             size_t source)
{
    char id[32];
    size_t kept = 0;
    const rs_similar *b = &after->lists[source], *a = &before->lists[source];
    for (size_t j = 0; j < after->movies.count; j++) {
        size_t old = movie_before(before, after, j);
        uint64_t count = b->ptr[j + 1] - b->ptr[j];
        if (old == SIZE_MAX) {
            assert_int_equal(count, 0);
            continue;
        }
        assert_int_equal(count, a->ptr[old + 1] - a->ptr[old]);
        for (uint64_t k = 0; k < count; k++, kept++) {
            char there[32];
            recsys_model_movie_id(after, b->movie[b->ptr[j] + k], id, sizeof id);
            recsys_model_movie_id(before, a->movie[a->ptr[old] + k], there, sizeof there);
            assert_string_equal(id, there);
            assert_true(b->similarity[b->ptr[j] + k] == a->similarity[a->ptr[old] + k]);
        }
    }
    assert_true(kept > 0);
}

/* Those of new movies are 0, and such movies have no score. */
static void check_kept_factors(const recsys_model *before, recsys_model *after)
{
    size_t factors = (size_t)before->ials.head->factors, fresh = 0;
    recsys_context *context = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_context_create(&context, after, &err), &err);
    rs_scores *scores = &context->scratch.scores[RS_IALS];
    rs_profile_load(&context->scratch.profile, after, 0);
    rs_sources[RS_IALS]->score(after, &context->scratch, scores);
    assert_memory_equal(after->ials.head, before->ials.head, sizeof *before->ials.head);
    assert_memory_equal(after->ials.gram, before->ials.gram,
                        factors * factors * sizeof *before->ials.gram);
    for (size_t j = 0; j < after->movies.count; j++) {
        const float *v = after->ials.movie + j * factors;
        size_t old = movie_before(before, after, j);
        if (old != SIZE_MAX && rs_raters(before, old) > 0) {
            assert_memory_equal(v, before->ials.movie + old * factors, factors * sizeof *v);
            assert_true(scores->scored[j]);
            continue;
        }
        for (size_t a = 0; a < factors; a++) assert_true(v[a] == 0);
        assert_false(scores->scored[j]);
        fresh += rs_raters(after, j) > 0;
    }
    assert_true(fresh > 0);
    recsys_context_destroy(context);
}

static void check_lists_come(const recsys_model *model)
{
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_context_create(&context, model, &err), &err);
    assert_ok(recsys_query_create(&query, NULL, &err), &err);
    assert_ok(recsys_query_set_user(query, "8", &err), &err);
    assert_ok(recsys_recommend(&list, context, query, &err), &err);
    assert_true(recsys_result_size(list) > 0);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
}

static void lists_and_tables_can_be_kept(void **state)
{
    static const char *const but[] = {"spare.", "content.", "terms.",  "ease.",    "item_cf.",
                                      "ials.",  "rp3beta.", "fusion.", "manifest", NULL};
    static const char *const spare[] = {"spare.", NULL};
    static const char *const more[] = {"model.item_cf.enabled", "model.rp3beta.enabled",
                                       "model.ials.enabled"};
    static const size_t lists[] = {RS_CONTENT, RS_EASE, RS_ITEM_CF, RS_RP3BETA};
    recsys_error err = RECSYS_ERROR_INIT;
    plan p = {.events = 600, .users = 50, .movies = 30, .times = RISING, .catalogue = 1};
    history h = draw_history(&p, 5);
    recsys_config *config = config_for(2, 10);
    for (size_t i = 0; i < 3; i++)
        assert_ok(recsys_config_set(config, more[i], "true", &err), &err);
    recsys_catalogue *catalogue = catalogue_of(&p, *state);
    recsys_update_report report = RECSYS_UPDATE_REPORT_INIT;
    recsys_model *before = fit(&h, NULL, 300, catalogue, config);
    recsys_model *fitted = fit(&h, NULL, 590, catalogue, config);
    recsys_model *kept = update(before, &h, 300, 590, NULL, RECSYS_UPDATE_KEEP, &report);
    assert_true(recsys_model_movies(kept) > recsys_model_movies(before));
    assert_true(report.stale_content && report.stale_fusion && report.stale_learned);
    assert_contains(recsys_model_manifest(kept), "\"stale\": [\"content\", \"ease\", "
                                                 "\"item_cf\", \"rp3beta\", \"ials\", "
                                                 "\"fusion\"]");
    assert_null(strstr(recsys_model_manifest(fitted), "stale"));
    same_sections(kept, fitted, but);
    check_spare(kept, fitted);
    check_kept_terms(before, kept);
    for (size_t i = 0; i < 4; i++) check_kept_lists(before, kept, lists[i]);
    check_kept_factors(before, kept);
    for (size_t s = 0; s < RS_SOURCES; s++) {
        if (!rs_has_source(kept, s)) continue;
        assert_memory_equal(kept->fusion.table[s], before->fusion.table[s],
                            (before->fusion.ranks + 1) * sizeof(double));
    }
    assert_int_equal(kept->fusion.chosen, before->fusion.chosen);
    assert_ok(recsys_model_validate(kept, RECSYS_VALIDATE_FULL, &err), &err);
    check_lists_come(kept);
    recsys_model *last = fit(&h, NULL, 600, catalogue, config);
    recsys_model *anew = update(kept, &h, 590, 600, NULL, RECSYS_UPDATE_REFIT, &report);
    same_sections(anew, last, spare);
    recsys_model *const all[] = {before, fitted, kept, last, anew};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) recsys_model_destroy(all[i]);
    recsys_catalogue_destroy(catalogue);
    recsys_config_destroy(config);
    free(h.event);
}

/* Lists may name a movie that is gone: they are made anew. */
static void but_not_without_their_movies(void **state)
{
    static const char *const but[] = {"spare.", "fusion.", "manifest", NULL};
    plan p = {.events = 300, .users = 30, .movies = 20, .catalogue = 1}, small = p;
    history h = draw_history(&p, 6);
    small.movies = 4;
    recsys_config *config = config_for(2, 10);
    recsys_catalogue *catalogue = catalogue_of(&p, *state);
    recsys_catalogue *less = catalogue_of(&small, *state);
    recsys_update_report report = RECSYS_UPDATE_REPORT_INIT;
    recsys_model *before = fit(&h, NULL, 200, catalogue, config);
    recsys_model *fitted = fit(&h, NULL, 300, less, config);
    recsys_model *next = update(before, &h, 200, 300, less, RECSYS_UPDATE_KEEP, &report);
    assert_true(!report.stale_content && !report.stale_learned && report.stale_fusion);
    assert_contains(recsys_model_manifest(next), "\"stale\": [\"fusion\"]");
    same_sections(next, fitted, but);
    recsys_model_destroy(before);
    recsys_model_destroy(fitted);
    recsys_model_destroy(next);
    recsys_catalogue_destroy(catalogue);
    recsys_catalogue_destroy(less);
    recsys_config_destroy(config);
    free(h.event);
}

/* Where ids become texts, lists have another order. */
static void nor_in_another_order(void **state)
{
    plan p = {.events = 300, .users = 30, .movies = 20, .movie_ids = TURNING, .catalogue = 1};
    history h = draw_history(&p, 6);
    recsys_catalogue *catalogue = catalogue_of(&p, *state);
    recsys_update_report report = RECSYS_UPDATE_REPORT_INIT;
    recsys_model *before = fit(&h, NULL, 260, catalogue, NULL);
    recsys_model *next = update(before, &h, 260, 300, catalogue, RECSYS_UPDATE_KEEP, &report);
    assert_true(next->movies.textual && !before->movies.textual);
    assert_true(!report.stale_content && report.stale_fusion);
    recsys_model_destroy(before);
    recsys_model_destroy(next);
    recsys_catalogue_destroy(catalogue);
    free(h.event);
}

/* ---- times alone ------------------------------------------------------------------------ */

static recsys_ratings *one_rating(const char *movie, float value, int64_t time)
{
    static event e;
    history h = {&e, 1, 0, 1};
    snprintf(e.user, sizeof e.user, "9");
    assert_true(strlen(movie) < sizeof e.movie);
    strcpy(e.movie, movie);
    e.rating = value;
    e.time = time;
    return ratings_of(&h, NULL, 0, 1);
}

static recsys_update_report report_of(const recsys_model *model, recsys_ratings *ratings,
                                      recsys_model **next)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_update_report report = RECSYS_UPDATE_REPORT_INIT;
    assert_ok(recsys_model_update(next, model, ratings, NULL, RECSYS_UPDATE_KEEP, &report, NULL,
                                  &err),
              &err);
    recsys_ratings_destroy(ratings);
    return report;
}

static void the_report_tells_what_changed(void **state)
{
    (void)state;
    plan p = {.events = 400, .users = 30, .movies = 20, .times = RISING};
    history h = draw_history(&p, 7);
    recsys_model *next = NULL, *model = fit(&h, NULL, h.count, NULL, NULL);
    recsys_rating rating = RECSYS_RATING_INIT;
    char movie[32];
    size_t user = recsys_model_find_user(model, "9");
    assert_int_equal(recsys_model_user_at(model, user, 0, &rating), 1);
    recsys_model_movie_id(model, rating.movie, movie, sizeof movie);
    recsys_update_report r = /* the same, later: only its time is new */
        report_of(model, one_rating(movie, rating.value, 2000000), &next);
    assert_int_equal(r.added + r.replaced + r.changed + r.made, 0);
    assert_int_equal(recsys_model_user_at(next, user, 0, &rating), 1);
    assert_int_equal(rating.timestamp, INT64_C(2000000000));
    recsys_model_destroy(next);
    r = report_of(model, one_rating(movie, rating.value + 0.5F, 1), &next); /* older */
    assert_int_equal(r.added + r.replaced + r.changed, 0);
    assert_int_equal(recsys_model_user_at(next, user, 0, &rating), 1);
    assert_true(rating.timestamp > 1000000000 && rating.timestamp < INT64_C(2000000000));
    recsys_model_destroy(next);
    r = report_of(model, one_rating(movie, rating.value > 3 ? 1 : 5, 2000000), &next);
    assert_int_equal(r.replaced, 1);
    assert_int_equal(r.changed, 1);
    assert_int_equal(r.added, 0);
    recsys_model_destroy(next);
    r = report_of(model, one_rating("5000", 3, 0), &next);
    assert_int_equal(r.added, 1);
    assert_int_equal(r.changed, 1);
    assert_int_equal(recsys_model_movies(next), recsys_model_movies(model) + 1);
    recsys_model_destroy(next);
    recsys_model_destroy(model);
    free(h.event);
}

/* ---- failures ---------------------------------------------------------------------------- */

typedef struct brake {
    size_t calls, stop_at;
} brake;

static int count_down(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    brake *b = user_data;
    (void)stage;
    (void)done;
    (void)total;
    return ++b->calls == b->stop_at;
}

static void it_can_be_stopped_at_any_time(void **state)
{
    char path[512], again[512];
    plan p = {.events = 400, .users = 30, .movies = 20, .catalogue = 1};
    history h = draw_history(&p, 8);
    recsys_catalogue *catalogue = catalogue_of(&p, *state);
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = NULL;
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    assert_ok(recsys_runtime_set_threads(runtime, 1, &err),
              &err); /* the same calls each time */
    recsys_model *model = fit(&h, runtime, 390, catalogue, NULL);
    recsys_ratings *ratings = ratings_of(&h, NULL, 390, 400);
    assert_ok(recsys_model_save(model, test_path(path, *state, "before"), &err), &err);
    for (int mode = RECSYS_UPDATE_REFIT; mode <= RECSYS_UPDATE_KEEP; mode++) {
        recsys_model *next = NULL, *const nothing = (recsys_model *)(uintptr_t)&p;
        brake b = {0, 0};
        recsys_progress progress = {count_down, &b};
        assert_ok(recsys_model_update(&next, model, ratings, NULL, (recsys_update_mode)mode,
                                      NULL, &progress, &err),
                  &err);
        recsys_model_destroy(next);
        size_t calls = b.calls;
        assert_true(calls >= 5);
        for (size_t at = 1; at <= calls; at++) {
            recsys_update_report report = {.struct_size = sizeof report, .users = 77};
            b = (brake){0, at};
            next = nothing;
            assert_fails(recsys_model_update(&next, model, ratings, NULL,
                                             (recsys_update_mode)mode, &report, &progress,
                                             &err),
                         RECSYS_CANCELLED, &err);
            assert_ptr_equal(next, nothing);
            assert_int_equal(report.users, 77);
        }
    }
    assert_ok(recsys_model_save(model, test_path(again, *state, "after"), &err), &err);
    test_same_file(path, again);
    recsys_ratings_destroy(ratings);
    recsys_model_destroy(model);
    recsys_catalogue_destroy(catalogue);
    recsys_runtime_destroy(runtime);
    free(h.event);
}

static void arguments_are_checked(void **state)
{
    (void)state;
    plan p = {.events = 100, .users = 50, .movies = 50};
    history h = draw_history(&p, 9);
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = fit(&h, NULL, 90, NULL, NULL), *next = NULL;
    recsys_ratings *ratings = ratings_of(&h, NULL, 90, 100);
    struct {
        size_t struct_size;
        uint64_t added, after;
    } small = {sizeof(size_t) + sizeof(uint64_t), 0, 88};
    assert_fails(recsys_model_update(&next, model, ratings, NULL, (recsys_update_mode)2, NULL,
                                     NULL, &err),
                 RECSYS_E_INVALID, &err);
    recsys_update_report *report = (recsys_update_report *)(void *)&small;
    assert_ok(recsys_model_update(&next, model, ratings, NULL, RECSYS_UPDATE_REFIT, report,
                                  NULL, &err),
              &err);
    assert_true(small.added > 0);
    assert_int_equal(small.after, 88);
    recsys_model_destroy(next);
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
    free(h.event);
}

typedef struct work {
    history h;
    size_t from;
    char path[512];
    recsys_update_mode mode;
} work;

static recsys_status update_once(recsys_runtime *runtime, void *data, recsys_error *err)
{
    work *w = data;
    recsys_model *model = NULL, *next = NULL;
    recsys_ratings *ratings = NULL;
    w->h.at = w->from;
    w->h.end = w->h.count;
    recsys_status status = recsys_ratings_from_rows(&ratings, runtime, next_event, &w->h, err);
    if (status == RECSYS_OK) status = recsys_model_open(&model, runtime, w->path, err);
    if (status == RECSYS_OK)
        status = recsys_model_update(&next, model, ratings, NULL, w->mode, NULL, NULL, err);
    recsys_ratings_destroy(ratings);
    recsys_model_destroy(model);
    recsys_model_destroy(next);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    recsys_error err = RECSYS_ERROR_INIT;
    plan p = {.events = 260, .users = 30, .movies = 12, .catalogue = 1};
    for (int turn = 0; turn < 3; turn++) { /* numbers stay, and become texts in the end */
        work w = {.from = 255, .mode = turn == 1 ? RECSYS_UPDATE_KEEP : RECSYS_UPDATE_REFIT};
        p.user_ids = p.movie_ids = turn == 2 ? TURNING : NUMBERS;
        p.values = turn == 2 ? CONTINUOUS : STARS;
        w.h = draw_history(&p, (uint64_t)turn);
        recsys_catalogue *catalogue = catalogue_of(&p, *state);
        recsys_model *model = fit(&w.h, NULL, w.from, catalogue, NULL);
        assert_ok(recsys_model_save(model, test_path(w.path, *state, "base"), &err), &err);
        assert_true(test_each_allocation(update_once, &w, 1, 1) > 100);
        assert_true(test_each_allocation(update_once, &w, 3, 5) > 100);
        recsys_model_destroy(model);
        recsys_catalogue_destroy(catalogue);
        free(w.h.event);
    }
}

int main(void)
{
    static char folder[256];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratings_are_those_of_one_reading),
        cmocka_unit_test_prestate(an_update_is_a_fit, folder),
        cmocka_unit_test_prestate(so_it_is_when_the_order_changes, folder),
        cmocka_unit_test_prestate(models_of_other_versions_are_updated_too, folder),
        cmocka_unit_test(all_ways_were_taken),
        cmocka_unit_test_prestate(lists_and_tables_can_be_kept, folder),
        cmocka_unit_test_prestate(but_not_without_their_movies, folder),
        cmocka_unit_test_prestate(nor_in_another_order, folder),
        cmocka_unit_test(the_report_tells_what_changed),
        cmocka_unit_test_prestate(it_can_be_stopped_at_any_time, folder),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test_prestate(each_allocation_may_fail, folder),
    };
    test_folder(folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    test_remove_folder(folder);
    return failed;
}
