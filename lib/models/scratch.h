/* Everything a query writes to. One per thread; made once, cleaned by what was touched. */
#ifndef RS_MODELS_SCRATCH_H
#define RS_MODELS_SCRATCH_H

#include "base/power.h"
#include "modelfile/model.h"
#include "models/genres.h"
#include "models/live.h"
#include "models/profile.h"

/* One source's scores. Only movies in `touched` are set. A source of `by_raters` scores each
 * movie that has raters by their number, or by `recent`, and touches only those that get a
 * rank. */
typedef struct rs_scores {
    int by_raters;
    double *score;     /* [movies] */
    uint8_t *scored;   /* [movies] 1: in touched */
    uint32_t *touched; /* [count] */
    size_t count;
    uint32_t *rank;   /* [movies] 1..; 0: not ranked */
    double low, high; /* of the candidates' scores */
} rs_scores;

/* The model's users compared with each other. */
static inline rs_pairs rs_user_pairs(const recsys_model *model)
{
    return (rs_pairs){model->runtime, &model->settings, &model->ratings,
                      model->statistics.user_sum, model->statistics.user_square};
}

/* A user of the model as one side of a similarity. */
static inline rs_side rs_side_of(const recsys_model *model, size_t user)
{
    const rs_matrix *m = &model->ratings;
    return (rs_side){(size_t)(m->user_ptr[user + 1] - m->user_ptr[user]),
                     model->statistics.user_sum[user], model->statistics.user_square[user]};
}

/* What a user's neighbours say of a movie. */
typedef struct rs_votes {
    double weight, value; /* sum of |s|, sum of s*r over those who rated it */
    double worth;         /* the latter of what their ratings are worth, if that is not r */
} rs_votes;

/* A user's equations in iALS; NULL in models without it. */
typedef struct rs_folding {
    double *matrix; /* [factors][factors] of the last query, factored */
    double *user;   /* [factors] its solution */
    double *movie;  /* [factors] room to explain a movie */
} rs_folding;

/* A query of the ranker (rank/ranker.h). */
typedef struct rs_ranking {
    double *own;          /* [movies] what a movie's own features add; NULL: not made yet */
    double top;           /* largest value of those listed */
    int tasteful, silent; /* the profile tells genres; no source knows the user */
} rs_ranking;

typedef struct rs_scratch {
    recsys_runtime *runtime;
    rs_profile profile;
    uint8_t *candidate; /* [movies] 1: may be recommended */
    rs_scores scores[RS_SOURCES];
    /* user CF */
    rs_live live;
    rs_neighbour *neighbour; /* [n_neighbors], [users] with model->reverse; best first */
    size_t neighbours;
    rs_votes *votes;   /* [movies] */
    uint32_t *reached; /* [movies + 1] movies of neighbours */
    size_t reached_count;
    rs_folding ials;
    /* movies as they count for this query */
    uint32_t *raters;     /* [movies] */
    const double *recent; /* [movies] the model's, or NULL */
    double *mean;         /* [movies] damped mean, for predicted ratings */
    double *quality;      /* [movies] of the rerank */
    double *most_quality; /* [movies] of the model's from a place of the popular order on */
    double *discount[RS_SOURCES]; /* [movies] raters^b of a source; NULL: b is 0 */
    double weight[RS_SOURCES];    /* of the sources in the blend */
    float *ease;      /* [movies + 2 * users] of a model with ease_whole, else NULL */
    rs_keyed *ranked; /* [2 * movies] work space for sorting */
    uint32_t *listed; /* [listed_count] candidates that are looked at one by one: of a
                               source that knows the user */
    size_t listed_count;
    uint8_t *is_listed;     /* [movies] */
    double *recall, *final; /* [movies] of those listed and those picked */
    uint32_t *picked;       /* [movies] the list, best first */
    rs_genres genres;       /* empty until something asks for the user's shares of them */
    rs_ranking ranker;
} rs_scratch;

recsys_status rs_scratch_make(rs_scratch *scratch, const recsys_model *model,
                              recsys_error *err);
void rs_scratch_free(rs_scratch *scratch);

/* Did a source score a movie, and how? */
static inline int rs_is_scored(const rs_scratch *s, const rs_scores *scores, size_t movie)
{
    return scores->by_raters ? s->raters[movie] > 0 : scores->scored[movie];
}

static inline double rs_score_of(const rs_scratch *s, const rs_scores *scores, size_t movie)
{
    if (!scores->by_raters) return scores->score[movie];
    return s->recent != NULL ? s->recent[movie] : (double)s->raters[movie];
}

/* Add to a movie's score. */
static inline void rs_score_add(rs_scores *scores, uint32_t movie, double value)
{
    if (!scores->scored[movie]) {
        scores->scored[movie] = 1;
        scores->touched[scores->count++] = movie;
        scores->score[movie] = 0;
    }
    scores->score[movie] += value;
}

/* Forget all scores and ranks. */
void rs_scores_clear(rs_scores *scores);

#endif
