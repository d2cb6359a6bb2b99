/* Times an update of a model beside a fit on everything.
 *
 *     bench_update FILE [--movies CATALOGUE] [--threads N] [--isa NAME] [--share S]
 *                  [--kind spread|night] [--runs N] [--seed N] [--set KEY=VALUE]...
 *
 * FILE, and movies.csv, are from bench_generate. A share of the ratings is taken for new
 * (default: 0.001, 0.01 and 0.1, one after the other), a model is trained on the others
 * (calibration_users=100 unless set), and updated; then one is trained on all. The new ones are
 *
 *     spread  drawn at random from all, so that almost every user has one of them soon;
 *     night   of users drawn at random, until there are enough: every other one of them is new,
 *             with all ratings, the others have their newer half.
 *
 * A line of JSON for each: medians of --runs (default: 1) of the update, of one that keeps
 * content and fusion, and of the fit, alternating. `same`: the sections of the updated model
 * have the sizes and checksums of those of the fit, the spare neighbours aside. */
#include <inttypes.h>
#include <recsys/recsys.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/measure.h"

typedef struct bench {
    recsys_runtime *runtime;
    recsys_ratings *all;
    recsys_catalogue *movies; /* or NULL */
    recsys_config *config;
    char **user_id, **movie_id;
    uint8_t *is_new; /* of each rating, by user */
    uint64_t *ptr;   /* [users + 1] */
    size_t runs, seed;
} bench;

/* ---- which are new --------------------------------------------------------------- */

static uint64_t take_spread(bench *b, double share)
{
    uint64_t state = b->seed, count = recsys_ratings_count(b->all), taken = 0;
    uint64_t wanted = (uint64_t)(share * (double)count + 0.5);
    for (uint64_t i = 0; i < count; i++) {
        b->is_new[i] = bench_draw(&state) % (count - i) < wanted - taken;
        taken += b->is_new[i];
    }
    return taken;
}

typedef struct dated {
    int64_t time;
    uint64_t at;
} dated;

static int by_time(const void *a, const void *b)
{
    const dated *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* All ratings of a user, or the newer half. */
static uint64_t take_user(bench *b, size_t user, int whole)
{
    size_t count = recsys_ratings_user_count(b->all, user), from = whole ? 0 : count / 2;
    dated *row = bench_memory(malloc((count + 1) * sizeof *row));
    for (size_t i = 0; i < count; i++) {
        recsys_rating rating = RECSYS_RATING_INIT;
        (void)recsys_ratings_user_at(b->all, user, i, &rating);
        row[i] = (dated){rating.timestamp, b->ptr[user] + i};
    }
    qsort(row, count, sizeof *row, by_time);
    for (size_t i = from; i < count; i++) b->is_new[row[i].at] = 1;
    free(row);
    return count - from;
}

static uint64_t take_night(bench *b, double share)
{
    size_t users = recsys_ratings_users(b->all), drawn = 0;
    uint64_t state = b->seed, count = recsys_ratings_count(b->all), taken = 0;
    uint64_t wanted = (uint64_t)(share * (double)count + 0.5);
    uint8_t *met = bench_memory(calloc(users, 1));
    memset(b->is_new, 0, count);
    while (taken < wanted && drawn < users) {
        size_t user = bench_draw(&state) % users;
        if (met[user]) continue;
        met[user] = 1;
        taken += take_user(b, user, drawn++ % 2);
    }
    free(met);
    return taken;
}

/* ---- old and new ----------------------------------------------------------------- */

static recsys_ratings *part(const bench *b, int is_new, uint64_t count)
{
    size_t users = recsys_ratings_users(b->all);
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *made;
    uint64_t *ptr = bench_memory(malloc((users + 1) * sizeof *ptr)), to = 0;
    uint32_t *movie = bench_memory(malloc((count + 1) * sizeof *movie));
    float *value = bench_memory(malloc((count + 1) * sizeof *value));
    int64_t *time = bench_memory(malloc((count + 1) * sizeof *time));
    for (size_t u = 0; u < users; u++) {
        ptr[u] = to;
        for (uint64_t at = b->ptr[u]; at < b->ptr[u + 1]; at++) {
            recsys_rating rating = RECSYS_RATING_INIT;
            if (b->is_new[at] != is_new) continue;
            (void)recsys_ratings_user_at(b->all, u, (size_t)(at - b->ptr[u]), &rating);
            movie[to] = (uint32_t)rating.movie;
            value[to] = rating.value;
            time[to++] = rating.timestamp;
        }
    }
    ptr[users] = to;
    recsys_csr csr = {.struct_size = sizeof csr,
                      .users = users,
                      .movies = recsys_ratings_movies(b->all),
                      .indptr = ptr,
                      .indices = movie,
                      .values = value,
                      .times = time,
                      .user_ids = (const char *const *)b->user_id,
                      .movie_ids = (const char *const *)b->movie_id};
    bench_need(recsys_ratings_from_csr(&made, b->runtime, &csr, &err), &err);
    free(ptr);
    free(movie);
    free(value);
    free(time);
    return made;
}

/* ---- measuring ------------------------------------------------------------------- */

static int same_section(const recsys_model *a, const recsys_section *wanted)
{
    recsys_section section = RECSYS_SECTION_INIT;
    for (size_t i = 0; recsys_model_section(a, i, &section); i++)
        if (strcmp(section.name, wanted->name) == 0)
            return section.size == wanted->size && section.checksum == wanted->checksum;
    return 0;
}

static int same_models(const recsys_model *a, const recsys_model *b)
{
    recsys_section section = RECSYS_SECTION_INIT;
    int same = recsys_model_section_count(a) == recsys_model_section_count(b);
    for (size_t i = 0; recsys_model_section(b, i, &section); i++)
        same &= strncmp(section.name, "spare.", 6) == 0 || same_section(a, &section);
    return same;
}

static recsys_model *fit(const bench *b, const recsys_ratings *ratings, double *seconds)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model;
    double begin = bench_now();
    bench_need(recsys_model_fit(&model, b->runtime, ratings, b->movies, b->config, NULL, &err),
               &err);
    *seconds = bench_now() - begin;
    return model;
}

