/* What exactly "precision" or "NDCG" means: the choices in which tools differ, and named sets
 * of choices that give the numbers of one tool. */
#ifndef RS_EVAL_DEFINITION_H
#define RS_EVAL_DEFINITION_H

#include "base/text.h"
#include "config/config.h"
#include "data/entries.h"

/* With k the cut-off, L the list cut at k, R the user's relevant movies. */
typedef enum rs_share_of {
    RS_OF_K,               /* k */
    RS_OF_LIST,            /* |L| */
    RS_OF_RELEVANT,        /* |R| */
    RS_OF_ACHIEVABLE,      /* min(k, |R|) */
    RS_OF_LIST_OR_RELEVANT /* min(|L|, |R|) */
} rs_share_of;

typedef enum rs_gain {
    RS_GAIN_BINARY,        /* 1 */
    RS_GAIN_LINEAR,        /* grade g */
    RS_GAIN_EXP2,          /* 2^g - 1 */
    RS_GAIN_EXP2_THRESHOLD /* 2^(g - t + 1) - 1, relevant from t on */
} rs_gain;

typedef enum rs_discount_kind {
    RS_DISCOUNT_LOG2,       /* 1 / log2(rank + 1) */
    RS_DISCOUNT_LOG2_FROM_2 /* 1 / log2(max(rank, 2)): ranks 1 and 2 count alike */
} rs_discount_kind;

typedef enum rs_ideal {
    RS_IDEAL_ACHIEVABLE, /* the best min(k, |R|) gains */
    RS_IDEAL_ALL,        /* those of all of R */
    RS_IDEAL_K           /* k gains of 1, whether there are so many or not */
} rs_ideal;

typedef enum rs_average {
    RS_AVERAGE_PRECISION, /* precision at each hit, added up, through map_of */
    RS_MEAN_PRECISION     /* mean of the precisions at 1..k */
} rs_average;

typedef enum rs_without { /* what a user counts who has no relevant movie */
                          RS_WITHOUT_SKIP,
                          RS_WITHOUT_ZERO,
                          RS_WITHOUT_PRECISION /* a precision of 0, all else is not defined */
} rs_without;

typedef enum rs_crowd { /* users that a mean is over, all of them with judgements */
                        RS_CROWD_JUDGED,
                        RS_CROWD_LISTED,          /* those with a list */
                        RS_CROWD_LISTED_BUT_NDCG, /* those with a list; NDCG: all */
                        RS_CROWD_COMPLETE         /* all, and one without a list is an error */
} rs_crowd;

typedef enum rs_coverage_of { /* what the listed movies are a share of */
                              RS_COVERAGE_MOVIES,
                              RS_COVERAGE_RATED,  /* those with a training rating */
                              RS_COVERAGE_PADDED, /* movies + 1, one of them for padding */
                              RS_COVERAGE_COUNT   /* nothing: their number */
} rs_coverage_of;

typedef enum rs_ties {                 /* how level entries of a run follow each other */
                       RS_TIES_FILE,   /* as they stand in the file */
                       RS_TIES_RISING, /* by the bytes of their ids */
                       RS_TIES_FALLING,
                       RS_TIES_RISING_NUMBER, /* by their ids as numbers, texts behind them */
                       RS_TIES_FALLING_NUMBER,
                       RS_TIES_POPULARITY, /* most raters first, then by id */
                       RS_TIES_AVERAGE /* in all orders: users' values are what is expected */
} rs_ties;

typedef enum rs_gini {
    RS_GINI_INDEX,     /* 0: all movies equally often */
    RS_GINI_COMPLEMENT /* 1 - it, with movies - 1 where it has movies: 1 for equally often */
} rs_gini;

typedef enum rs_entropy {
    RS_ENTROPY_BITS,
    RS_ENTROPY_NATS_PER_MOVIE /* in nats, divided by the number of listed movies */
} rs_entropy;

typedef enum rs_hits { RS_HIT_ANY, RS_HIT_COUNT } rs_hits;
typedef enum rs_f1 { RS_F1_USERS, RS_F1_OF_MEANS } rs_f1;

typedef enum rs_status_of_profile { RS_VERIFIED, RS_FROM_SOURCE } rs_status_of_profile;

typedef struct rs_definition {
    const char *name, *tool; /* the tool and version that it gives the numbers of */
    rs_status_of_profile status;
    rs_share_of precision_of, recall_of, map_of;
    rs_gain gain;
    rs_discount_kind discount;
    rs_ideal ideal;
    rs_average average;
    rs_without no_relevant;
    rs_crowd crowd;
    rs_ties ties;
    rs_f1 f1;     /* mean of users' F1, or F1 of mean precision and mean recall */
    rs_hits hits; /* hit rate: whether there is a hit, or how many */
    rs_coverage_of coverage_of;
    int coverage_in_percent;
    rs_gini gini;
    rs_entropy entropy;
    int listed_candidates; /* candidates are those of a list (evaluation.candidates) */
} rs_definition;

size_t rs_definition_count(void);
const rs_definition *rs_definition_at(size_t i);
/* By name; NULL: there is none. */
const rs_definition *rs_definition_find(const char *name);
/* The profile that `config` names, with what evaluation.definition.* says otherwise. */
rs_definition rs_definition_from(const recsys_config *config);
/* {"gain":"linear",...}: what evaluation.definition.* says otherwise. */
void rs_definition_put_changes(rs_text *text, const recsys_config *config);

#endif
