/* Titles as people type them, and figures of the data. */
#include "rank/search.h"

#include <recsys/model.h>
#include <string.h>

#include "api/need.h"
#include "modelfile/model.h"

recsys_status recsys_catalogue_find(const recsys_catalogue *catalogue, const char *text,
                                    size_t limit, size_t *movies, size_t *count,
                                    recsys_error *err)
{
    RS_NEED(err, catalogue);
    RS_NEED(err, text);
    RS_NEED(err, movies);
    RS_NEED(err, count);
    return rs_search(&catalogue->view, catalogue->runtime, NULL, text, limit, movies, count,
                     err);
}

recsys_status recsys_model_search(const recsys_model *model, const char *text, size_t limit,
                                  size_t *movies, size_t *count, recsys_error *err)
{
    RS_NEED(err, model);
    RS_NEED(err, text);
    RS_NEED(err, movies);
    RS_NEED(err, count);
    return rs_search(&model->catalogue, model->runtime, model->ratings.movie_ptr, text, limit,
                     movies, count, err);
}

/* ---- figures --------------------------------------------------------------------- */

static double movies_rated(const recsys_model *model)
{
    size_t rated = 0;
    for (size_t i = 0; i < model->movies.count; i++) rated += rs_raters(model, i) > 0;
    return (double)rated;
}

static double density(const recsys_model *model)
{
    double cells = (double)model->users.count * movies_rated(model);
    return cells > 0 ? (double)model->ratings.count / cells : 0;
}

static double newest(const recsys_model *model)
{
    int64_t last = 0;
    for (uint64_t at = 0; at < model->ratings.count; at++) {
        int64_t time = rs_matrix_time(&model->ratings, at);
        if (time > last) last = time;
    }
    return (double)last;
}

static double users(const recsys_model *model)
{
    return (double)model->users.count;
}

static double movies_of(const recsys_model *model)
{
    return (double)model->movies.count;
}

static double ratings(const recsys_model *model)
{
    return (double)model->ratings.count;
}

static double most_raters(const recsys_model *model)
{
    return model->ratings.count > 0 ? (double)model->statistics.most_raters : 0;
}

static double mean_rating(const recsys_model *model)
{
    return model->statistics.mean;
}

recsys_status recsys_model_stat(const recsys_model *model, const char *name, double *value,
                                recsys_error *err)
{
    static const struct {
        const char *name;
        double (*of)(const recsys_model *model);
    } figures[] = {{"users", users},
                   {"movies", movies_of},
                   {"ratings", ratings},
                   {"movies_rated", movies_rated},
                   {"most_raters", most_raters},
                   {"mean_rating", mean_rating},
                   {"density", density},
                   {"newest", newest}};
    RS_NEED(err, model);
    RS_NEED(err, name);
    RS_NEED(err, value);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (strcmp(figures[i].name, name) == 0) {
            *value = figures[i].of(model);
            return RECSYS_OK;
        }
    return rs_fail(err, RECSYS_E_NOT_FOUND, "recsys_model_stat: no figure \"%s\"", name);
}
