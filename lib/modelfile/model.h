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

/* Per movie and per user sums that formulas need. */
typedef struct rs_statistics {
    const double *movie_sum;   /* [movies] sum of ratings */
    const double *user_sum;    /* [users] sum of ratings */
    const double *user_square; /* [users] sum of squared ratings */
    const uint32_t *popular;   /* [movies] by (raters desc, id asc) */
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

/* Each movie's similar movies by (similarity desc, id asc). */
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
    char core[32];   /* of OpenBLAS, zero-ended */
} rs_ease_head;

/* Recall sources, in the order of their numbers. */
enum { RS_USER_CF, RS_CONTENT, RS_EASE, RS_POPULARITY, RS_SOURCES };

/* What training learned about each source's ranks. */
typedef struct rs_fusion {
    size_t ranks;                    /* length of a table without its tail */
    const double *table[RS_SOURCES]; /* [ranks + 1] expected relevance; last: beyond ranks */
    rs_fusion_kind chosen;           /* what "auto" means for this model */
    double ndcg[RS_RRF + 1];         /* validation NDCG@10 by rs_fusion_kind; [0] unused */
    uint64_t users;                  /* validation users */
    double relevance;                /* a rating from here on counted as a hit */
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
    rs_catalogue catalogue;
    rs_statistics statistics;
    rs_neighbours neighbours;
    rs_neighbours spare; /* what follows them; for updates */
    const uint8_t
        *spare_complete; /* [users] 1: both lists hold all there are; NULL: no spare */
    rs_similar similar;
    rs_terms terms;
    rs_similar ease; /* weights by the movie that they are from; ptr NULL: it has none */
    const rs_ease_head *ease_head; /* NULL: the same */
    rs_fusion fusion;
    rs_settings settings;
    const char *manifest, *config; /* zero-ended, inside their parts */
    char hash[65];
};

/* Names of the sources, by number: "user_cf", "content", "ease", "popularity". */
extern const char *const rs_source_names[RS_SOURCES];

/* An empty model with one reference; destroy it with rs_model_release. */
recsys_status rs_model_make(recsys_model **model, recsys_runtime *runtime, recsys_error *err);
void rs_model_release(recsys_model *model);

/* Point the views at the parts, in this order; each checks every count, offset, index and
 * number it will later be trusted for, and fails with RECSYS_E_DAMAGED. */
recsys_status rs_model_bind_data(recsys_model *model, recsys_error *err);
recsys_status rs_model_bind_sources(recsys_model *model, recsys_error *err);
recsys_status rs_model_bind_fusion(recsys_model *model, recsys_error *err);
recsys_status rs_model_bind_texts(recsys_model *model, recsys_error *err);

/* Open a file or bytes (taken over) and bind all of it. */
recsys_status rs_model_open(recsys_model **model, recsys_runtime *runtime, const char *path,
                            recsys_error *err);
recsys_status rs_model_from_bytes(recsys_model **model, rs_bytes *bytes, recsys_error *err);
/* What recsys_model_validate promises beyond binding. */
recsys_status rs_model_validate(const recsys_model *model, int full, recsys_error *err);

/* A model need not have EASE. */
static inline int rs_has_source(const recsys_model *model, size_t source)
{
    return source != RS_EASE || model->ease.ptr != NULL;
}

/* Number of people who rated a movie. */
static inline uint64_t rs_raters(const recsys_model *model, size_t movie)
{
    return model->ratings.movie_ptr[movie + 1] - model->ratings.movie_ptr[movie];
}

#endif
