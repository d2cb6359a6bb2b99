/* The one small interface behind which every recall model lives. */
#ifndef RS_MODELS_SOURCE_H
#define RS_MODELS_SOURCE_H

#include "models/scratch.h"

/* One part of a movie's score by a source; fractions of all parts add up to 1. */
typedef struct rs_part_of_score {
    double fraction;
    size_t who;        /* neighbour's user number, or the user's own movie; SIZE_MAX: nobody */
    double similarity; /* to `who` */
    float rating;      /* of `who` for the movie, or of the user for `who` */
    size_t common;     /* movies that the neighbour and the user both rated */
} rs_part_of_score;

/* The parts of a score added up, to tell each one's fraction. */
typedef struct rs_whole {
    double sum, size; /* size: without their signs */
    size_t count;
} rs_whole;

void rs_whole_add(rs_whole *whole, double amount);
/* amount / sum; an equal fraction for each where the parts cancel out, or are all 0. */
double rs_whole_fraction(const rs_whole *whole, double amount);

/* Receives a part; returns 0 to go on. */
typedef int (*rs_part_fn)(void *user_data, const rs_part_of_score *part);

/* Scores that are sums, over the movies of the profile, of entry times rating / top, divided by
 * the source's discount. */
void rs_score_by_lists(const recsys_model *model, size_t source, double top,
                       rs_scratch *scratch, rs_scores *scores);
/* Parts of such a score. */
void rs_explain_by_lists(const rs_similar *lists, const rs_profile *profile, size_t movie,
                         rs_part_fn part, void *user_data);

typedef struct rs_source {
    /* Learn from model's data views; adds the source's parts to model->parts. */
    recsys_status (*fit)(recsys_model *model, const recsys_config *config,
                         const recsys_progress *progress, recsys_error *err);
    /* Score movies for scratch->profile into scratch->scores[number]. */
    void (*score)(const recsys_model *model, rs_scratch *scratch, rs_scores *scores);
    /* Take apart the score that the last `score` gave a movie. */
    void (*explain)(const recsys_model *model, const rs_scratch *scratch, size_t movie,
                    rs_part_fn part, void *user_data);
} rs_source;

/* By number. */
extern const rs_source *const rs_sources[RS_SOURCES];
extern const rs_source rs_user_cf_source, rs_content_source, rs_ease_source, rs_item_cf_source,
    rs_rp3beta_source, rs_ials_source, rs_popularity_source;

#endif
