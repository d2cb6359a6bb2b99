/* A model in memory: a container of named parts and typed views of them. A trained model and
 * one mapped from a file look the same to everything above. */
#ifndef RS_MODELFILE_MODEL_H
#define RS_MODELFILE_MODEL_H

#include <recsys/model.h>
#include <stdatomic.h>

#include "base/container.h"
#include "config/settings.h"
#include "data/catalogue.h"
#include "data/ids.h"
#include "data/matrix.h"
#include "data/ratings.h"
#include "data/worth.h"

/* Per movie and per user sums that formulas need. */
typedef struct rs_statistics {
    const double *movie_sum;   /* [movies] sum of ratings */
    const double *user_sum;    /* [users] sum of ratings */
    const double *user_square; /* [users] sum of squared ratings */
    const double *recent;      /* [movies] ratings that lose weight with age; NULL: none does */
    const uint32_t *popular;   /* [movies] by (recent, or else raters, desc, id asc) */
    uint64_t most_raters;      /* of any movie, at least 1 */
    double mean;               /* of all ratings */
} rs_statistics;

/* Each user's neighbours by (similarity desc, common desc, id asc). */
typedef struct rs_neighbours {
    const uint64_t *ptr;     /* [users + 1] */
    const uint32_t *user;    /* [ptr[users]] */
    const float *similarity; /* [ptr[users]] */
    const uint32_t *common;  /* [ptr[users]] movies both rated */
} rs_neighbours;

/* Weights from each movie to others: of content by (similarity desc, id asc), else by id. */
typedef struct rs_similar {
    const uint64_t *ptr;     /* [movies + 1] */
    const uint32_t *movie;   /* [ptr[movies]] */
    const float *similarity; /* [ptr[movies]] */
} rs_similar;

/* L2-normalised TF-IDF vectors and their vocabulary, sorted by bytes. */
typedef struct rs_terms {
    size_t count;         /* distinct terms */
    const uint64_t *ptr;  /* [movies + 1] */
    const uint32_t *term; /* [ptr[movies]] ascending in each movie */
    const float *weight;  /* [ptr[movies]] */
    struct rs_column names;
} rs_terms;

/* The part "ease.head". */
typedef struct rs_ease_head {
    uint64_t movies; /* that have weights */
    double kept;     /* share of all weights' squares that is kept */
    double residual; /* see rs_ease_check */
    char core[32];   /* of OpenBLAS, zero-ended */
} rs_ease_head;

/* The part "ials.head". */
typedef struct rs_ials_head {
    uint64_t factors, iterations;
    uint64_t users, movies; /* that have ratings */
    double regularization, exponent, unobserved;
    double loss; /* what training made small, at its end */
} rs_ials_head;

/* What a query needs of iALS. */
typedef struct rs_ials {
    const rs_ials_head *head; /* NULL: the model has none */
    const float *movie;       /* [movies][factors] 0 without raters */
    const double *gram;       /* [factors][factors] V'V of them */
} rs_ials;

/* A movie's own features in the ranker. */
enum { RS_BY_RATERS, RS_BY_MEAN, RS_BY_AGE, RS_BY_TASTE, RS_MOVIE_FEATURES };

/* What the fusion "learned" means for a model. */
typedef enum rs_ranker_use { RS_USE_BLEND, RS_USE_SINGLE, RS_USE_RANKER } rs_ranker_use;

/* The part "fusion.ranker". */
typedef struct rs_ranker {
    uint64_t use;                   /* rs_ranker_use */
    uint64_t single;                /* the best source alone */
    uint64_t users;                 /* that had something to foretell */
    double ndcg[RS_USE_RANKER + 1]; /* NDCG@10 by use */
    double gain, error; /* mean log-likelihood over that of `single`, its standard error */
    double source[RS_SOURCES]; /* weights, at least 0 */
    double movie[RS_MOVIE_FEATURES];
    double newest, age, taste; /* latest year; what movies without a year or genres have */
} rs_ranker;

/* What training learned about each source's ranks. */
typedef struct rs_fusion {
    size_t ranks;                    /* length of a table without its tail */
    const double *table[RS_SOURCES]; /* [ranks + 1] expected relevance; last: beyond ranks */
    rs_fusion_kind chosen;           /* what "auto" means for this model */
    double ndcg[RS_RRF + 1];         /* validation NDCG@10 by rs_fusion_kind; [0] unused */
    uint64_t users;                  /* validation users */
    double relevance;                /* a rating from here on counted as a hit */
    double share[RS_SOURCES];        /* of the collaborative sources; they add up to 1 */
    const rs_ranker *ranker;         /* NULL: of a model that was made without one */
} rs_fusion;

