/* What is known about the training data and the movies, by the numbers of the evaluation's
 * tables: what novelty, popularity bias and breakdowns need. */
#ifndef RS_EVAL_EVIDENCE_H
#define RS_EVAL_EVIDENCE_H

#include "data/catalogue.h"
#include "data/entries.h"
#include "data/ratings.h"
#include "modelfile/model.h"

typedef struct rs_evidence {
    recsys_runtime *runtime;
    size_t users, movies;    /* of the tables */
    size_t catalogue;        /* movies that could be recommended */
    size_t rated;            /* of them: with a training rating */
    size_t train_users;      /* 0: nothing is known about the training data */
    uint64_t *raters;        /* [movies] how many of them rated it */
    uint32_t *popular;       /* [movies] most raters first, then by id; the last ones are
                                those that could not be recommended */
    uint64_t *profile_ptr;   /* [users + 1] what a user rated in training */
    uint32_t *profile_movie; /* by user */
    uint64_t *category_ptr;  /* [movies + 1] genres; NULL: none are known */
    uint32_t *category;      /* ascending for each movie */
    size_t categories;
    int64_t *time; /* [judgements] in milliseconds; NULL: not known */
} rs_evidence;

/* Of a model, for the users of a test; movies that the model does not know have the numbers
 * behind those that it knows. `user_of`: test number -> the model's or UINT32_MAX. Errors:
 * NO_MEMORY. Free it in any case. */
recsys_status rs_evidence_of_model(rs_evidence *evidence, const recsys_model *model,
                                   const recsys_ratings *test, const uint32_t *user_of,
                                   recsys_error *err);
/* Of training ratings and a catalogue, each of which may be NULL; their ids are added to the
 * tables. */
recsys_status rs_evidence_of_ratings(rs_evidence *evidence, const recsys_ratings *train,
                                     const rs_catalogue *catalogue, rs_id_table *users,
                                     rs_id_table *movies, recsys_error *err);
void rs_evidence_free(rs_evidence *evidence);

#endif
