/* Models at hand: trials of one group have the same one, and sources are copied from one to
 * another. What a model is worth keeping is how lately it was used. */
#ifndef RS_TUNE_SHELF_H
#define RS_TUNE_SHELF_H

#include <recsys/model.h>

#include "config/settings.h"

enum { RS_MOST_LENDERS = 8 };

/* A model that sources may be copied from: of the same ratings and catalogue. */
typedef struct rs_lender {
    const recsys_model *model;
    const recsys_config *config;
    double seconds[RS_SOURCES]; /* that each source took */
} rs_lender;

/* Training with what others have learned. A source is copied from the first lender whose
 * options of it are the same; the model has the same bytes as without. */
typedef struct rs_borrowing {
    rs_lender lenders[RS_MOST_LENDERS];
    size_t count;
    double (*clock)(void *user_data); /* NULL: times are 0 */
    void *clock_data;
    double seconds[RS_SOURCES]; /* out: that each source took, or took where it is from */
    size_t copied;              /* out: sources */
    double saved;               /* out: seconds that copied sources took where they are from */
} rs_borrowing;

/* What trains a model: lib/api has it. */
typedef recsys_status (*rs_fit_fn)(recsys_model **model, recsys_runtime *runtime,
                                   const recsys_ratings *ratings,
                                   const recsys_catalogue *catalogue,
                                   const recsys_config *config, rs_borrowing *borrowing,
                                   const recsys_progress *progress, recsys_error *err);

typedef struct rs_shelved {
    recsys_model *model;
    recsys_config *config;
    size_t group, split;
    uint64_t bytes, used; /* used: larger, later */
    double fit_seconds;   /* as if nothing had been copied */
    double seconds[RS_SOURCES];
} rs_shelved;

typedef struct rs_shelf {
    recsys_runtime *runtime;
    rs_shelved *item;
    size_t count, capacity;
    uint64_t bytes, most, clock; /* most: bytes of all models */
} rs_shelf;

void rs_shelf_begin(rs_shelf *shelf, recsys_runtime *runtime, uint64_t most);
void rs_shelf_free(rs_shelf *shelf);
/* The model of a group on a split, or NULL; valid until the next rs_shelf_put. */
const rs_shelved *rs_shelf_find(rs_shelf *shelf, size_t group, size_t split);
/* Those on a split, latest first. */
void rs_shelf_lend(const rs_shelf *shelf, size_t split, rs_borrowing *borrowing);
/* Take over a model and its config (also on failure); others go where there is no room.
 * Errors: NO_MEMORY. */
recsys_status rs_shelf_put(rs_shelf *shelf, const rs_shelved *item, recsys_error *err);

#endif