static recsys_model *update(const recsys_model *old, const recsys_ratings *fresh,
                            recsys_update_mode mode, recsys_update_report *report,
                            double *seconds)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model;
    double begin = bench_now();
    bench_need(recsys_model_update(&model, old, fresh, NULL, mode, report, NULL, &err), &err);
    *seconds = bench_now() - begin;
    return model;
}

static void measure(bench *b, const char *kind, double share)
{
    recsys_update_report report = RECSYS_UPDATE_REPORT_INIT;
    double *times = bench_memory(calloc(3 * b->runs, sizeof *times)), ignored;
    double *updates = times, *keeps = times + b->runs, *fits = times + 2 * b->runs;
    uint64_t count = recsys_ratings_count(b->all);
    uint64_t taken = strcmp(kind, "night") == 0 ? take_night(b, share) : take_spread(b, share);
    recsys_ratings *before = part(b, 0, count - taken), *fresh = part(b, 1, taken);
    recsys_model *old = fit(b, before, &ignored);
    int same = 1;
    recsys_ratings_destroy(before);
    for (size_t run = 0; run < b->runs; run++) {
        recsys_model_destroy(update(old, fresh, RECSYS_UPDATE_KEEP, &report, &keeps[run]));
        recsys_model *next = update(old, fresh, RECSYS_UPDATE_REFIT, &report, &updates[run]);
        recsys_model *full = fit(b, b->all, &fits[run]);
        same &= same_models(next, full);
        recsys_model_destroy(next);
        recsys_model_destroy(full);
    }
    printf("{\"task\": \"update\", \"kind\": \"%s\", \"share\": %g, \"ratings\": %" PRIu64
           ", \"new\": %" PRIu64 ", \"users\": %" PRIu64 ", \"rows_changed\": %" PRIu64
           ", \"rows_recomputed\": %" PRIu64 ", \"full_fit\": %s, \"update_s\": %.6f, "
           "\"keep_s\": %.6f, \"full_s\": %.6f, \"runs\": %zu, \"threads\": %zu, "
           "\"isa\": \"%s\", \"catalogue\": %d, \"peak_mb\": %.1f, \"same\": %s}\n",
           kind, share, count, taken, report.users, report.changed, report.made,
           report.full_fit ? "true" : "false", bench_quantile(updates, b->runs, 0.5),
           bench_quantile(keeps, b->runs, 0.5), bench_quantile(fits, b->runs, 0.5), b->runs,
           recsys_runtime_threads(b->runtime), recsys_runtime_isa(b->runtime),
           b->movies != NULL, bench_peak(), same ? "true" : "false");
    fflush(stdout);
    recsys_ratings_destroy(fresh);
    recsys_model_destroy(old);
    free(times);
}

