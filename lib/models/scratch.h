/* Everything a query writes to. One per thread; made once, cleaned by what was touched. */
#ifndef RS_MODELS_SCRATCH_H
#define RS_MODELS_SCRATCH_H

#include "base/heap.h"
#include "modelfile/model.h"
#include "models/profile.h"
#include "models/similarity.h"

/* One source's scores. Only movies in `touched` are set. */
typedef struct rs_scores {
    double *score;     /* [movies] */
    uint8_t *scored;   /* [movies] 1: in touched */
    uint32_t *touched; /* [count] */
    size_t count;
    uint32_t *rank;   /* [movies] 1..; 0: not ranked */
    double low, high; /* of the candidates' scores */
} rs_scores;

/* A user of similar taste. */
typedef struct rs_neighbour {
    uint32_t user, common;
    float similarity;
} rs_neighbour;

/* In the order of a list: similarity falling, common falling, id rising; and back. */
static inline rs_keyed rs_neighbour_place(uint32_t user, uint32_t common, float similarity)
{
    return (rs_keyed){rs_falling((double)similarity), (uint64_t)~common << 32 | user};
}

static inline rs_neighbour rs_neighbour_at(rs_keyed place)
{
    return (rs_neighbour){(uint32_t)place.value, ~(uint32_t)(place.value >> 32),
                          (float)rs_fallen(place.key)};
}

/* A user of the model as one side of a similarity. */
static inline rs_side rs_side_of(const recsys_model *model, size_t user)
{
    const rs_matrix *m = &model->ratings;
    return (rs_side){(size_t)(m->user_ptr[user + 1] - m->user_ptr[user]),
                     model->statistics.user_sum[user], model->statistics.user_square[user]};
}

typedef struct rs_scratch {
    recsys_runtime *runtime;
    rs_profile profile;
    uint8_t *candidate; /* [movies] 1: may be recommended */
    rs_scores scores[RS_SOURCES];
    /* user CF */
    rs_sums *sums;           /* [users] zero between queries */
    uint32_t *met;           /* [users] users with a common movie */
    rs_heap nearest;         /* the best n_neighbors, while they are sought */
    rs_neighbour *neighbour; /* [n_neighbors] best first */
    size_t neighbours;
    double *weight_sum, *value_sum; /* [movies] sum of s, sum of s*r over neighbours */
    uint32_t *reached;              /* [movies] movies of neighbours */
    size_t reached_count;
    /* movies as they count for this query (training hides ratings from them) */
    uint32_t *raters;       /* [movies] */
    double *mean;           /* [movies] damped mean, for predicted ratings */
    double *quality;        /* [movies] of the rerank */
    double *discount[2];    /* [movies] raters^b of user CF and content; NULL: b is 0 */
    rs_keyed *ranked;       /* [2 * movies] work space for sorting */
    double *recall, *final; /* [movies] */
    uint32_t *picked;       /* [movies] the list, best first */
} rs_scratch;

recsys_status rs_scratch_make(rs_scratch *scratch, const recsys_model *model,
                              recsys_error *err);
void rs_scratch_free(rs_scratch *scratch);

/* Discount a movie's scores as one with so many raters, at least one. */
void rs_discount_raters(const recsys_model *model, rs_scratch *scratch, size_t movie,
                        uint64_t raters);

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

/* x^b for b in [0, 2] by square roots alone, so that every machine gets the same bits. */
double rs_power(double x, double b);

#endif
