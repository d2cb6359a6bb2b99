#include "eval/run.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "data/entries.h"
#include "eval/auc.h"
#include "eval/candidates.h"
#include "eval/examples.h"
#include "eval/groups.h"
#include "eval/ties.h"

typedef struct files {
    rs_id_table users, movies;
    rs_entries run, judged, candidates;
    rs_evidence evidence;
    const rs_catalogue *catalogue; /* or NULL */
} files;

/* Keep the listed candidates; they are read behind the others, so the run's users and movies
 * have their numbers already. */
static recsys_status filter(files *f, const char *path, recsys_error *err)
{
    recsys_status status = rs_entries_read(&f->candidates, &f->users, &f->movies, path, 0, err);
    if (status != RECSYS_OK) return status;
    return rs_candidates_filter(&f->run, &f->candidates, &f->judged, f->movies.count, err);
}

/* Whoever is evaluated needs some: nothing else would stand beside what is judged. */
static recsys_status check_candidates(const files *f, const recsys_report *report,
                                      recsys_error *err)
{
    for (size_t i = 0; report->candidates && i < report->named; i++)
        if (rs_entries_of(&f->candidates, report->lists.scores.user[i]) == 0)
            return rs_candidates_missing(rs_report_user(report, i), err);
    return RECSYS_OK;
}

/* A judgement that was known in training tests nothing. */
static recsys_status count_leaks(recsys_report *report, const files *f, recsys_error *err)
{
    const rs_evidence *e = &f->evidence;
    size_t users = e->train_users > 0 ? f->judged.users : 0;
    uint32_t *of = rs_array_zero(f->run.runtime, f->movies.count, sizeof *of);
    if (of == NULL) return rs_fail_memory(err, "recsys_evaluate_run");
    for (size_t user = 0; user < users; user++) {
        for (uint64_t i = e->profile_ptr[user]; i < e->profile_ptr[user + 1]; i++)
            of[e->profile_movie[i]] = (uint32_t)user + 1;
        for (uint64_t i = f->judged.ptr[user]; i < f->judged.ptr[user + 1]; i++)
            report->leaks += of[f->judged.movie[i]] == user + 1;
    }
    rs_free(f->run.runtime, of);
    return RECSYS_OK;
}

/* The judgements come first: users are added up in the order of their ids. */
static recsys_status read_files(files *f, const char *run, const char *judgements,
                                recsys_error *err)
{
    recsys_status status =
        rs_entries_read(&f->judged, &f->users, &f->movies, judgements, 0, err);
    if (status == RECSYS_OK) status = rs_entries_sort_users(&f->judged, &f->users, err);
    if (status != RECSYS_OK) return status;
    if (!f->judged.has_value)
        for (uint64_t i = 0; i < f->judged.count; i++) f->judged.value[i] = 1;
    return rs_entries_read(&f->run, &f->users, &f->movies, run, 1, err);
}

/* ---- beside the judgements, user by user ----------------------------------------- */

/* Grades of the user at hand. */
typedef struct grades {
    uint32_t *of;  /* [movies] 1 + whose the grade is */
    double *grade; /* [movies] */
} grades;

static recsys_status make_grades(grades *g, recsys_runtime *runtime, size_t movies,
                                 recsys_error *err)
{
    g->of = rs_array_zero(runtime, movies, sizeof *g->of);
    g->grade = rs_array(runtime, movies, sizeof *g->grade);
    int fine = g->of != NULL && g->grade != NULL;
    return fine ? RECSYS_OK : rs_fail_memory(err, "recsys_evaluate_run");
}

/* Returns how many movies are relevant. */
static size_t set_grades(const grades *g, const rs_entries *judged, size_t user, double from)
{
    size_t relevant = 0;
    for (uint64_t i = judged->ptr[user]; i < judged->ptr[user + 1]; i++) {
        g->of[judged->movie[i]] = (uint32_t)user + 1;
        g->grade[judged->movie[i]] = judged->value[i];
        relevant += (size_t)(judged->value[i] >= from);
    }
    return relevant;
}

/* A run that says no scores has none that are level. */
static double score_of(const rs_entries *run, uint64_t first, uint64_t at)
{
    return strcmp(run->order, "score") == 0 ? run->value[at] : -(double)(at - first);
}

/* NaN unless all that is relevant is listed: then it is no ranking of all candidates. */
static double auc_of(const rs_entries *run, const grades *g, size_t user, size_t relevant,
                     double from)
{
    rs_auc auc = {.relevant = relevant};
    uint64_t first = run->ptr[user];
    size_t listed = 0;
    for (uint64_t i = first; i < run->ptr[user + 1]; i++) {
        uint32_t movie = run->movie[i];
        int is_relevant = g->of[movie] == user + 1 && g->grade[movie] >= from;
        listed += (size_t)is_relevant;
        rs_auc_add(&auc, score_of(run, first, i), is_relevant);
    }
    return listed == relevant ? rs_auc_end(&auc) : (double)NAN;
}

/* Listed candidates and what is judged. */
static size_t listed_of(const files *f, const grades *g, size_t user)
{
    size_t count = rs_entries_of(&f->judged, user);
    for (size_t i = 0; i < rs_entries_of(&f->candidates, user); i++)
        count += g->of[f->candidates.movie[f->candidates.ptr[user] + i]] != user + 1;
    return count;
}

/* Movies that a full ranking for this user has; 0: that is not known. */
static size_t candidates_of(const files *f, const grades *g, size_t user)
{
    const rs_evidence *e = &f->evidence;
    if (f->candidates.ptr != NULL) return listed_of(f, g, user);
    if (e->catalogue == 0 || e->profile_ptr == NULL) return e->catalogue;
    return e->catalogue - (size_t)(e->profile_ptr[user + 1] - e->profile_ptr[user]);
}