/* ---- the whole ------------------------------------------------------------------- */

typedef size_t (*id_fn)(const recsys_ratings *ratings, size_t i, char *buffer, size_t size);

static char **copy_ids(const recsys_ratings *ratings, size_t count, id_fn id_of)
{
    char **ids = bench_memory(calloc(count + 1, sizeof *ids));
    for (size_t i = 0; i < count; i++) {
        size_t size = id_of(ratings, i, NULL, 0) + 1;
        ids[i] = bench_memory(malloc(size));
        id_of(ratings, i, ids[i], size);
    }
    return ids;
}

static void free_ids(char **ids)
{
    for (char **id = ids; *id != NULL; id++) free(*id);
    free(ids);
}

static void begin(bench *b, char **argv)
{
    recsys_error err = RECSYS_ERROR_INIT;
    const char *file = bench_option(argv, "movies", NULL);
    b->runtime = bench_runtime(argv);
    b->all = bench_ratings(b->runtime, argv[1]);
    b->runs = bench_count(argv, "runs", 1);
    b->runs += b->runs == 0;
    b->seed = bench_count(argv, "seed", 1);
    bench_need(recsys_config_create(&b->config, NULL, &err), &err);
    bench_need(recsys_config_set(b->config, "model.hybrid.calibration_users", "100", &err),
               &err);
    bench_set(b->config, argv);
    if (file != NULL)
        bench_need(recsys_catalogue_read(&b->movies, b->runtime, file, b->config, &err), &err);
    size_t users = recsys_ratings_users(b->all);
    b->user_id = copy_ids(b->all, users, recsys_ratings_user_id);
    b->movie_id = copy_ids(b->all, recsys_ratings_movies(b->all), recsys_ratings_movie_id);
    b->is_new = bench_memory(malloc(recsys_ratings_count(b->all)));
    b->ptr = bench_memory(calloc(users + 1, sizeof *b->ptr));
    for (size_t u = 0; u < users; u++)
        b->ptr[u + 1] = b->ptr[u] + recsys_ratings_user_count(b->all, u);
}

static void end(bench *b)
{
    free_ids(b->user_id);
    free_ids(b->movie_id);
    free(b->is_new);
    free(b->ptr);
    recsys_ratings_destroy(b->all);
    recsys_catalogue_destroy(b->movies);
    recsys_config_destroy(b->config);
    recsys_runtime_destroy(b->runtime);
}

int main(int argc, char **argv)
{
    static const double shares[] = {0.001, 0.01, 0.1};
    static const char *const kinds[] = {"spread", "night"};
    if (argc < 2 || argv[1][0] == '-') {
        fprintf(stderr, "usage: bench_update FILE [--movies CATALOGUE] [--threads N] "
                        "[--isa NAME] [--share S]\n    [--kind spread|night] [--runs N] "
                        "[--seed N] [--set KEY=VALUE]\n");
        return 2;
    }
    bench b = {.seed = 1};
    const char *kind = bench_option(argv, "kind", NULL);
    double share = bench_real(argv, "share", 0);
    begin(&b, argv);
    for (size_t k = 0; k < 2; k++)
        for (size_t s = 0; s < 3; s++)
            if ((kind == NULL || strcmp(kind, kinds[k]) == 0) && (share <= 0 || s == 0))
                measure(&b, kinds[k], share > 0 ? share : shares[s]);
    end(&b);
    return 0;
}