/* The part "fusion.head". */
typedef struct rs_fusion_head {
    uint64_t ranks, chosen, users;
    double ndcg[RS_RRF + 1];
    double relevance;
} rs_fusion_head;

struct recsys_model {
    atomic_size_t references;
    recsys_runtime *runtime;
    recsys_ratings *ratings_held; /* lends its arrays to a trained model, or NULL */
    rs_container parts;
    rs_ids users, movies;
    rs_matrix ratings;
    rs_worth worth;          /* of a rating */
    rs_matrix learned;       /* while it is trained: the ratings, each as what it is worth */
    float *learned_value[2]; /* [count] by user and by movie; NULL: those of the ratings */
    rs_catalogue catalogue;
    rs_statistics statistics;
    rs_neighbours neighbours;
    rs_neighbours spare;   /* what follows them; for updates */
    rs_neighbours reverse; /* in whose lists each user is, ascending; ptr NULL: not asked for */
    const uint8_t
        *spare_complete;          /* [users] 1: both lists hold all there are; NULL: no spare */
    rs_similar lists[RS_SOURCES]; /* ptr NULL: the source has none */
    rs_terms terms;
    const rs_ease_head *ease_head; /* NULL: no EASE */
    const struct rs_ease_system
        *ease_whole; /* of a model while it is calibrated, instead of lists */
    rs_ials ials;
    rs_fusion fusion;
    rs_settings settings;
    const char *manifest, *config; /* zero-ended, inside their parts */
    char hash[65];
};

/* Names of the sources, by number: "user_cf", "content", "ease", ... */
extern const char *const rs_source_names[RS_SOURCES];

/* Names of parts: "<source><suffix>" and "fusion.<source>". */
void rs_list_part(char name[RS_PART_NAME], size_t source, const char *suffix);
void rs_fusion_part(char name[RS_PART_NAME], size_t source);

/* An empty model with one reference; destroy it with rs_model_release. */
recsys_status rs_model_make(recsys_model **model, recsys_runtime *runtime, recsys_error *err);
void rs_model_release(recsys_model *model);

/* Point the views at the parts, in this order; each checks every count, offset, index and
 * number it will later be trusted for, and fails with RECSYS_E_DAMAGED. */
recsys_status rs_model_bind_data(recsys_model *model, recsys_error *err);
recsys_status rs_model_bind_sources(recsys_model *model, recsys_error *err);
recsys_status rs_model_bind_fusion(recsys_model *model, recsys_error *err);
recsys_status rs_model_bind_texts(recsys_model *model, recsys_error *err);
/* What the first two do in the end: statistics; neighbours; what other sources learned. */
recsys_status rs_model_bind_statistics(recsys_model *model, recsys_error *err);
recsys_status rs_model_bind_neighbours(recsys_model *model, recsys_error *err);
recsys_status rs_model_bind_learned(recsys_model *model, recsys_error *err);

/* Turn the neighbours' lists into model->reverse, which the model owns, if its neighborhood
 * asks for it; once they are bound. */
recsys_status rs_model_turn_lists(recsys_model *model, recsys_error *err);
void rs_model_free_turned(recsys_model *model);
/* Once training is over. */
void rs_model_free_learned(recsys_model *model);

/* Open a file or bytes (taken over) and bind all of it. */
recsys_status rs_model_open(recsys_model **model, recsys_runtime *runtime, const char *path,
                            recsys_error *err);
recsys_status rs_model_from_bytes(recsys_model **model, rs_bytes *bytes, recsys_error *err);
/* What recsys_model_validate promises beyond binding. */
recsys_status rs_model_validate(const recsys_model *model, int full, recsys_error *err);

/* Models need not have every source. */
static inline int rs_has_source(const recsys_model *model, size_t source)
{
    if (source == RS_IALS) return model->ials.head != NULL;
    return source == RS_USER_CF || source == RS_POPULARITY ||
           model->lists[source].ptr != NULL || (source == RS_EASE && model->ease_whole != NULL);
}

/* Number of people who rated a movie. */
static inline uint64_t rs_raters(const recsys_model *model, size_t movie)
{
    return model->ratings.movie_ptr[movie + 1] - model->ratings.movie_ptr[movie];
}

#endif