static void add_errors(rs_errors *errors, const rs_entries *run, const grades *g, size_t user)
{
    for (uint64_t i = run->ptr[user]; i < run->ptr[user + 1]; i++) {
        if (g->of[run->movie[i]] != user + 1) continue;
        double gap = run->value[i] - g->grade[run->movie[i]];
        errors->square += gap * gap;
        errors->absolute += fabs(gap);
        errors->pairs++;
    }
}

/* What evaluation.auc and evaluation.predictions ask for. */
static recsys_status look_closer(rs_material *m, double *auc, const files *f,
                                 const recsys_config *config, double from, recsys_error *err)
{
    grades g = {0};
    const rs_entries *run = m->lists, *judged = m->judged;
    int predicts = rs_config_bool(config, "evaluation.predictions");
    recsys_status status = RECSYS_OK;
    if (auc == NULL && !predicts) return RECSYS_OK;
    if (predicts && !run->has_value)
        return rs_fail(err, RECSYS_E_INVALID,
                       "evaluation.predictions: the run has no scores to compare");
    RS_TRY(make_grades(&g, run->runtime, m->movies, err));
    for (size_t user = 0; user < judged->users; user++) {
        size_t relevant = set_grades(&g, judged, user, from);
        if (auc != NULL) auc[user] = (double)NAN;
        if (rs_entries_of(run, user) == 0) continue;
        if (auc != NULL && rs_entries_of(run, user) >= candidates_of(f, &g, user))
            auc[user] = auc_of(run, &g, user, relevant, from);
        if (predicts) add_errors(&m->errors, run, &g, user);
    }
    m->auc = auc;
out:
    rs_free(run->runtime, g.of);
    rs_free(run->runtime, g.grade);
    return status;
}

/* Options that say what a model ranks would do nothing for lists that are there already. */
static recsys_status refuse_masks(const recsys_report *report, recsys_error *err)
{
    const char *key = report->only_rated   ? "evaluation.candidate_movies"
                      : report->keep_rated ? "evaluation.seen_mask"
                      : report->seen_given ? "evaluation.seen_ratings"
                                           : NULL;
    if (key == NULL) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_CONFIG,
                   "%s: is for a model's lists; those of a run stand as they are", key);
}

/* ---- the whole ------------------------------------------------------------------- */

static rs_id_text movie_id(const void *context, uint32_t movie, char digits[24])
{
    const files *f = context;
    return rs_id_table_at(&f->movies, movie, digits);
}

static recsys_status score(recsys_report *report, files *f, const recsys_config *config,
                           recsys_error *err)
{
    recsys_status status;
    double *auc = NULL;
    rs_material material = {.lists = &f->run,
                            .gate = &f->run,
                            .judged = &f->judged,
                            .users = f->users.count,
                            .movies = f->movies.count,
                            .evidence = &f->evidence};
    if (rs_config_bool(config, "evaluation.auc")) {
        auc = rs_array(report->runtime, f->judged.users, sizeof *auc);
        if (auc == NULL) return rs_fail_memory(err, "recsys_evaluate_run");
    }
    RS_TRY(look_closer(&material, auc, f, config, report->least, err));
    RS_TRY(rs_report_score(report, &material, err));
    RS_TRY(rs_groups_add(report, &material, &f->evidence, &f->users, config, err));
    for (size_t i = 0; i < report->users; i++) {
        char digits[24];
        uint32_t user = report->lists.scores.user[i];
        RS_TRY(rs_report_add_user(report, rs_id_table_at(&f->users, user, digits), err));
    }
    RS_TRY(check_candidates(f, report, err));
    RS_TRY(rs_examples_add(report, &material, movie_id, f, f->catalogue, err));
out:
    rs_free(report->runtime, auc);
    return status;
}

recsys_status rs_evaluate_run(recsys_report **report, recsys_runtime *runtime, const char *run,
                              const char *judgements, const recsys_ratings *train,
                              const recsys_catalogue *catalogue, const recsys_config *config,
                              recsys_error *err)
{
    recsys_status status;
    files f = {.run = {.runtime = runtime}};
    f.judged = f.candidates = f.run;
    f.evidence.runtime = runtime;
    recsys_report *made = NULL;
    rs_id_table_begin(&f.users, runtime);
    rs_id_table_begin(&f.movies, runtime);
    RS_TRY(rs_report_make(&made, runtime, config, 1, err));
    made->share = (double)NAN;
    made->threshold = made->least = rs_config_real(config, "evaluation.relevant_grade");
    const char *candidates = rs_config_text(config, "evaluation.candidates");
    RS_TRY(rs_report_label(made, candidates[0] != '\0', err));
    RS_TRY(refuse_masks(made, err));
    RS_TRY(read_files(&f, run, judgements, err));
    if (made->candidates) RS_TRY(filter(&f, candidates, err));
    if (catalogue != NULL) f.catalogue = &catalogue->view;
    RS_TRY(rs_evidence_of_ratings(&f.evidence, train, f.catalogue, &f.users, &f.movies, err));
    RS_TRY(count_leaks(made, &f, err));
    RS_TRY(rs_ties_break(&f.run, made->definition.ties, &f.movies, &f.evidence, err));
    made->movies = f.evidence.catalogue;
    made->rated = f.evidence.rated;
    RS_TRY(score(made, &f, config, err));
    made->relevant = made->lists.scores.relevant;
    RS_TRY(rs_report_write(made, err));
    *report = made;
    made = NULL;
out:
    rs_report_free(made);
    rs_entries_free(&f.run);
    rs_entries_free(&f.judged);
    rs_entries_free(&f.candidates);
    rs_evidence_free(&f.evidence);
    rs_id_table_free(&f.users);
    rs_id_table_free(&f.movies);
    return status;
}
